"""The form of an edit: text fields, and files that go to disk while they are read."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.http import HttpRequest

from playground import disk
from playground.gateway.incoming import patience
from playground.gateway.multipart import Part, parts_of
from playground.gateway.refusals import called, disk_full
from playground.imageapi.errors import ApiError
from playground.imageapi.options import (
    MAX_FILE_BYTES,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    PARAMETER,
    file_field,
    parameters_of,
)

# Prompts have 128 KB at most.
MAX_TEXT_BYTES: Final = MIB
MOST: Final = {"image": MAX_SOURCES, "mask": 1}
TEXTS: Final = frozenset(one.name for one in parameters_of("edits") if one.kind != "file")
LONGEST_NAME: Final = 100
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: where it is now, the name it came under (never a path), its size in bytes."""

    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent. `fields` are typed as in JSON; unknown text fields are among them, without a value."""

    fields: Mapping[str, object]
    images: tuple[Upload, ...]
    mask: Upload | None


def read_form(request: HttpRequest, folder: Path) -> Form:
    """Read the body to its end; files go to `folder`.

    Raises ApiError 400, 413 or 415 as soon as something is wrong, and CallerLeft when the body breaks off.
    """
    reader = _Reader(folder)
    with patience(request):
        for part in parts_of(request):
            reader.take(part)
    return reader.form()


def plain_name(sent: str) -> str:
    """A file name as it may be shown and sent on: its last part, printable, at most LONGEST_NAME characters."""
    last = re.split(r"[/\\]", sent)[-1]
    return "".join(char for char in last if char.isprintable())[-LONGEST_NAME:].strip(" .") or "picture"


class _Reader:
    """Takes part by part, and keeps count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fields: dict[str, object] = {}
        # With their places: `image[1]` may come before `image[0]`.
        self._files: defaultdict[str, list[tuple[int, Upload]]] = defaultdict(list)
        self._text_bytes = self._file_bytes = 0

    def take(self, part: Part) -> None:
        """Read one part to its end."""
        if part.is_file:
            self._take_file(part)
        else:
            self._take_text(part)

    def form(self) -> Form:
        """What was taken."""
        images, masks = (sorted(self._files[name], key=lambda one: one[0]) for name in ("image", "mask"))
        return Form(self._fields, tuple(one for _, one in images), next((one for _, one in masks), None))

    def _take_text(self, part: Part) -> None:
        name = part.name
        content = part.content.read(MAX_TEXT_BYTES - self._text_bytes + 1)
        self._text_bytes += len(content)
        if self._text_bytes > MAX_TEXT_BYTES:
            message = "The text fields are over 1 MB together; files need a file name."
            raise ApiError("invalid_request", message, param=name[:64], status=413)
        if name in TEXTS and name in self._fields:
            raise ApiError("invalid_request", f"{name} was sent more than once.", param=name)
        if name in TEXTS:
            self._fields[name] = _typed(name, _decoded(name, content))
        elif file_field(name) is None:
            self._fields[name] = None
        elif content:
            # Browsers send a file field that was left empty so: without a name and without content.
            raise ApiError("invalid_request", f"{name} must be a file, with a file name.", param=name)

    def _take_file(self, part: Part) -> None:
        if part.name in TEXTS:
            raise ApiError("invalid_request", f"{part.name} must be text, not a file.", param=part.name)
        known = file_field(part.name)
        if known is None:
            message = f'The file field "{part.name[:64]}" is unknown: send pictures as image, and a mask as mask.'
            raise ApiError("invalid_request", message, param=part.name[:64])
        name, place = known
        number, most = len(self._files[name]) + 1, MOST[name]
        if number > most:
            message = f"At most {most} {name} {'file' if most == 1 else 'files'} can be sent."
            raise ApiError("invalid_request", message, param=name)
        path, shown = self._folder / f"{name}-{number}", plain_name(part.file_name)
        size = self._copy(part, path, name, called(name, number, shown))
        self._files[name].append((place, Upload(path, shown, size)))

    def _copy(self, part: Part, path: Path, param: str, who: str) -> int:
        """Write the part's content to `path`; its size in bytes."""
        size = 0
        with path.open("xb") as file:
            for block in part.content:
                size += len(block)
                self._file_bytes += len(block)
                if size > MAX_FILE_BYTES:
                    raise ApiError("image_too_large", f"{who} is over 25 MB.", param=param)
                if self._file_bytes > MAX_TOTAL_BYTES:
                    message = f"All files together are over 200 MB; the limit was passed in {who}."
                    raise ApiError("image_too_large", message, param=param)
                if not disk.has_room(len(block)):
                    raise disk_full()
                file.write(block)
        return size


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ApiError("invalid_request", f"{name} is not text in UTF-8.", param=name) from error


def _typed(name: str, text: str) -> object:
    """The text as JSON would have it; what is no number or truth value stays text, and is refused as such later."""
    match PARAMETER[name].kind:
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "boolean":
            return _BOOLEANS.get(text.lower(), text)
    return text
