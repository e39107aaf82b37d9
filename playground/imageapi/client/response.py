"""Read a response: its body in blocks, the entries of `data` with their pictures, the other fields, or an error."""

import http.client
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import requests
import urllib3

from playground.imageapi.catalog import BLOCK
from playground.imageapi.client.json_stream import JsonStreamParser
from playground.imageapi.client.picture_files import PictureFiles, UnusableResponseError
from playground.imageapi.client.transport import CancellableSocket
from playground.imageapi.schemas import Usage
from playground.imageapi.untrusted_text import clean_text, plain_text

_GZIP = b"\x1f\x8b"
_WHITESPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


class BodyBrokenError(Exception):
    """The connection ended, or was aborted, before the body did. `timed_out`: nothing came for too long."""

    def __init__(self, timed_out: bool) -> None:
        self.timed_out = timed_out
        super().__init__("the connection broke")


def read_blocks(response: requests.Response, connection: CancellableSocket, max_bytes: int) -> Iterator[bytes]:
    """Yield the body as it arrives, unpacked if it is gzip. Raises BodyBrokenError and UnusableResponseError.

    gzip is recognized by its first bytes: some proxies compress although we ask for identity, without a header.
    """
    raw = _raw_blocks(response, connection)
    first = b""
    for block in raw:
        first += block
        if len(first) >= len(_GZIP):
            break
    blocks = _decompress(first, raw) if first.startswith(_GZIP) else _prepend(first, raw)
    bytes_left = max_bytes
    for block in blocks:
        bytes_left -= len(block)
        if bytes_left < 0:
            raise UnusableResponseError("it is too large")
        yield block


def skip_blanks(blocks: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """Drop a byte order mark, and the blanks that servers send to keep a connection open, from the start.

    Raises UnusableResponseError above `max_bytes` of blanks.
    """
    first = b""
    for block in blocks:
        max_bytes -= len(block)
        first = (first + block).lstrip(_WHITESPACE)
        if first.startswith(_BOM):
            first = first[len(_BOM) :].lstrip(_WHITESPACE)
        if first and not _BOM.startswith(first):
            yield first
            break
        if max_bytes < 0:
            raise UnusableResponseError("it is too long")
    yield from blocks


def read_start(response: requests.Response, connection: CancellableSocket, max_bytes: int) -> bytes:
    """Return at most `max_bytes` of the body, or the part that came before it ended or broke."""
    text = bytearray()
    try:
        for block in read_blocks(response, connection, max_bytes):
            text += block
    except (BodyBrokenError, UnusableResponseError):
        pass
    return bytes(text[:max_bytes])


def _raw_blocks(response: requests.Response, connection: CancellableSocket) -> Iterator[bytes]:
    while True:
        try:
            block = response.raw.read1(BLOCK, decode_content=False)
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            timed_out = isinstance(error, urllib3.exceptions.ReadTimeoutError | TimeoutError)
            raise BodyBrokenError(timed_out) from None
        if not block:
            break
        yield block
    # Without a length, an aborted connection looks like the end of the body.
    if connection.abort_reason:
        raise BodyBrokenError(timed_out=False)


def _prepend(first: bytes, following: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from following


def _decompress(first: bytes, following: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        for packed in _prepend(first, following):
            while packed:
                yield decompressor.decompress(packed, BLOCK)
                packed = decompressor.unconsumed_tail
    except zlib.error:
        raise UnusableResponseError("its compression is unknown") from None
    if not decompressor.eof:
        raise UnusableResponseError("it ended too early")


# Signed addresses of object stores are long.
_MAX_URL = 8_000
_MAX_MESSAGE = 8_000
_MAX_DETAIL = 40
_DETAILS = ("size", "quality", "output_format", "background")
_MESSAGE_FIELDS = ("message", "msg", "error_msg", "errmsg")
_PARAM = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,39})(?:\[\d*\])?")


@dataclass(frozen=True, slots=True)
class ImageEntry:
    """One picture of a response: a file, an address to download it from, or the failure that left neither."""

    path: Path | None
    url: str
    revised_prompt: str
    failure: UnusableResponseError | OSError | None = None


@dataclass(frozen=True, slots=True)
class ErrorFields:
    """The fields of an error body. `status` is an HTTP status that stands in the body."""

    message: str = ""
    code: str = ""
    type: str = ""
    param: str | None = None
    status: int | None = None


class ReportedError(Exception):
    """A response with status 200, or an event of it, reports an error."""

    def __init__(self, fields: ErrorFields, *, is_event: bool = False) -> None:
        self.fields = fields
        self.is_event = is_event
        super().__init__("the response reports an error")


def read_json(
    blocks: Iterable[bytes], files: PictureFiles, max_text_bytes: int
) -> tuple[list[ImageEntry], Mapping[str, Any]]:
    """Return the entries and the fields of a JSON response.

    Raises ReportedError, UnusableResponseError, or BodyBrokenError.
    """
    parser = JsonStreamParser(files, max_text_bytes)
    for block in blocks:
        parser.feed(block)
    body = parser.finish()
    entries = read_entries(body, parser)
    if entries:
        return entries, body
    error = read_error_fields(body)
    if error is not None:
        raise ReportedError(error)
    raise UnusableResponseError("it contains no images")


def read_entries(body: Mapping[str, Any], parser: JsonStreamParser) -> list[ImageEntry]:
    """Return the entries of `data` in order, without those that have no picture."""
    data = body.get("data")
    if not isinstance(data, list):
        return []
    entries = (read_entry(item, parser) for item in data if isinstance(item, Mapping))
    return [entry for entry in entries if entry is not None]


def read_entry(fields: Mapping[str, Any], parser: JsonStreamParser) -> ImageEntry | None:
    """Return the picture that `fields` contain or point to, also a damaged one; None when there is none."""
    prompt = clean_text(fields.get("revised_prompt"))
    try:
        path = parser.picture_path(fields)
    except (UnusableResponseError, OSError) as error:
        return ImageEntry(None, "", prompt, error)
    if path is not None:
        return ImageEntry(path, "", prompt)
    url = fields.get("url")
    return ImageEntry(None, url, prompt) if isinstance(url, str) and 0 < len(url) <= _MAX_URL else None


def read_details(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields around the pictures, as arguments of ImageResult."""
    texts = {name: plain_text(body[name][:_MAX_DETAIL]) for name in _DETAILS if isinstance(body.get(name), str)}
    created = whole_number(body.get("created")) or whole_number(body.get("created_at"))
    return {"created": created, "usage": _read_usage(body.get("usage"), body.get("svg_usage")), **texts}


def sum_usage(first: Usage | None, second: Usage | None) -> Usage | None:
    """Add the tokens of two events: each event of a stream counts its own picture only."""
    if first is None or second is None:
        return first or second
    return Usage(*(getattr(first, part.name) + getattr(second, part.name) for part in fields(Usage)))


def whole_number(value: Any) -> int:
    """Convert a number, or a number as text; 0 for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,12}(\.[0-9]{0,9})?\s*", value, re.ASCII):
        value = float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**12
    return int(value) if is_number else 0


def read_error_fields(body: Any) -> ErrorFields | None:
    """Return the error of a decoded body; None when it holds none.

    Understands the OpenAI schema (`error` as object or text), FastAPI's `detail`, and `{code, msg}` of resellers.
    """
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if isinstance(error, Mapping):
        return _error_from_object(error)
    if isinstance(error, str) and error:
        return ErrorFields(message=error[:_MAX_MESSAGE], code=_lower_text(body.get("code")))
    if "detail" in body:
        return _error_from_detail(body["detail"])
    if any(isinstance(body.get(name), str) for name in _MESSAGE_FIELDS):
        return _error_from_object(body)
    return None


def _read_usage(value: Any, svg_value: Any = None) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    details = value.get("input_tokens_details")
    inputs = details if isinstance(details, Mapping) else {}
    svg = svg_value if isinstance(svg_value, Mapping) else {}
    return Usage(
        input_tokens=whole_number(value.get("input_tokens")),
        output_tokens=whole_number(value.get("output_tokens")),
        total_tokens=whole_number(value.get("total_tokens")),
        input_image_tokens=whole_number(inputs.get("image_tokens")),
        input_text_tokens=whole_number(inputs.get("text_tokens")),
        svg_input_tokens=whole_number(svg.get("input_tokens")),
        svg_output_tokens=whole_number(svg.get("output_tokens")),
    )


def _error_from_object(fields: Mapping[str, Any]) -> ErrorFields:
    message = next((fields[name] for name in _MESSAGE_FIELDS if fields.get(name)), "")
    return ErrorFields(
        message=message[:_MAX_MESSAGE] if isinstance(message, str) else "",
        code=_lower_text(fields.get("code")),
        type=_lower_text(fields.get("type")),
        param=_read_param(fields.get("param")),
        status=_read_status(fields.get("code")) or _read_status(fields.get("status")),
    )


def _error_from_detail(detail: Any) -> ErrorFields | None:
    if isinstance(detail, str):
        return ErrorFields(message=detail[:_MAX_MESSAGE])
    if isinstance(detail, Mapping):
        return _error_from_object(detail)
    if not isinstance(detail, list) or not detail or not isinstance(detail[0], Mapping):
        return None
    first = detail[0]
    location = first.get("loc")
    param = _read_param(location[-1]) if isinstance(location, list) and location else None
    return ErrorFields(message=str(first.get("msg", ""))[:_MAX_MESSAGE], code="invalid_request", param=param)


def _lower_text(value: Any) -> str:
    return value.strip().lower()[:100] if isinstance(value, str) else ""


def _read_param(value: Any) -> str | None:
    match = _PARAM.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def _read_status(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch("[45][0-9]{2}", value):
        value = int(value)
    return value if type(value) is int and 400 <= value < 600 else None
