"""Format and size of an edit's files, from their headers; and errors about files, disk and server.

Headers can be hostile, so `inspect_images` runs in a child process.
"""

import resource
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MAX_EDGE, MAX_PIXELS
from playground.imageapi.errors import ApiError
from playground.imaging.decode import BROKEN, FORMATS, ORIENTATION_TAG, PictureError, open_checked
from playground.processes.child import UPLOADS
from playground.processes.pool import ProcessPool

# Headers are small; a file whose header needs a gigabyte is an attack.
MEMORY_BYTES: Final = 1024**3
# EXIF orientations that swap width and height (CIPA DC-008, 4.6.5).
_SIDEWAYS: Final = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class UploadedPaths:
    """Paths of the files to inspect."""

    images: tuple[Path, ...]
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A picture: `format` is png, jpeg or webp, width and height are those of the upright picture."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that cannot be used. `number` counts from 1; `reason` is PictureError's, or `png`: it must be one."""

    field: Literal["image", "mask"]
    number: int
    reason: str


def inspect_images(files: UploadedPaths) -> tuple[ImageFacts, ...] | RejectedFile:
    """Return the facts of the images, or the first file that cannot be used."""
    # Here, not in the parent: the limit is for the child alone.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    images = []
    for number, path in enumerate(files.images, 1):
        try:
            images.append(_inspect_image(path))
        except PictureError as error:
            return RejectedFile("image", number, error.reason)
    if files.mask is not None:
        try:
            is_png = _inspect_image(files.mask).format == "png"
        except PictureError as error:
            return RejectedFile("mask", 1, error.reason)
        if not is_png:
            return RejectedFile("mask", 1, "png")
    return tuple(images)


def _inspect_image(path: Path) -> ImageFacts:
    with open_checked(path) as picture:
        try:
            is_sideways = picture.getexif().get(ORIENTATION_TAG) in _SIDEWAYS
        except BROKEN:
            is_sideways = False
        width, height = reversed(picture.size) if is_sideways else picture.size
        return ImageFacts(FORMATS[picture.format or ""], width, height)


class NamedImage(Protocol):
    """An image as errors name it: by its file name, or by the place of its URL in a JSON request."""

    @property
    def name(self) -> str: ...

    @property
    def field(self) -> str: ...


_REASONS: Final = {
    "format": "isn't a PNG, JPEG or WebP image; save it in one of these formats",
    "size": f"is over {MAX_PIXELS // 1_000_000} megapixels, or over {MAX_EDGE:,} pixels on one side",
    "png": "must be a PNG image; its transparent area is repainted",
    "broken": "is damaged and can't be read",
}


def describe_file(field: str, number: int, name: str) -> str:
    """Name a file in a sentence: `image 2 (cat.png)`, `mask (m.png)`. `number` counts from 1."""
    return f"mask ({name})" if field == "mask" else f"{field} {number} ({name})"


def image_error(rejected: RejectedFile, images: Sequence[NamedImage], mask: NamedImage | None) -> ApiError:
    """Build the error for a file of an edit; `images` are in order."""
    image = mask if rejected.field == "mask" else images[rejected.number - 1]
    name, field = (image.name, image.field) if image else ("", "")
    label = field or describe_file(rejected.field, rejected.number, name)
    return ApiError("invalid_request", f"{label} {image_problem(rejected.reason)}.", param=field or rejected.field)


def image_problem(reason: str) -> str:
    """Return why an image cannot be used, as the end of a sentence."""
    return _REASONS.get(reason, "can't be read")


def disk_full_error() -> ApiError:
    """Build the error for a full disk."""
    message = "The server's disk is full. Nothing was sent or charged. Try again later."
    return ApiError("server_error", message)


def api_error_from_exception(error: Exception) -> ApiError:
    """Build the error for an unexpected exception."""
    return disk_full_error() if is_disk_full(error) else ApiError("server_error")


# One child is enough: only headers are read.
file_checks: "ProcessPool[UploadedPaths, tuple[ImageFacts, ...] | RejectedFile]" = ProcessPool(
    "playground.gateway.parsing.image_check:inspect_images", name=UPLOADS, children=1
)
