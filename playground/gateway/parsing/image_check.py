"""What the files of an edit are, told by their heads. `look` runs in a child process: heads can be hostile too."""

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MAX_EDGE, MAX_PIXELS
from playground.imageapi.errors import ApiError
from playground.imaging.decode import BROKEN, FORMATS, PictureError, open_checked
from playground.processes.pool import ProcessPool

MEMORY_BYTES: Final = 1024**3
_ORIENTATION: Final = 0x0112
# Values of EXIF's orientation that lay a picture on its side (CIPA DC-008, 4.6.5).
_SIDEWAYS: Final = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class UploadedPaths:
    """The files to look at."""

    images: tuple[Path, ...]
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A picture: `format` png, jpeg or webp, width and height in pixels as people see it, upright."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that cannot be used: which one, from 1, and a reason of PictureError or `png`: it had to be one."""

    field: Literal["image", "mask"]
    number: int
    reason: str


def inspect_images(files: UploadedPaths) -> tuple[ImageFacts, ...] | RejectedFile:
    """What the images are, or the first file that cannot be used."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    seen = []
    for number, path in enumerate(files.images, 1):
        try:
            seen.append(_inspect_image(path))
        except PictureError as error:
            return RejectedFile("image", number, error.reason)
    if files.mask is not None:
        try:
            is_png = _inspect_image(files.mask).format == "png"
        except PictureError as error:
            return RejectedFile("mask", 1, error.reason)
        if not is_png:
            return RejectedFile("mask", 1, "png")
    return tuple(seen)


def _inspect_image(path: Path) -> ImageFacts:
    with open_checked(path) as picture:
        try:
            is_sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
        except BROKEN:
            is_sideways = False
        width, height = reversed(picture.size) if is_sideways else picture.size
        return ImageFacts(FORMATS[picture.format or ""], width, height)


_REASONS: Final = {
    "format": "is not a PNG, JPEG or WebP picture; save it as one of these",
    "size": f"has over {MAX_PIXELS // 1_000_000} megapixels, or over {MAX_EDGE:,} pixels a side",
    "png": "must be a PNG picture, whose transparent area is repainted",
    "broken": "is damaged and cannot be read",
}


def describe_file(field: str, number: int, name: str) -> str:
    """How a file is called in sentences: `image 2 (cat.png)`, `mask (m.png)`. `number` counts from 1."""
    return f"mask ({name})" if field == "mask" else f"{field} {number} ({name})"


def image_error(found: RejectedFile, names: list[str], mask: str) -> ApiError:
    """The error for a file; `names` are those of the images in order, `mask` that of the mask."""
    name = mask if found.field == "mask" else names[found.number - 1]
    reason = _REASONS.get(found.reason, "cannot be read")
    return ApiError(
        "invalid_request", f"{describe_file(found.field, found.number, name)} {reason}.", param=found.field
    )


def disk_full_error() -> ApiError:
    """The error for a call that the server has no room for."""
    message = "The server's disk is full; nothing was sent and nothing was charged. Try again later."
    return ApiError("server_error", message)


def api_error_from(error: Exception) -> ApiError:
    """The error for whatever broke in the server."""
    return disk_full_error() if is_disk_full(error) else ApiError("server_error")


# Heads of files can be hostile: a child process reads them.
file_checks: "ProcessPool[UploadedPaths, tuple[ImageFacts, ...] | RejectedFile]" = ProcessPool(
    "playground.gateway.parsing.image_check:inspect_images", children=1
)
