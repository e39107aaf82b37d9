"""The profiles of image APIs, the APIs that an operator lists, and demo keys. A new kind of API is a row here."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playground.imageapi.catalog import (
    AUTO,
    AUTO_SIZE_NAMES,
    DEFAULT_CONCURRENCY,
    DEFAULT_MODEL,
    IMAGE_MODELS,
    MAX_FILE_BYTES,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    PARAMETER,
    SIZE_NAMES,
    Endpoint,
    ImageModel,
    find_model,
)
from playground.imageapi.errors import API_ERRORS
from playground.imageapi.pricing import is_official_size

BUILTIN: Final = "builtin"


@dataclass(frozen=True, slots=True)
class Profile:
    """The properties of all APIs of one kind. `keys_url` and `usage_url` are pages for people.

    `concurrency_limit`: the most calls that this server makes with one key at a time; None means no limit.
    `is_official`: has all models of the list, with the sizes and fields of their rows; else only the default one.
    `streams_many`: streams several pictures, too. `max_total_bytes`: of all sources together; None where no limit is
    documented. `unsupported`: parameters of the built-in API that these do not document or refuse. `error_codes`:
    those that they answer with.
    """

    name: str
    account: str
    sizes: tuple[str, ...] = SIZE_NAMES
    max_n: int = 4
    max_sources: int = MAX_SOURCES
    max_file_bytes: int = MAX_FILE_BYTES
    max_total_bytes: int | None = MAX_TOTAL_BYTES
    max_mask_bytes: int = MAX_FILE_BYTES
    fields: tuple[str, ...] = (
        "background",
        "output_format",
        "output_compression",
        "input_fidelity",
        "safety_identifier",
        "user",
    )
    streams: bool = False
    streams_many: bool = True
    is_official: bool = False
    concurrency_limit: int | None = None
    failures_free: bool = True
    priced_by_table: bool = True
    checks_provenance: bool = False
    key_pattern: str = r"cr_[\x21-\x7e]{1,250}"
    key_hint: str = "cr_…"
    keys_url: str = ""
    usage_url: str = ""
    unsupported: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = tuple(row.code for row in API_ERRORS)

    @property
    def models(self) -> tuple[str, ...]:
        """The names that a request may give, snapshots after all others."""
        if not self.is_official:
            return (DEFAULT_MODEL,)
        return (*IMAGE_MODELS, *(name for model in IMAGE_MODELS.values() for name in model.snapshots))

    @property
    def sources_bytes(self) -> int:
        """The largest size of all sources of an edit together."""
        return self.max_total_bytes or self.max_sources * self.max_file_bytes

    def capabilities(self, model_name: str = "") -> "Capabilities":
        """Return the capabilities of a model; for a name that is not listed, those of the default model."""
        name = model_name if model_name in self.models else DEFAULT_MODEL
        return Capabilities(self, name, find_model(name) or IMAGE_MODELS[DEFAULT_MODEL])

    def images_field(self, count: int) -> str:
        """Return the field of an edit's pictures: the official API takes several as an array only."""
        return "image[]" if self.is_official and count > 1 else "image"

    def accepts_key(self, key: str) -> bool:
        """Say whether `key` has the form of a key of this kind."""
        return re.fullmatch(self.key_pattern, key) is not None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The abilities of a model at the APIs of a profile. `model_name` is the model's name or a snapshot."""

    profile: Profile
    model_name: str
    model: ImageModel

    @property
    def any_size(self) -> bool:
        """True when every size of `is_official_size` can be requested."""
        return self.profile.is_official and self.model.any_size

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes to choose from; `auto` is not a size."""
        return self.profile.sizes if self.model.any_size else AUTO_SIZE_NAMES

    @property
    def fields(self) -> tuple[str, ...]:
        """The optional parameters that can be sent."""
        return (*self.profile.fields, *(self.model.fields if self.profile.is_official else ()))

    def accepts_size(self, name: str) -> bool:
        """Say whether the size can be requested."""
        return name in self.sizes or (self.any_size and is_official_size(name))

    def values(self, name: str, endpoint: Endpoint) -> tuple[str, ...]:
        """Return the values of a parameter; empty means any text or number."""
        match name:
            case "model":
                return self.profile.models
            case "size":
                return (*(self._auto(name, endpoint)), *self.sizes)
            case "quality":
                return (*(self._auto(name, endpoint)), *self.model.qualities)
            case "n":
                return tuple(str(number) for number in range(1, self.profile.max_n + 1))
            case "output_format":
                return self.model.formats
        own = self.model.fields.get(name) if self.profile.is_official else ()
        return own or PARAMETER[name].accepts(endpoint)

    def _auto(self, name: str, endpoint: Endpoint) -> tuple[str, ...]:
        return (AUTO,) if self.profile.is_official or AUTO in PARAMETER[name].accepts(endpoint) else ()


PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile
    for profile in (
        # QCode documents no concurrency limit; 2 is a safe guess. The codes are those of its error table and its CDN.
        Profile(
            "qcode",
            "qcode",
            concurrency_limit=2,
            fields=("background", "output_format", "output_compression", "input_fidelity", "user"),
            keys_url="https://qcode.cc/",
            usage_url="https://api.qcode.cc/qcode-img/usage",
            unsupported=("moderation", "stream", "partial_images", "safety_identifier", "webhook_url"),
            error_codes=(
                "invalid_api_key",
                "key_expired",
                "image_too_large",
                "unsupported_size",
                "crs_daily_exhausted",
                "crs_total_exhausted",
                "image_daily_limit",
                "concurrency_exhausted",
                "service_overloaded",
                "image_provider_unavailable",
                "upstream_timeout",
            ),
        ),
        Profile("builtin", "builtin", streams=True, concurrency_limit=DEFAULT_CONCURRENCY),
        # No limit of all sources together is documented. Events for several pictures at once are refused.
        Profile(
            "openai",
            "openai",
            max_n=10,
            max_sources=16,
            max_file_bytes=50 * MIB,
            max_total_bytes=None,
            max_mask_bytes=4 * MIB,
            fields=("background", "output_format", "output_compression", "moderation", "safety_identifier", "user"),
            streams=True,
            streams_many=False,
            is_official=True,
            failures_free=False,
            priced_by_table=False,
            checks_provenance=True,
            key_pattern=r"[\x21-\x7e]{8,250}",
            key_hint="sk-…",
            keys_url="https://platform.openai.com/api-keys",
            usage_url="https://platform.openai.com/usage",
            unsupported=("response_format", "webhook_url"),
            # Our codes for the official errors: `playground/imageapi/client/error_mapping.py` translates them.
            error_codes=(
                "invalid_request",
                "moderation_blocked",
                "invalid_api_key",
                "permission_denied",
                "model_not_found",
                "image_too_large",
                "unsupported_size",
                "crs_total_exhausted",
                "concurrency_exhausted",
                "server_error",
                "service_overloaded",
                "upstream_timeout",
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ImageApi:
    """One listed API. `base_url` ends in `/v1`; `behind_cdn`: a CDN cuts calls off after CDN_LIMIT_SECONDS."""

    id: str
    profile: Profile
    base_url: str
    behind_cdn: bool = False
    is_direct_alternative: bool = False

    @property
    def is_builtin(self) -> bool:
        """True for the API of this server."""
        return self.profile.name == BUILTIN

    @property
    def host(self) -> str:
        """The host name, to be shown."""
        return urlsplit(self.base_url).hostname or ""


# QCode's documentation contradicts itself about which address is direct; its advice about latency names `asia`.
DEFAULT_IMAGE_APIS: Final = (
    "builtin,"
    "asia=https://asia.qcode.cc/qcode-img/v1,"
    "api=https://api.qcode.cc/qcode-img/v1,"
    "eu=https://eu.qcode.cc/qcode-img/v1,"
    "us=https://us.qcode.cc/qcode-img/v1"
)
# Not a field of IMAGE_APIS: operators list their own APIs, and only QCode's addresses are known to have a CDN.
_BEHIND_CDN: Final = ("api", "eu", "us")
_DIRECT: Final = ("asia",)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def parse_image_apis(text: str, builtin_url: str) -> Mapping[str, ImageApi]:
    """Parse the setting IMAGE_APIS (`id[:profile]=base_url,…`) to the APIs by id, in the order shown.

    Raises ValueError with a sentence for an unknown profile, a wrong or repeated id, or a wrong address.
    """
    apis: dict[str, ImageApi] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        api = _parse_entry(entry, builtin_url)
        if api.id in apis:
            raise ValueError(f"the API {api.id!r} is listed twice")
        apis[api.id] = api
    if not apis:
        raise ValueError("at least one API must be listed")
    return apis


def _parse_entry(entry: str, builtin_url: str) -> ImageApi:
    name, _, address = entry.partition("=")
    api_id, _, kind = name.strip().partition(":")
    if not _ID.fullmatch(api_id):
        raise ValueError(f"{api_id!r} isn't a valid ID: use lowercase letters, digits and hyphens")
    if api_id == BUILTIN and not address:
        return ImageApi(BUILTIN, PROFILES[BUILTIN], builtin_url.rstrip("/") + "/v1")
    profile = PROFILES.get(kind or "qcode")
    if profile is None:
        raise ValueError(f"{kind!r} isn't a profile; the profiles are {', '.join(PROFILES)}")
    if not address.strip():
        raise ValueError(f"{api_id!r} has no base URL: write {api_id}=https://…/v1")
    base_url = address.strip().rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.endswith("/v1"):
        raise ValueError(f"{address!r} isn't a URL that ends in /v1")
    # A password in an address would reach logs and pages.
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"the base URL of {api_id!r} must not contain a user, query or fragment")
    return ImageApi(
        api_id,
        profile,
        base_url,
        behind_cdn=api_id in _BEHIND_CDN,
        is_direct_alternative=api_id in _DIRECT,
    )


PREFIX: Final = "cr_demo_"


def make_demo_key(secret: str) -> str:
    """Make a demo key: prefix, 96 random bits, and 128 bits of HMAC under `secret`."""
    # 96 bits cannot be guessed, and do not collide.
    random = secrets.token_hex(12)
    return f"{PREFIX}{random}{_signature(random, secret)}"


def is_demo_key(key: str, secret: str) -> bool:
    """Say whether `make_demo_key` made the key with the same `secret`."""
    random, signature = key[len(PREFIX) : len(PREFIX) + 24], key[len(PREFIX) + 24 :]
    if not key.startswith(PREFIX) or not key.isascii() or len(random) != 24:
        return False
    return hmac.compare_digest(signature, _signature(random, secret))


def _signature(random: str, secret: str) -> str:
    return hmac.new(f"demo key {secret}".encode(), random.encode(), hashlib.sha256).hexdigest()[:32]
