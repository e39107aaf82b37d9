"""The parts of a multipart/form-data body (RFC 7578), one after another, however large they are.

Django finds the boundaries and reads the heads. Its form reader is not used: it leaves out parts whose name or
head it does not like without a word, and refuses large forms with a page.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import IOBase
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import SuspiciousMultipartForm
from django.http import HttpRequest
from django.http.multipartparser import ChunkIter, InputStreamExhausted, LazyStream, MultiPartParserError, Parser
from django.utils.http import parse_header_parameters

from playground.core.files import disk
from playground.core.http.request_body import BLOCK_BYTES, body_timeout
from playground.gateway.client_connection import BODY_TIMEOUT_SECONDS, RequestBody
from playground.gateway.parsing.image_check import describe_file, disk_full_error
from playground.imageapi.catalog import (
    MAX_FILE_BYTES,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    PARAMETER,
    file_field,
    parameters_for,
)
from playground.imageapi.errors import ApiError

MAX_PARTS: Final = 100
# Beside the files: texts, heads, and what stands around the parts.
MAX_BODY_BYTES: Final = MAX_TOTAL_BYTES + 4 * MIB
_BOUNDARY: Final = re.compile(r"[ -~]{0,200}[!-~]")
# Others were given up by RFC 7578, 4.7; taking their letters for the content would garble it.
_PLAIN_ENCODINGS: Final = ("", "7bit", "8bit", "binary")
_MALFORMED: Final = (MultiPartParserError, InputStreamExhausted, SuspiciousMultipartForm)


@dataclass(frozen=True, slots=True)
class Part:
    """A part whose content is read before the next part is asked for. `file_name` may be empty."""

    name: str
    file_name: str
    is_file: bool
    content: LazyStream


def read_parts(request: HttpRequest) -> Iterator[Part]:
    """The parts in order. Raises ApiError 400 or 415, and CallerLeft when the body breaks off."""
    parts = Parser(LazyStream(ChunkIter(_Source(request), BLOCK_BYTES)), _boundary(request))
    try:
        for number, (_, head, content) in enumerate(parts):
            if number == 0:
                # What stands before the first boundary means nothing (RFC 2046, 5.1.1).
                deque(content, maxlen=0)
                continue
            if "content-disposition" not in head and content.read(2) == b"--":
                return
            if number > MAX_PARTS:
                raise ApiError("invalid_request", f"The form has more than {MAX_PARTS} fields and files.")
            yield _part(head, content)
    except _MALFORMED as error:
        raise ApiError("invalid_request", "The body is not valid multipart/form-data.") from error
    raise ApiError("invalid_request", "The multipart body has no end: its closing boundary is missing.")


class _Source(IOBase):
    """The body, as far as it is worth reading."""

    def __init__(self, request: HttpRequest) -> None:
        self._body = RequestBody(request)
        self._left = MAX_BODY_BYTES

    def read(self, size: int | None = None, /) -> bytes:
        """The next block. Raises CallerLeft, and ApiError 413 past MAX_BODY_BYTES."""
        block = self._body.read(size or BLOCK_BYTES)
        self._left -= len(block)
        if self._left < 0:
            raise ApiError("invalid_request", "The body is larger than the files in it may be.", status=413)
        return block


def _boundary(request: HttpRequest) -> bytes:
    media_type, parameters = parse_header_parameters(request.headers.get("Content-Type", ""))
    if media_type != "multipart/form-data":
        message = "Send the body as multipart/form-data: the pictures of an edit are files."
        raise ApiError("unsupported_media_type", message)
    boundary = parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise ApiError("invalid_request", "The Content-Type header names no boundary; let your HTTP library set it.")
    return boundary.encode()


def _part(head: dict[str, Any], content: LazyStream) -> Part:
    disposition = head.get("content-disposition")
    if disposition is None or "name" not in disposition[1]:
        message = "A part of the form has no readable name: it needs a Content-Disposition header in UTF-8."
        raise ApiError("invalid_request", message)
    name, file_name = (disposition[1].get(key, b"").decode() for key in ("name", "filename"))
    encoding, _ = head.get("content-transfer-encoding", ("", {}))
    if encoding.lower() not in _PLAIN_ENCODINGS:
        message = f"{name[:64]} has a Content-Transfer-Encoding; send its bytes as they are."
        raise ApiError("invalid_request", message, param=name[:64])
    # Some programs send a picture without a file name; taken for text, it would be dropped and the edit charged.
    media_type, _ = head.get("content-type", ("", {}))
    return Part(name, file_name, bool(file_name) or media_type.lower().startswith("image/"), content)


# Prompts have 128 KB at most.
MAX_TEXT_BYTES: Final = MIB
MAX_VALUES: Final = {"image": MAX_SOURCES, "mask": 1}
TEXTS: Final = frozenset(one.name for one in parameters_for("edits") if one.kind != "file")
MAX_NAME_LENGTH: Final = 100
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was sent: where it is now, the name it came under (never a path), its size in bytes."""

    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class EditForm:
    """What was sent. `fields` are typed as in JSON; unknown text fields are among them, without a value."""

    fields: Mapping[str, object]
    images: tuple[UploadedFile, ...]
    mask: UploadedFile | None


def read_edit_form(request: HttpRequest, folder: Path) -> EditForm:
    """Read the body to its end; files go to `folder`.

    Raises ApiError 400, 413 or 415 as soon as something is wrong, and CallerLeft when the body breaks off.
    """
    reader = _Reader(folder)
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        for part in read_parts(request):
            reader.take(part)
    return reader.form()


def plain_file_name(sent: str) -> str:
    """A file name as it may be shown and sent on: its last part, printable, at most LONGEST_NAME characters."""
    last = re.split(r"[/\\]", sent)[-1]
    return "".join(char for char in last if char.isprintable())[-MAX_NAME_LENGTH:].strip(" .") or "picture"


class _Reader:
    """Takes part by part, and keeps count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fields: dict[str, object] = {}
        # With their places: `image[1]` may come before `image[0]`.
        self._files: defaultdict[str, list[tuple[int, UploadedFile]]] = defaultdict(list)
        self._text_bytes = self._file_bytes = 0

    def take(self, part: Part) -> None:
        """Read one part to its end."""
        if part.is_file:
            self._take_file(part)
        else:
            self._take_text(part)

    def form(self) -> EditForm:
        """What was taken."""
        images, masks = (sorted(self._files[name], key=lambda one: one[0]) for name in ("image", "mask"))
        return EditForm(self._fields, tuple(one for _, one in images), next((one for _, one in masks), None))

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
            self._fields[name] = _parse_value(name, _decode_text(name, content))
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
        number, most = len(self._files[name]) + 1, MAX_VALUES[name]
        if number > most:
            message = f"At most {most} {name} {'file' if most == 1 else 'files'} can be sent."
            raise ApiError("invalid_request", message, param=name)
        path, shown = self._folder / f"{name}-{number}", plain_file_name(part.file_name)
        size = self._copy(part, path, name, describe_file(name, number, shown))
        self._files[name].append((place, UploadedFile(path, shown, size)))

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
                    raise disk_full_error()
                file.write(block)
        return size


def _decode_text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ApiError("invalid_request", f"{name} is not text in UTF-8.", param=name) from error


def _parse_value(name: str, text: str) -> object:
    """The text as JSON would have it; what is no number or truth value stays text, and is refused as such later."""
    match PARAMETER[name].kind:
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "boolean":
            return _BOOLEANS.get(text.lower(), text)
    return text
