"""Small pictures with Content Credentials, as C2PA embeds them in each format."""

import struct
import zlib

# The UUID and the label of the box in which C2PA keeps its manifests (C2PA 2.1, 11.1.4.2).
_LABEL = bytes.fromhex("6332706100110010800000aa00389b71") + b"\x03c2pa\0"


def manifest(label: bytes = _LABEL) -> bytes:
    """A JUMBF superbox with its description, and nothing that could be verified."""
    description = struct.pack(">I", 8 + len(label)) + b"jumd" + label
    content = description + struct.pack(">I", 16) + b"jumb" + bytes(8)
    return struct.pack(">I", 8 + len(content)) + b"jumb" + content


def with_credentials(name: str, data: bytes, box: bytes = b"") -> bytes:
    """The picture `data` of the format `name` with `box`, else a manifest, where its format keeps it."""
    box = box or manifest()
    if name == "png":
        chunk = struct.pack(">I", len(box)) + b"caBX" + box + struct.pack(">I", zlib.crc32(b"caBX" + box))
        # After IHDR, whose length is fixed.
        return data[:33] + chunk + data[33:]
    if name == "jpeg":
        return data[:2] + app11(b"JP\0\x01\0\0\0\x01" + box) + data[2:]
    chunk = b"C2PA" + struct.pack("<I", len(box)) + box + b"\0" * (len(box) % 2)
    return b"RIFF" + struct.pack("<I", len(data) - 8 + len(chunk)) + data[8:] + chunk


def app11(content: bytes) -> bytes:
    """A segment APP11 of a JPEG."""
    return b"\xff\xeb" + struct.pack(">H", len(content) + 2) + content
