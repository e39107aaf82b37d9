"""The only list of models, sizes, formats, parameters and limits of image APIs. A new model or size is a row here.

Sources: QCode's reference, the type files of the official Python SDK 3.57.0 (`image_generate_params.py`,
`image_edit_params.py`) and the official price list. docs/api-contract.md says which figures are estimates.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any, Final, Literal

Endpoint = Literal["generations", "edits"]
ENDPOINTS: Final[tuple[Endpoint, ...]] = ("generations", "edits")
# The first part of the names of server-sent events, as in the official SDK.
EVENT_PREFIXES: Final[Mapping[str, str]] = {"generations": "image_generation", "edits": "image_edit"}

AUTO: Final = "auto"
# The only model of QCode and of the built-in API.
DEFAULT_MODEL: Final = "gpt-image-2"
# The built-in API takes a dated name for its model, which it draws with in any case.
SNAPSHOTS: Final = {"gpt-image-2-2026-04-21": DEFAULT_MODEL}

MIB: Final = 1024 * 1024
# The limits of QCode's reference. The built-in API has the same, so that a program can move between the two.
MAX_FILE_BYTES: Final = 25 * MIB
MAX_TOTAL_BYTES: Final = 200 * MIB
MAX_SOURCES: Final = 8
# A WebP of 38 bytes can claim 268 megapixels; decoded, 50 take 200 MB of the 2 GiB that the sandbox may use.
MAX_PIXELS: Final = 50_000_000
MAX_EDGE: Final = 16_384
# The built-in API downloads each source that is given as a URL within this time.
SOURCE_FETCH_SECONDS: Final = 10
# Calls at once and pictures a day of a key of the built-in API, unless it was issued with other numbers. Runs of the
# playground keep to the first as well: more calls would only be refused.
DEFAULT_CONCURRENCY: Final = 2
DAILY_IMAGES: Final = 100
# A stream of the built-in API sends a comment after so long without an event, so that no CDN cuts it.
STREAM_COMMENT_SECONDS: Final = 10
# Cloudflare answers 524 for an origin that has sent nothing for so long.
CDN_LIMIT_SECONDS: Final = 100
SDK_TIMEOUT_SECONDS: Final = 180
# The timeout of the official SDKs when none is set.
SDK_DEFAULT_TIMEOUT_SECONDS: Final = 600
# As long as the addresses of the official API.
URL_LIFETIME_SECONDS: Final = 60 * 60
# A program that was down for a night may still fetch its job, or repeat its call: idempotency keys last as long.
JOB_LIFETIME_SECONDS: Final = 24 * 60 * 60
# Stored answers of one key: enough for two days of DAILY_IMAGES in high quality at 1024x1024.
MAX_ANSWER_BYTES_OF_KEY: Final = 512 * MIB


QUALITIES: Final = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Size:
    """A picture size in pixels, and the official cost of a picture in micro-dollars, for each of QUALITIES.

    A cost is None where QCode publishes none; the floor of the price applies there. `auto` never becomes a `large`
    size, and large pictures take longer. `is_documented`: QCode's reference lists the size among the values.
    """

    width: int
    height: int
    shape: Literal["square", "portrait", "landscape", "large"]
    micro_usd: tuple[int | None, int | None, int | None]
    is_documented: bool = True

    @property
    def name(self) -> str:
        """The size in the API's notation: `WIDTHxHEIGHT`."""
        return f"{self.width}x{self.height}"


SIZES: Final[tuple[Size, ...]] = (
    Size(1024, 1024, "square", (6_000, 53_000, 211_000)),
    Size(1024, 1536, "portrait", (5_000, 41_000, 165_000)),
    Size(1536, 1024, "landscape", (5_000, 41_000, 165_000)),
    # QCode prices it, but its reference does not list it among the values, so it may refuse it.
    Size(2048, 2048, "large", (None, None, 285_000), is_documented=False),
)
SIZE_NAMES: Final = tuple(size.name for size in SIZES)
LARGE_SIZES: Final = tuple(size.name for size in SIZES if size.shape == "large")
UNDOCUMENTED_SIZES: Final = tuple(size.name for size in SIZES if not size.is_documented)
# `auto` becomes one of these.
AUTO_SIZES: Final = tuple(size for size in SIZES if size.shape != "large")
AUTO_SIZE_NAMES: Final = tuple(size.name for size in AUTO_SIZES)

BACKGROUNDS: Final = (AUTO, "opaque", "transparent")
OUTPUT_FORMATS: Final = ("png", "jpeg", "webp")
ALPHA_FORMATS: Final = ("png", "webp")
COMPRESSED_FORMATS: Final = ("jpeg", "webp")
FIDELITIES: Final = ("low", "high")
# In the official API only DALL-E gives addresses; the built-in API does for every model.
RESPONSE_FORMATS: Final = ("b64_json", "url")
MODERATIONS: Final = (AUTO, "low")
MEDIA_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
FILE_EXTENSIONS: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}
# Results only: no API takes them as a source.
ANIMATION: Final = "gif"
VECTOR: Final = "svg"
RESULT_MEDIA_TYPES: Final = {**MEDIA_TYPES, ANIMATION: "image/gif", VECTOR: "image/svg+xml"}
RESULT_EXTENSIONS: Final = {**FILE_EXTENSIONS, ANIMATION: "gif", VECTOR: "svg"}
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE: Final = b"\xff\xd8\xff"
# Enough of a file's start for `format_from_start` and `result_format_from_start`.
SIGNATURE_BYTES: Final = 64
GIF_SIGNATURES: Final = (b"GIF87a", b"GIF89a")
# An SVG begins with its root element, or with an XML declaration, comment or document type before it.
_SVG_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:svg\b|\?xml\b|!--|!DOCTYPE\s+svg\b)", re.IGNORECASE)

# A thousand calls at once hold 256 MB in blocks of this size.
BLOCK: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one call, in seconds and bytes. `retry_pace` multiplies the wait before a second attempt."""

    connect_seconds: float = 10.0
    # The status has already decided; the body only explains it, so a slow one is not worth a long wait.
    error_body_seconds: float = 5.0
    fetch_seconds: float = 60.0
    # A longer wait is for the user to decide (docs/decisions/0009-repeat-only-what-was-not-sent.md).
    max_retry_after: int = 10
    retry_pace: float = 1.0
    # Four pictures of 2048x2048 without any compression take half of it.
    picture_bytes: int = 128 * MIB
    fetched_bytes: int = 32 * MIB
    # The fields beside the pictures. A revised prompt has at most 32,000 characters, 128 KB, for each picture.
    text_bytes: int = 2 * MIB
    error_bytes: int = 2 * MIB

    @property
    def answer_bytes(self) -> int:
        """The length of a response that contains `picture_bytes` as base64, with line breaks."""
        return self.picture_bytes * 3 // 2 + self.text_bytes


Kind = Literal["string", "integer", "boolean", "file"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of a request: its kind, limits, default for each endpoint, and `aliases`: other names of values."""

    name: str
    kind: Kind
    endpoints: tuple[Endpoint, ...] = ENDPOINTS
    required: bool = False
    values: tuple[str, ...] = ()
    edit_values: tuple[str, ...] = ()
    default: str | int | bool | None = None
    edit_default: str | int | bool | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    error: str = "invalid_request"
    aliases: Mapping[str, str] = field(default_factory=dict)

    def accepts(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Return the values that `endpoint` accepts; empty means any text."""
        return self.edit_values if endpoint == "edits" and self.edit_values else self.values

    def default_for(self, endpoint: Endpoint) -> str | int | bool | None:
        """Return the value that `endpoint` assumes when the field is not sent, if any."""
        return self.edit_default if endpoint == "edits" and self.edit_default is not None else self.default


PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("model", "string", required=True, values=(DEFAULT_MODEL,), error="model_not_found", aliases=SNAPSHOTS),
    Parameter("prompt", "string", required=True, max_length=32_000),
    Parameter("image", "file", endpoints=("edits",), required=True, minimum=1, maximum=MAX_SOURCES),
    Parameter("mask", "file", endpoints=("edits",)),
    Parameter(
        "size",
        "string",
        values=SIZE_NAMES,
        edit_values=(AUTO, *SIZE_NAMES),
        default="1024x1024",
        edit_default=AUTO,
        error="unsupported_size",
    ),
    Parameter("quality", "string", values=(AUTO, *QUALITIES), default="medium", edit_default=AUTO),
    Parameter("n", "integer", default=1, minimum=1, maximum=4),
    Parameter("background", "string", values=BACKGROUNDS, default=AUTO),
    Parameter("output_format", "string", values=OUTPUT_FORMATS, default="png"),
    Parameter("output_compression", "integer", default=100, minimum=0, maximum=100),
    Parameter("input_fidelity", "string", endpoints=("edits",), values=FIDELITIES, default="low"),
    Parameter("moderation", "string", values=MODERATIONS, default=AUTO),
    Parameter("response_format", "string", values=RESPONSE_FORMATS, default="b64_json"),
    Parameter("stream", "boolean", default=False),
    Parameter("partial_images", "integer", default=0, minimum=0, maximum=3),
    Parameter("safety_identifier", "string", max_length=256),
    Parameter("user", "string", max_length=256),
    Parameter("webhook_url", "string", max_length=2048),
)
# Fields that only some models take (`ImageModel.fields`). The built-in API ignores them.
COMPLEXITIES: Final = QUALITIES
MODEL_PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("complexity", "string", values=COMPLEXITIES),
    Parameter("frame_count", "integer", default=9, minimum=2, maximum=16),
    Parameter("frame_duration_ms", "integer", default=200, minimum=20, maximum=655_350),
    Parameter("markup", "file", endpoints=("edits",)),
)
_FILE_FIELD: Final = re.compile(r"(?P<image>image)(\[(?P<position>[0-9]{0,4})\])?|(?P<mask>mask)(\[\])?")
PARAMETER: Final = {parameter.name: parameter for parameter in (*PARAMETERS, *MODEL_PARAMETERS)}


def parameters_for(endpoint: Endpoint) -> tuple[Parameter, ...]:
    """Return the parameters of `endpoint`, in the order of the reference."""
    return tuple(parameter for parameter in PARAMETERS if endpoint in parameter.endpoints)


def file_field(name: str) -> tuple[str, int] | None:
    """Return the parameter that a file field of a form means, and its position; None for an unknown name.

    The official SDKs write `image[]`, PHP writes `image[0]`, `image[1]`. Fields without a number come first.
    """
    match = _FILE_FIELD.fullmatch(name)
    if match is None:
        return None
    return match["image"] or match["mask"], int(match["position"] or -1)


def prompt_length(text: str) -> int:
    """Count the characters of a prompt like the API: code points, with CRLF as one."""
    return len(text.replace("\r\n", "\n"))


def format_from_start(start: bytes) -> str:
    """Return png, jpeg or webp by the first SIGNATURE_BYTES of a file; empty for anything else."""
    if start.startswith(PNG_SIGNATURE):
        return "png"
    if start.startswith(JPEG_SIGNATURE):
        return "jpeg"
    # RIFF holds other media, too; the form type behind its length says which.
    return "webp" if start[:4] == b"RIFF" and start[8:12] == b"WEBP" else ""


def result_format_from_start(start: bytes) -> str:
    """Return the format of a result by the first SIGNATURE_BYTES of its file; empty for anything else."""
    if start.startswith(GIF_SIGNATURES):
        return ANIMATION
    return format_from_start(start) or (VECTOR if _SVG_START.match(start) else "")


def nearest_size(width: int, height: int) -> Size:
    """Return the size of AUTO_SIZES whose aspect is nearest to that of a picture."""
    aspect = log(width / height)
    return min(AUTO_SIZES, key=lambda size: abs(log(size.width / size.height) - aspect))


def parse_size(name: str) -> tuple[int, int]:
    """Return width and height of a size name. Raises ValueError for anything else."""
    width, _, height = name.partition("x")
    return int(width), int(height)


# Fields that a model takes only when its row names them.
MODEL_FIELDS: Final = ("input_fidelity", "complexity", "frame_count", "frame_duration_ms", "svg", "markup")
# No current model takes it: the official API always answers with base64.
_RETIRED_FIELDS: Final = frozenset(("response_format",))
# Some endpoints refuse a field even with its default.
_UNSENT_DEFAULTS: Final[Mapping[str, object]] = {"moderation": AUTO, "stream": False, "output_compression": 100}
# A field that means nothing without another one.
_REQUIRES: Final[Mapping[str, str]] = {"partial_images": "stream"}


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Prices in cents a million tokens."""

    text_in: int = 500
    cached_text: int = 125
    image_in: int = 800
    cached_image: int = 200
    image_out: int = 3000


@dataclass(frozen=True, slots=True)
class ImageModel:
    """A model and what its official API accepts.

    `snapshots` are dated names of the same model. `fields` names those of MODEL_FIELDS that it takes, with their
    values; no values mean those of the parameter. `any_size`: it draws every size of `is_official_size`, others only
    the three standard sizes. `picture_tokens` are the output tokens of a square and of an oblong picture for each
    quality; a model without them is counted by `count_output_tokens`.
    """

    name: str
    snapshots: tuple[str, ...] = ()
    qualities: tuple[str, ...] = QUALITIES
    formats: tuple[str, ...] = OUTPUT_FORMATS
    any_size: bool = True
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices: TokenPrices = TokenPrices()
    picture_tokens: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def refused(self) -> frozenset[str]:
        """The fields that it answers with 400, whatever their values."""
        return _RETIRED_FIELDS | (frozenset(MODEL_FIELDS) - self.fields.keys())

    def accepted_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that are sent to a provider of this model."""
        return {name: value for name, value in parameters.items() if self._accepts(name, value, parameters)}

    def _accepts(self, name: str, value: object, parameters: Mapping[str, Any]) -> bool:
        if name in self.refused or (name in _UNSENT_DEFAULTS and value == _UNSENT_DEFAULTS[name]):
            return False
        return name not in _REQUIRES or bool(parameters.get(_REQUIRES[name]))


_FINER: Final = (*QUALITIES, "xhigh", "max")
_MARKUP: Final[Mapping[str, tuple[str, ...]]] = {"markup": ()}
_ANIMATED: Final[Mapping[str, tuple[str, ...]]] = {
    "complexity": COMPLEXITIES,
    "frame_count": (),
    "frame_duration_ms": (),
    "svg": (),
    **_MARKUP,
}
_ALL_FORMATS: Final = (*OUTPUT_FORMATS, ANIMATION, VECTOR)

IMAGE_MODELS: Final = {
    model.name: model
    for model in (
        ImageModel(DEFAULT_MODEL, snapshots=tuple(SNAPSHOTS)),
        ImageModel(
            "gpt-image-2.6-sunburst",
            qualities=_FINER,
            formats=_ALL_FORMATS,
            fields=_ANIMATED,
        ),
        ImageModel(
            "gpt-image-2.6-flare",
            qualities=_FINER,
            formats=_ALL_FORMATS,
            fields=_ANIMATED,
        ),
        ImageModel(
            "gpt-image-2.5-sunburst",
            snapshots=("gpt-image-2.5-sunburst-2026-09-08",),
            qualities=_FINER,
            fields=_MARKUP,
        ),
        ImageModel(
            "gpt-image-2.5-flare",
            snapshots=("gpt-image-2.5-flare-2026-09-08",),
            qualities=_FINER,
            fields=_MARKUP,
        ),
        ImageModel(
            "gpt-image-1.5",
            any_size=False,
            fields={"input_fidelity": ("low", "high")},
            prices=TokenPrices(image_out=3200),
            picture_tokens={"low": (272, 408), "medium": (1056, 1584), "high": (4160, 6240)},
        ),
        # Its tokens follow from the official price of a picture.
        ImageModel(
            "gpt-image-1-mini",
            any_size=False,
            fields={"input_fidelity": ("low",)},
            prices=TokenPrices(text_in=200, cached_text=20, image_in=250, cached_image=25, image_out=800),
            picture_tokens={"low": (625, 750), "medium": (1375, 1875), "high": (4500, 6500)},
        ),
    )
}


def find_model(name: str) -> ImageModel | None:
    """Return the model with that name or snapshot."""
    return next((model for model in IMAGE_MODELS.values() if name in (model.name, *model.snapshots)), None)
