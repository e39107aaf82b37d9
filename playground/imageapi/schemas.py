"""Requests and results of the image API, as client and built-in API exchange them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from playground.imageapi.catalog import DEFAULT_MODEL, Endpoint


@dataclass(frozen=True, slots=True)
class SourceImage:
    """A source or mask of an edit: a file on disk that is sent under `name`. `size` is in bytes.

    `digest` is the SHA-256 of its bytes in hexadecimal, if it is known already. `field` is the place of its URL in a
    JSON request, for errors; empty for an uploaded file.
    """

    path: Path
    name: str
    media_type: str
    size: int
    digest: str = ""
    field: str = ""


# The webhook is between the client and the API that it calls: it is not forwarded, and does not tell requests apart.
_OTHER_FIELDS: Final = ("endpoint", "images", "mask", "markup", "webhook_url")


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A request to an image API. A field that is None is not sent, so that the API uses its default."""

    endpoint: Endpoint
    prompt: str
    model: str = DEFAULT_MODEL
    size: str | None = None
    quality: str | None = None
    n: int | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    input_fidelity: str | None = None
    complexity: str | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    moderation: str | None = None
    response_format: str | None = None
    safety_identifier: str | None = None
    user: str | None = None
    stream: bool | None = None
    partial_images: int | None = None
    webhook_url: str | None = None
    images: tuple[SourceImage, ...] = ()
    mask: SourceImage | None = None
    markup: SourceImage | None = None

    @property
    def files(self) -> tuple[SourceImage, ...]:
        """The pictures, then the mask and the markup, in the order in which they are sent."""
        return (*self.images, *filter(None, (self.mask, self.markup)))

    @property
    def end_user(self) -> str:
        """The safety identifier; an empty one leaves it to `user`, its deprecated name in the official API."""
        return self.safety_identifier or self.user or ""

    def parameters(self) -> dict[str, Any]:
        """Return the fields about pictures that are sent, without files, in the order of this class."""
        named = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: value for name, value in named if value is not None and name not in _OTHER_FIELDS}

    @classmethod
    def from_parameters(
        cls,
        endpoint: Endpoint,
        parameters: Mapping[str, Any],
        images: tuple[SourceImage, ...] = (),
        mask: SourceImage | None = None,
        markup: SourceImage | None = None,
    ) -> "ImageRequest":
        """Build the request that `parameters()` was called on."""
        return cls(endpoint=endpoint, images=images, mask=mask, markup=markup, **dict(parameters))


@dataclass(frozen=True, slots=True)
class ReceivedPicture:
    """A delivered picture, on disk as it was received. `index` counts from 0.

    `has_next`: the next one has been received, too, and follows at once.
    """

    index: int
    path: Path
    revised_prompt: str = ""
    has_next: bool = False


@dataclass(frozen=True, slots=True)
class PartialPicture:
    """A preview of an unfinished picture, on disk. `step` counts from 0 within the picture."""

    index: int
    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the API reported; 0 for those that it did not. Those of `svg_` wrote an SVG after a picture."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    input_image_tokens: int = 0
    input_text_tokens: int = 0
    svg_input_tokens: int = 0
    svg_output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ImageResult:
    """The pictures of a call in order, and the fields around them. Fields that the API did not send are empty."""

    pictures: tuple[ReceivedPicture, ...]
    created: int = 0
    size: str = ""
    quality: str = ""
    output_format: str = ""
    background: str = ""
    usage: Usage | None = None
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
