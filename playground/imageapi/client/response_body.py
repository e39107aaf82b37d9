"""Read the body of a response in blocks."""

import http.client
import zlib
from collections.abc import Iterator

import requests
import urllib3

from playground.imageapi.catalog import BLOCK
from playground.imageapi.client.picture_files import UnusableResponseError
from playground.imageapi.client.transport import CancellableSocket

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


def _prepend(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _decompress(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        for packed in _prepend(first, rest):
            while packed:
                yield decompressor.decompress(packed, BLOCK)
                packed = decompressor.unconsumed_tail
    except zlib.error:
        raise UnusableResponseError("it is packed in an unknown way") from None
    if not decompressor.eof:
        raise UnusableResponseError("it ended too early")
