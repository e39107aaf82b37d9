"""Pictures with things hidden in them, for tests of what is sent on."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat
from PIL.PngImagePlugin import PngInfo

SECRET = b"GPS-SECRET"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _icc(kind: bytes, space: bytes, connection: bytes, **tags: bytes) -> bytes:
    """An ICC profile (version 2.1) of these tags, as ICC.1:2001-04 says."""
    tags = {"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78), **tags}
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += struct.pack(">4sII", name.encode(), start + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    size = struct.pack(">I", start + len(data))
    head = size + bytes(4) + b"\x02\x10\0\0" + kind + space + connection + bytes(12) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(exponent: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(exponent * 256)) + bytes(2)


def _inks() -> bytes:
    """From CMYK to Lab, of the 16 corners alone: each ink takes its share of the light."""
    corners = bytearray()
    for corner in range(16):
        cyan, magenta, yellow, black = (corner >> bit & 1 for bit in (3, 2, 1, 0))
        light = 255 - 60 * cyan - 80 * magenta - 10 * yellow - 100 * black
        corners += bytes((light, 128 - 40 * cyan + 70 * magenta, 128 - 45 * cyan + 85 * yellow))
    straight = bytes(range(256))
    unit = struct.pack(">9i", *(65536 * (place % 4 == 0) for place in range(9)))
    return b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + unit + straight * 4 + bytes(corners) + straight * 3


# As every iPhone photo has it (P3 primaries adapted to D50); wider still, with a gamma far from sRGB's; dark grey;
# and inks unlike those that Pillow assumes.
_WHITE = _xyz(0.9642, 1, 0.8249)
P3 = _icc(
    b"mntr", b"RGB ", b"XYZ ", wtpt=_WHITE, rXYZ=_xyz(0.51512, 0.2412, -0.00105),
    gXYZ=_xyz(0.29198, 0.69225, 0.04189), bXYZ=_xyz(0.1571, 0.06657, 0.78407),
    rTRC=_gamma(2.2), gTRC=_gamma(2.2), bTRC=_gamma(2.2),
)  # fmt: skip
WIDE = _icc(
    b"mntr", b"RGB ", b"XYZ ", wtpt=_WHITE, rXYZ=_xyz(0.79767, 0.28804, 0), gXYZ=_xyz(0.13519, 0.71188, 0),
    bXYZ=_xyz(0.03134, 0.00009, 0.82491), rTRC=_gamma(1.8), gTRC=_gamma(1.8), bTRC=_gamma(1.8),
)  # fmt: skip
GREY = _icc(b"mntr", b"GRAY", b"XYZ ", wtpt=_WHITE, kTRC=_gamma(3.5))
INKS = _icc(b"prtr", b"CMYK", b"Lab ", wtpt=_WHITE, A2B0=_inks())
# Pillow reads profiles of up to 1 MiB from a PNG; JPEG and WebP hold more.
BULKY = struct.pack(">I", len(WIDE) + 900_000) + WIDE[4:] + bytes(900_000)
# Pictures whose numbers do not mean sRGB: their mode and their profile.
PROFILED = {
    "P3": ("RGB", P3), "wide": ("RGB", WIDE), "bulky": ("RGB", BULKY), "grey": ("L", GREY), "inks": ("CMYK", INKS)
}  # fmt: skip


def as_seen(picture: Image.Image) -> Image.Image:
    """The picture's colours as a screen shows them, sRGB, by its profile."""
    profile = picture.info.get("icc_profile")
    shown = picture.convert("RGB") if picture.mode in ("RGBA", "P") else picture
    if profile is None:
        return shown.convert("RGB")
    seen = ImageCms.profileToProfile(shown, io.BytesIO(profile), io.BytesIO(SRGB), outputMode="RGB")
    assert seen is not None
    return seen


def colour_distance(one: Image.Image, other: Image.Image) -> float:
    """By how many levels of 255 two pictures of one size differ in the mean, as they are seen."""
    return sum(ImageStat.Stat(ImageChops.difference(as_seen(one), as_seen(other))).mean) / 3


def a_scene(size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """A picture whose corners differ: red stands top left."""
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), (255, 0, 0) if mode == "RGB" else None)
    return picture


def secrets(orientation: int = 1) -> bytes:
    """EXIF with a place, a camera and an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    return exif.tobytes()


def saved(folder: Path, format: str, orientation: int = 1, **more: object) -> Path:
    """The scene with a profile and, where the format can, EXIF, XMP, comments and text."""
    options: dict[str, object] = {"icc_profile": SRGB, "exif": secrets(orientation)}
    if format == "JPEG":
        options |= {"comment": SECRET, "xmp": b"<x>" + SECRET + b"</x>", "quality": 90}
    elif format == "PNG":
        text = PngInfo()
        text.add_text("Comment", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        options |= {"pnginfo": text}
    else:
        options |= {"xmp": SECRET, "quality": 90}
    path = folder / f"scene.{format.lower()}"
    a_scene().save(path, format, **options | more)
    return path


def with_segments(jpeg: bytes) -> bytes:
    """A JPEG with IPTC, a second profile-like segment, an extra thumbnail and a video after its end."""
    heads = {0xED: b"Photoshop 3.0\0", 0xE2: b"FPXR\0", 0xE0: b"JFXX\0", 0xEB: b"JP"}
    segments = b"".join(
        bytes((0xFF, code)) + struct.pack(">H", len(head + SECRET) + 2) + head + SECRET
        for code, head in heads.items()
    )
    return jpeg[:2] + segments + jpeg[2:] + b"ftypmp42" + SECRET


def with_chunk(png: bytes, name: bytes) -> bytes:
    """A PNG with one more chunk before its end, and something after it."""
    chunk = struct.pack(">I", len(SECRET)) + name + SECRET + struct.pack(">I", zlib.crc32(name + SECRET))
    return png[:-12] + chunk + png[-12:] + SECRET


def pixels(path: Path) -> bytes:
    """Every pixel as it is shown, without turning it."""
    with Image.open(path) as picture:
        return picture.convert("RGBA").tobytes()


def corner(path: Path) -> str:
    """Return the place of the red corner: `top left` and so on."""
    with Image.open(path) as picture:
        shown = picture.convert("RGB")
    for row, y in (("top", 3), ("bottom", shown.height - 4)):
        for column, x in (("left", 3), ("right", shown.width - 4)):
            pixel = shown.getpixel((x, y))
            assert isinstance(pixel, tuple)
            red, green, _ = pixel
            if red > 200 and green < 60:
                return f"{row} {column}"
    return "nowhere"


def as_bytes(picture: Image.Image, format: str = "PNG", **more: object) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **more)
    return buffer.getvalue()
