"""Read the multipart form of an edit (RFC 7578) part by part, in constant memory.

Django's parser finds the boundaries and reads the headers. Its form reader is not used: it silently drops parts with
an unusual name or header, and refuses large forms with an HTML page.
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
from playground.imageapi.untrusted_text import MAX_NAME_LENGTH

# Each part costs a header to parse; an edit has at most 9 files and 14 fields.
MAX_PARTS: Final = 100
# Besides the files: texts, headers and boundaries.
MAX_BODY_BYTES: Final = MAX_TOTAL_BYTES + 4 * MIB
_BOUNDARY: Final = re.compile(r"[ -~]{0,200}[!-~]")
# RFC 7578, 4.7 deprecates all others; taking encoded bytes for the content would garble it.
_PLAIN_ENCODINGS: Final = ("", "7bit", "8bit", "binary")
_MALFORMED: Final = (MultiPartParserError, InputStreamExhausted, SuspiciousMultipartForm)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the form. Read its content before the next part. `file_name` may be empty."""

    name: str
    file_name: str
    is_file: bool
    content: LazyStream


def read_parts(request: HttpRequest) -> Iterator[Part]:
    """Read the parts in order. Raises ApiError 400 or 415, and ClientDisconnected."""
    parts = Parser(LazyStream(ChunkIter(_BoundedBody(request), BLOCK_BYTES)), _read_boundary(request))
    try:
        for number, (_, head, content) in enumerate(parts):
            if number == 0:
                # Text before the first boundary has no meaning (RFC 2046, 5.1.1).
                deque(content, maxlen=0)
                continue
            if "content-disposition" not in head and content.read(2) == b"--":
                return
            if number > MAX_PARTS:
                raise ApiError("invalid_request", f"The form has more than {MAX_PARTS} fields and files.")
            yield _part_from_head(head, content)
    except _MALFORMED as error:
        raise ApiError("invalid_request", "The body isn't valid multipart/form-data.") from error
    raise ApiError("invalid_request", "The multipart body is incomplete: its closing boundary is missing.")


class _BoundedBody(IOBase):
    """The body, up to MAX_BODY_BYTES."""

    def __init__(self, request: HttpRequest) -> None:
        self._body = RequestBody(request)
        self._left = MAX_BODY_BYTES

    def read(self, size: int | None = None, /) -> bytes:
        """Read the next block. Raises ClientDisconnected, and ApiError 413 past MAX_BODY_BYTES."""
        block = self._body.read(size or BLOCK_BYTES)
        self._left -= len(block)
        if self._left < 0:
            raise ApiError("invalid_request", "The body is larger than the upload limits allow.", status=413)
        return block


def _read_boundary(request: HttpRequest) -> bytes:
    media_type, parameters = parse_header_parameters(request.headers.get("Content-Type", ""))
    if media_type != "multipart/form-data":
        message = "Send the body as multipart/form-data with image files, or as JSON with image URLs."
        raise ApiError("unsupported_media_type", message)
    boundary = parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise ApiError("invalid_request", "The Content-Type header has no boundary; let your HTTP library set it.")
    return boundary.encode()


def _part_from_head(head: dict[str, Any], content: LazyStream) -> Part:
    disposition = head.get("content-disposition")
    if disposition is None or "name" not in disposition[1]:
        message = "A form part has no readable name. Each part needs a Content-Disposition header in UTF-8."
        raise ApiError("invalid_request", message)
    name, file_name = (disposition[1].get(key, b"").decode() for key in ("name", "filename"))
    encoding, _ = head.get("content-transfer-encoding", ("", {}))
    if encoding.lower() not in _PLAIN_ENCODINGS:
        message = f"{name[:64]} has a Content-Transfer-Encoding header. Send its raw bytes instead."
        raise ApiError("invalid_request", message, param=name[:64])
    # Some clients send a picture without a file name. As text it would be ignored, and the edit charged.
    media_type, _ = head.get("content-type", ("", {}))
    return Part(name, file_name, bool(file_name) or media_type.lower().startswith("image/"), content)


# A prompt has at most 128 KB.
MAX_TEXT_BYTES: Final = MIB
MAX_VALUES: Final = {"image": MAX_SOURCES, "mask": 1}
TEXT_FIELDS: Final = frozenset(row.name for row in parameters_for("edits") if row.kind != "file")
# The limits as sentences name them.
FILE_LIMIT: Final = f"{MAX_FILE_BYTES // MIB} MB"
TOTAL_LIMIT: Final = f"{MAX_TOTAL_BYTES // MIB} MB"
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of an edit: its path on disk, the client's name for it (never a path), its size in bytes.

    `field` is the place of its URL in a JSON request; empty for an uploaded file.
    """

    path: Path
    name: str
    size: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class EditUpload:
    """The fields and files of an edit. `fields` have the types of JSON; unknown ones are among them, as None."""

    fields: Mapping[str, object]
    images: tuple[UploadedFile, ...]
    mask: UploadedFile | None


def read_edit_form(request: HttpRequest, folder: Path) -> EditUpload:
    """Read the whole body, and save its files in `folder`.

    Raises ApiError 400, 413 or 415 on the first error, and ClientDisconnected.
    """
    reader = _FormReader(folder)
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        for part in read_parts(request):
            reader.read_part(part)
    return reader.form()


def plain_file_name(name: str) -> str:
    """Make a file name safe to show and forward: no folders, printable, at most MAX_NAME_LENGTH characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable())[-MAX_NAME_LENGTH:].strip(" .") or "picture"


class _FormReader:
    """Reads parts into fields and files, and counts their bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fields: dict[str, object] = {}
        # With their positions: `image[1]` may come before `image[0]`.
        self._files: defaultdict[str, list[tuple[int, UploadedFile]]] = defaultdict(list)
        self._text_bytes = self._file_bytes = 0

    def read_part(self, part: Part) -> None:
        """Read a part to its end."""
        if part.is_file:
            self._read_file(part)
        else:
            self._read_text(part)

    def form(self) -> EditUpload:
        images, masks = (sorted(self._files[name], key=lambda item: item[0]) for name in ("image", "mask"))
        return EditUpload(self._fields, tuple(file for _, file in images), next((file for _, file in masks), None))

    def _read_text(self, part: Part) -> None:
        name = part.name
        content = part.content.read(MAX_TEXT_BYTES - self._text_bytes + 1)
        self._text_bytes += len(content)
        if self._text_bytes > MAX_TEXT_BYTES:
            message = "The text fields are over 1 MB in total. Files need a file name."
            raise ApiError("invalid_request", message, param=name[:64], status=413)
        if name in TEXT_FIELDS and name in self._fields:
            raise ApiError("invalid_request", f"{name} appears more than once.", param=name)
        if name in TEXT_FIELDS:
            self._fields[name] = _parse_value(name, _decode_text(name, content))
        elif file_field(name) is None:
            self._fields[name] = None
        elif content:
            # Browsers send an empty file field without a name and without content.
            raise ApiError("invalid_request", f"{name} must be a file with a file name.", param=name)

    def _read_file(self, part: Part) -> None:
        if part.name in TEXT_FIELDS:
            raise ApiError("invalid_request", f"{part.name} must be text, not a file.", param=part.name)
        field = file_field(part.name)
        if field is None:
            message = f'The file field "{part.name[:64]}" is unknown. Send images as image, and a mask as mask.'
            raise ApiError("invalid_request", message, param=part.name[:64])
        name, position = field
        number, limit = len(self._files[name]) + 1, MAX_VALUES[name]
        if number > limit:
            message = f"You can send at most {limit} {name} {'file' if limit == 1 else 'files'}."
            raise ApiError("invalid_request", message, param=name)
        path, file_name = self._folder / f"{name}-{number}", plain_file_name(part.file_name)
        size = self._copy(part, path, name, describe_file(name, number, file_name))
        self._files[name].append((position, UploadedFile(path, file_name, size)))

    def _copy(self, part: Part, path: Path, param: str, label: str) -> int:
        """Write the part's content to `path`; return its size in bytes. `label` names the file in errors."""
        size = 0
        # `x` fails when the file exists: two parts must never share one.
        with path.open("xb") as file:
            for block in part.content:
                size += len(block)
                self._file_bytes += len(block)
                if size > MAX_FILE_BYTES:
                    raise ApiError("image_too_large", f"{label} is over {FILE_LIMIT}.", param=param)
                if self._file_bytes > MAX_TOTAL_BYTES:
                    message = f"The files are over {TOTAL_LIMIT} in total; {label} exceeded the limit."
                    raise ApiError("image_too_large", message, param=param)
                # Before the write: a full disk would take answers of other calls with it.
                if not disk.has_room(len(block)):
                    raise disk_full_error()
                file.write(block)
        return size


def _decode_text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ApiError("invalid_request", f"{name} isn't valid UTF-8 text.", param=name) from error


def _parse_value(name: str, text: str) -> object:
    """Convert a text to its JSON type. Other text is kept, and validation refuses it later."""
    match PARAMETER[name].kind:
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "boolean":
            return _BOOLEANS.get(text.lower(), text)
    return text
