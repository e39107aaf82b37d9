"""Requests and results as both sides pass them on: frozen values, no behaviour beyond reading themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from playground.imageapi.catalog import DEFAULT_MODEL, Endpoint


@dataclass(frozen=True, slots=True)
class SourceImage:
    """A picture that goes into an edit: a file on disk, sent under `name`. `size` is in bytes.

    `digest` is the SHA-256 of its bytes in hexadecimal, where it is known already.
    """

    path: Path
    name: str
    media_type: str
    size: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What is asked of the image API. A field that is None is not sent, so the API's own default holds."""

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
    moderation: str | None = None
    response_format: str | None = None
    user: str | None = None
    stream: bool | None = None
    partial_images: int | None = None
    images: tuple[SourceImage, ...] = ()
    mask: SourceImage | None = None

    def parameters(self) -> dict[str, Any]:
        """The fields that are sent, files apart, in the order of this class."""
        named = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {
            name: value for name, value in named if value is not None and name not in ("endpoint", "images", "mask")
        }

    @classmethod
    def from_parameters(
        cls,
        endpoint: Endpoint,
        parameters: Mapping[str, Any],
        images: tuple[SourceImage, ...] = (),
        mask: SourceImage | None = None,
    ) -> "ImageRequest":
        """The request that `parameters()` described."""
        return cls(endpoint=endpoint, images=images, mask=mask, **dict(parameters))


@dataclass(frozen=True, slots=True)
class ReceivedPicture:
    """A picture that the API delivered, on disk as it came. `index` counts from 0."""

    index: int
    path: Path
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class PartialPicture:
    """A preview of an unfinished picture, on disk. `step` counts from 0 within the picture."""

    index: int
    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the API reported; zero where it said nothing."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    input_image_tokens: int = 0
    input_text_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ImageResult:
    """What came back: pictures in order, and what the API said of them. Empty texts mean it said nothing."""

    pictures: tuple[ReceivedPicture, ...]
    created: int = 0
    size: str = ""
    quality: str = ""
    output_format: str = ""
    background: str = ""
    usage: Usage | None = None
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
