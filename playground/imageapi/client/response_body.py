"""The bytes of an answer, in blocks, whatever the road does to them."""

import http.client
import zlib
from collections.abc import Iterator

import requests
import urllib3

from playground.imageapi.catalog import BLOCK
from playground.imageapi.client.picture_files import UnusablePictureError
from playground.imageapi.client.transport import CancellableSocket

_GZIP = b"\x1f\x8b"
_WHITESPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


class BodyBrokenError(Exception):
    """The connection ended, or was ended, before the answer did. `timed_out`: it fell silent instead."""

    def __init__(self, timed_out: bool) -> None:
        self.timed_out = timed_out
        super().__init__("the connection broke")


def read_blocks(response: requests.Response, road: CancellableSocket, limit: int) -> Iterator[bytes]:
    """The body as it arrives, unpacked when it is gzip, at most `limit` bytes. Raises Broke and Unusable.

    gzip is told by its first bytes: we ask for identity, and who packs all the same may forget to say so.
    """
    raw = _raw_blocks(response, road)
    first = b""
    for block in raw:
        first += block
        if len(first) >= len(_GZIP):
            break
    blocks = _decompress(first, raw) if first.startswith(_GZIP) else _prepend(first, raw)
    left = limit
    for block in blocks:
        left -= len(block)
        if left < 0:
            raise UnusablePictureError("it is too large")
        yield block


def first_block(blocks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The blocks without a byte order mark and without the blanks that servers send to keep a connection open.

    The first block then starts with the first byte that counts. Raises Unusable above `limit` bytes of blanks.
    """
    first = b""
    for block in blocks:
        limit -= len(block)
        first = (first + block).lstrip(_WHITESPACE)
        if first.startswith(_BOM):
            first = first[len(_BOM) :].lstrip(_WHITESPACE)
        if first and not _BOM.startswith(first):
            yield first
            break
        if limit < 0:
            raise UnusablePictureError("it is too long")
    yield from blocks


def read_start(response: requests.Response, road: CancellableSocket, limit: int) -> bytes:
    """At most `limit` bytes of a body, or what came of it before its end or its break."""
    text = bytearray()
    try:
        for block in read_blocks(response, road, limit):
            text += block
    except (BodyBrokenError, UnusablePictureError):
        pass
    return bytes(text[:limit])


def _raw_blocks(response: requests.Response, road: CancellableSocket) -> Iterator[bytes]:
    while True:
        try:
            block = response.raw.read1(BLOCK, decode_content=False)
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            timed_out = isinstance(error, urllib3.exceptions.ReadTimeoutError | TimeoutError)
            raise BodyBrokenError(timed_out) from None
        if not block:
            break
        yield block
    # A road that was cut looks like an answer that ended when nothing says how long it is.
    if road.why_cut:
        raise BodyBrokenError(timed_out=False)


def _prepend(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _decompress(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    try:
        for packed in _prepend(first, rest):
            while packed:
                yield unpack.decompress(packed, BLOCK)
                packed = unpack.unconsumed_tail
    except zlib.error:
        raise UnusablePictureError("it is packed in an unknown way") from None
    if not unpack.eof:
        raise UnusablePictureError("it ended too early")
