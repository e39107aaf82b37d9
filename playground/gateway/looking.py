"""What the files of an edit are, told by their heads. `look` runs in a child process: heads can be hostile too."""

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playground.pixels.decode import BROKEN, FORMATS, PictureError, open_checked

MEMORY_BYTES: Final = 1024**3
_ORIENTATION: Final = 0x0112
# Values of EXIF's orientation that lay a picture on its side (CIPA DC-008, 4.6.5).
_SIDEWAYS: Final = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class Files:
    """The files to look at."""

    images: tuple[Path, ...]
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture: `format` png, jpeg or webp, width and height in pixels as people see it, upright."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that cannot be used: which one, from 1, and a reason of PictureError or `png`: it had to be one."""

    field: Literal["image", "mask"]
    number: int
    reason: str


def look(files: Files) -> tuple[Seen, ...] | Unusable:
    """What the images are, or the first file that cannot be used."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    seen = []
    for number, path in enumerate(files.images, 1):
        try:
            seen.append(_seen(path))
        except PictureError as error:
            return Unusable("image", number, error.reason)
    if files.mask is not None:
        try:
            is_png = _seen(files.mask).format == "png"
        except PictureError as error:
            return Unusable("mask", 1, error.reason)
        if not is_png:
            return Unusable("mask", 1, "png")
    return tuple(seen)


def _seen(path: Path) -> Seen:
    with open_checked(path) as picture:
        try:
            is_sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
        except BROKEN:
            is_sideways = False
        width, height = reversed(picture.size) if is_sideways else picture.size
        return Seen(FORMATS[picture.format or ""], width, height)
