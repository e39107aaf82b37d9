"""Find Content Credentials in a picture: the manifest of C2PA 2.1, annex A.3, which says how a picture was made.

Only the structure of the file is read. The signature is for the provider's check, and for other programs.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from playground.imageapi.catalog import PNG_SIGNATURE

# A PNG of 100 MB in chunks of 8 KB has 12,800. Hostile files consist of millions of empty ones.
_MAX_PARTS: Final = 100_000
_PNG_CHUNK: Final = b"caBX"
_WEBP_CHUNK: Final = b"C2PA"
_APP11, _SOS, _EOI, _FILL = 0xEB, 0xDA, 0xD9, 0xFF
# JUMBF boxes in APP11 (ISO 19566-5, D.2): identifier, box and packet number, then length and type of the box. Other
# uses of APP11 have another identifier, and other JUMBF boxes another label.
_JUMBF: Final = (b"JP", slice(12, 16), b"jumb")
_JUMBF_LABEL: Final = b"c2pa"
_JUMBF_START: Final = 96


def has_credentials(path: Path, format: str) -> bool:
    """Say whether the picture carries a C2PA manifest. Never raises for a damaged file: then it carries none."""
    with path.open("rb") as file:
        match format:
            case "png":
                return _PNG_CHUNK in _png_chunk_types(file)
            case "jpeg":
                return any(_is_manifest(segment) for segment in _app11_starts(file))
            case "webp":
                return _WEBP_CHUNK in _webp_chunk_names(file)
    return False


def _png_chunk_types(file: BinaryIO) -> Iterator[bytes]:
    file.seek(len(PNG_SIGNATURE))
    for _ in range(_MAX_PARTS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        yield head[4:]
        file.seek(int.from_bytes(head[:4]) + 4, os.SEEK_CUR)


def _webp_chunk_names(file: BinaryIO) -> Iterator[bytes]:
    file.seek(12)
    for _ in range(_MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            return
        yield head[:4]
        length = int.from_bytes(head[4:], "little")
        file.seek(length + length % 2, os.SEEK_CUR)


def _app11_starts(file: BinaryIO) -> Iterator[bytes]:
    """Yield the first bytes of each APP11 segment before the compressed data."""
    file.seek(2)
    for _ in range(_MAX_PARTS):
        head = file.read(4)
        if len(head) < 4 or head[0] != _FILL or head[1] in (_SOS, _EOI):
            return
        if head[1] == _FILL:
            # A marker may be padded with more 0xFF in front.
            file.seek(-3, os.SEEK_CUR)
            continue
        end = file.tell() - 2 + max(2, int.from_bytes(head[2:]))
        if head[1] == _APP11:
            yield file.read(min(_JUMBF_START, end - file.tell()))
        file.seek(end)


def _is_manifest(start: bytes) -> bool:
    identifier, place, box_type = _JUMBF
    return start.startswith(identifier) and start[place] == box_type and _JUMBF_LABEL in start
