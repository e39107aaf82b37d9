"""Remove metadata, which may tell about people and places, without encoding a pixel again.

Each function copies a list of known parts: pixels, colour profile and what they need. Unknown parts are dropped. All
raise ValueError when the structure of the file is wrong, even if a lenient decoder could show it.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from playground.imageapi.catalog import PNG_SIGNATURE, SIGNATURE_BYTES, format_from_start

# Pixels, transparency and colour spaces; not text, EXIF, times and animations.
_PNG_CHUNKS: Final = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT", b"pHYs")
)
_WEBP_CHUNKS: Final = frozenset((b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"))
_WEBP_EXIF_XMP_ANIMATION_FLAGS: Final = 0x08 | 0x04 | 0x02
_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
# The application segments that colours depend on, by marker.
_JPEG_SEGMENTS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# In compressed data 0xFF is followed by zero or by a restart marker; any other marker ends the scan.
_NEXT_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")


def strip_jpeg(data: bytes) -> bytes:
    """Return the first picture of a JPEG, without what follows it (more pictures, a phone's video)."""
    if format_from_start(data[:SIGNATURE_BYTES]) != "jpeg":
        raise ValueError("no start of image")
    view = memoryview(data)
    parts = [view[:2]]
    position = 2
    while True:
        marker = _NEXT_MARKER.match(data, position)
        if marker is None:
            raise ValueError("no marker where one must be")
        code = marker[1][0]
        if code == _EOI:
            return b"".join((*parts, b"\xff\xd9"))
        end = marker.end() + _segment_length(data, marker.end())
        if code == _SOS:
            end = _end_of_scan(data, end)
        if _is_needed(code, data[marker.end() + 2 : marker.end() + 16]):
            # A marker may be padded with more 0xFF in front; copy the last one only.
            parts.append(view[marker.end() - 2 : end])
        position = end


def strip_png(data: bytes) -> bytes:
    """Return the picture of a PNG; of an animation the still picture."""
    if format_from_start(data[:SIGNATURE_BYTES]) != "png":
        raise ValueError("no PNG signature")
    view = memoryview(data)
    parts = [view[: len(PNG_SIGNATURE)]]
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        name, end = data[position + 4 : position + 8], position + 12 + length
        if end > len(data):
            break
        if name in _PNG_CHUNKS:
            parts.append(view[position:end])
        if name == b"IEND":
            return b"".join(parts)
        position = end
    raise ValueError("the file ends too early")


def strip_webp(data: bytes) -> bytes:
    """Return the picture of a still WebP. Raises ValueError for an animation, too."""
    parts: list[bytes | memoryview] = []
    for name, chunk in webp_chunks(data):
        if name == b"ANMF":
            raise ValueError("an animation")
        if name == b"VP8X":
            flags = chunk[8] & ~_WEBP_EXIF_XMP_ANIMATION_FLAGS
            parts += [chunk[:8], bytes((flags,)), chunk[9:]]
        elif name in _WEBP_CHUNKS:
            parts.append(chunk)
        if name in _WEBP_CHUNKS:
            parts.append(b"\0" * (len(chunk) % 2))
    length = len(b"WEBP") + sum(map(len, parts))
    return b"".join((b"RIFF", struct.pack("<I", length), b"WEBP", *parts))


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the chunks of a WebP: name, and the whole chunk with its header, without padding."""
    if format_from_start(data[:SIGNATURE_BYTES]) != "webp":
        raise ValueError("no WebP signature")
    view = memoryview(data)
    last = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    position = 12
    while position + 8 <= last:
        (length,) = struct.unpack_from("<I", data, position + 4)
        end = position + 8 + length
        if end > len(data):
            raise ValueError("the file ends too early")
        yield data[position : position + 4], view[position:end]
        position = end + length % 2


def _segment_length(data: bytes, position: int) -> int:
    (length,) = struct.unpack_from(
        ">H", data.ljust(position + 2, b"\0") if position + 2 > len(data) else data, position
    )
    if length < 2 or position + length > len(data):
        raise ValueError("a segment ends after the file")
    return int(length)


def _end_of_scan(data: bytes, position: int) -> int:
    following = _NEXT_MARKER.search(data, position)
    if following is None:
        raise ValueError("no end of image")
    return following.start()


def _is_needed(code: int, start: bytes) -> bool:
    if code in _APPLICATION:
        return code in _JPEG_SEGMENTS and start.startswith(_JPEG_SEGMENTS[code])
    return code != _COMMENT
