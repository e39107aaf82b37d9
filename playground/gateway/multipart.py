"""The parts of a multipart/form-data body (RFC 7578), one after another, however large they are.

Django finds the boundaries and reads the heads. Its form reader is not used: it leaves out parts whose name or
head it does not like without a word, and refuses large forms with a page.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import IOBase
from typing import Any, Final

from django.core.exceptions import SuspiciousMultipartForm
from django.http import HttpRequest
from django.http.multipartparser import ChunkIter, InputStreamExhausted, LazyStream, MultiPartParserError, Parser
from django.utils.http import parse_header_parameters

from playground.gateway.incoming import BLOCK, Incoming
from playground.imageapi.errors import ApiError
from playground.imageapi.options import MAX_TOTAL_BYTES, MIB

MAX_PARTS: Final = 100
# Beside the files: texts, heads, and what stands around the parts.
MAX_BODY_BYTES: Final = MAX_TOTAL_BYTES + 4 * MIB
_BOUNDARY: Final = re.compile(r"[ -~]{0,200}[!-~]")
# Others were given up by RFC 7578, 4.7; taking their letters for the content would garble it.
_PLAIN_ENCODINGS: Final = ("", "7bit", "8bit", "binary")
_SPOILT: Final = (MultiPartParserError, InputStreamExhausted, SuspiciousMultipartForm)


@dataclass(frozen=True, slots=True)
class Part:
    """A part whose content is read before the next part is asked for. `file_name` may be empty."""

    name: str
    file_name: str
    is_file: bool
    content: LazyStream


def parts_of(request: HttpRequest) -> Iterator[Part]:
    """The parts in order. Raises ApiError 400 or 415, and CallerLeft when the body breaks off."""
    parts = Parser(LazyStream(ChunkIter(_Source(request), BLOCK)), _boundary(request))
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
    except _SPOILT as error:
        raise ApiError("invalid_request", "The body is not valid multipart/form-data.") from error
    raise ApiError("invalid_request", "The multipart body has no end: its closing boundary is missing.")


class _Source(IOBase):
    """The body, as far as it is worth reading."""

    def __init__(self, request: HttpRequest) -> None:
        self._body = Incoming(request)
        self._left = MAX_BODY_BYTES

    def read(self, size: int | None = None, /) -> bytes:
        """The next block. Raises CallerLeft, and ApiError 413 past MAX_BODY_BYTES."""
        block = self._body.read(size or BLOCK)
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
