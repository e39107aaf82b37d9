"""Small valid pictures, made with zlib alone."""

import functools
import random
import struct
import zlib

_COLOURS = ((200, 80, 60), (60, 140, 200), (90, 170, 90), (220, 180, 70))


@functools.cache
def png(width: int, height: int, index: int = 0) -> bytes:
    """A PNG of one colour; `index` chooses it."""
    row = b"\0" + bytes(_COLOURS[index % len(_COLOURS)]) * width
    return _png(width, height, zlib.compress(row * height, 1))


@functools.cache
def noise_png(size: int) -> bytes:
    """A square PNG of about `size` bytes that does not compress, the same at every call."""
    side = int((size / 3) ** 0.5)
    source = random.Random(7)
    rows = b"".join(b"\0" + source.randbytes(side * 3) for _ in range(side))
    return _png(side, side, zlib.compress(rows, 0))


def huge_png() -> bytes:
    """A PNG whose head claims 60000 x 60000 pixels."""
    return _png(60_000, 60_000, zlib.compress(b"\0" * 100, 1))


def rotten_png() -> bytes:
    """A PNG whose checksums are right and whose pixels cannot be unpacked."""
    return _png(64, 64, random.Random(7).randbytes(2_000))


def _png(width: int, height: int, pixels: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
