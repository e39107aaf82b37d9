"""The metadata of picture files: strip it, find Content Credentials in it, and write how a picture was made.

No pixel is decoded or encoded again. The functions `strip_` copy a list of known parts: pixels, colour profile and
what they need, because metadata may reveal people and places. They raise ValueError when the structure of the
file is wrong, even if a lenient decoder could show it.
"""

import os
import re
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree

from playground.imageapi.catalog import PNG_SIGNATURE, SIGNATURE_BYTES, format_from_start

# Pixels, transparency and colour spaces; not text, EXIF, times and animations.
_PNG_CHUNKS: Final = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT", b"pHYs")
)
_WEBP_CHUNKS: Final = frozenset((b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"))
_WEBP_EXIF_XMP_ANIMATION_FLAGS: Final = 0x08 | 0x04 | 0x02
_EOI, _SOS, _COMMENT = 0xD9, 0xDA, 0xFE
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


# A PNG of 100 MB in chunks of 8 KB has 12,800. Hostile files consist of millions of empty ones.
_MAX_PARTS: Final = 100_000
_C2PA_PNG_CHUNK: Final = b"caBX"
_C2PA_WEBP_CHUNK: Final = b"C2PA"
_APP11, _FILL = 0xEB, 0xFF
# JUMBF boxes in APP11 (ISO 19566-5, D.2): identifier, box and packet number, then length and type of the box. Other
# uses of APP11 have another identifier, and other JUMBF boxes another label.
_JUMBF: Final = (b"JP", slice(12, 16), b"jumb")
_JUMBF_LABEL: Final = b"c2pa"
_JUMBF_START: Final = 96


def has_credentials(path: Path, format: str) -> bool:
    """Say whether the picture carries a C2PA manifest (C2PA 2.1, annex A.3), by the structure of its file.

    The signature is for the provider's check, and for other programs. A damaged file carries none.
    """
    with path.open("rb") as file:
        match format:
            case "png":
                return _C2PA_PNG_CHUNK in _png_chunk_types(file)
            case "jpeg":
                return any(_is_manifest(segment) for segment in _app11_starts(file))
            case "webp":
                return _C2PA_WEBP_CHUNK in _webp_chunk_names(file)
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


# A JPEG keeps it in one segment of 64 KiB, with 31 bytes of its own (XMP specification part 3, 1.1.3).
MAX_JPEG_BYTES: Final = 65_502
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XMP: Final = "http://ns.adobe.com/xap/1.0/"
# IPTC Photo Metadata 2025.1 has properties for generated pictures.
_IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_META: Final = "adobe:ns:meta/"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_PREFIXES: Final = {"x": _META, "rdf": _RDF, "dc": _DC, "xmp": _XMP, "Iptc4xmpExt": _IPTC}
# The id is the same in every packet; a byte order mark in front of it names the encoding.
_HEAD: Final = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n".encode()
_TAIL: Final = b"\n<?xpacket end='r'?>"
# XML 1.0 has no way to write any other character.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for _prefix, _uri in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _uri)


def xmp_packet(prompt: str, model: str, created: datetime, *, source_type: str, max_bytes: int = 0) -> bytes:
    """Return an XMP packet (ISO 16684-1) with the properties that viewers show of a generated picture.

    The prompt is cut to keep the packet within `max_bytes`, 0 meaning any size.
    `source_type` is a term of the IPTC's list of digital source types.
    """
    prompt = _NOT_XML.sub("", prompt)
    packet = _write_packet(prompt, model, created, source_type)
    while max_bytes and len(packet) > max_bytes:
        prompt = prompt[: min(len(prompt) * max_bytes // len(packet), len(prompt)) - 1]
        packet = _write_packet(f"{prompt}…", model, created, source_type)
    return packet


def _write_packet(prompt: str, model: str, created: datetime, source_type: str) -> bytes:
    meta = ElementTree.Element(f"{{{_META}}}xmpmeta")
    rdf = ElementTree.SubElement(meta, f"{{{_RDF}}}RDF")
    description = ElementTree.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    texts = {
        f"{{{_XMP}}}CreatorTool": model,
        f"{{{_XMP}}}CreateDate": created.isoformat(timespec="seconds"),
        f"{{{_IPTC}}}DigitalSourceType": f"{_SOURCE_TYPES}{source_type}",
        f"{{{_IPTC}}}AISystemUsed": model,
    }
    if prompt:
        texts[f"{{{_IPTC}}}AIPromptInformation"] = prompt
        alternatives = ElementTree.SubElement(
            ElementTree.SubElement(description, f"{{{_DC}}}description"), f"{{{_RDF}}}Alt"
        )
        ElementTree.SubElement(alternatives, f"{{{_RDF}}}li", {_LANGUAGE: "x-default"}).text = prompt
    for name, text in texts.items():
        ElementTree.SubElement(description, name).text = _NOT_XML.sub("", text)
    return _HEAD + bytes(ElementTree.tostring(meta, encoding="utf-8")) + _TAIL
