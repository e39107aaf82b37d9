"""Odd and hostile files, each with its expected outcome: what is taken and as what, or why it is refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageCms

from tests.imaging.hidden_metadata import a_scene, as_bytes

Builder = Callable[[], bytes]
HTML: Final = b"<!doctype html><script>alert(1)</script>"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png(width: int, height: int, data: bytes, *, bits: int = 8, kind: int = 0, more: bytes = b"") -> bytes:
    """A PNG that claims this size, whatever is in it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def noise(format: str) -> bytes:
    """A picture that fills its file."""
    return as_bytes(Image.effect_noise((200, 200), 90).convert("RGB"), format)


def png_with(kind: bytes, data: bytes) -> bytes:
    """A good PNG with one chunk more behind its head."""
    png = as_bytes(a_scene())
    return png[:33] + chunk(kind, data) + png[33:]


def a_zip() -> bytes:
    """An archive with a page in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr("index.html", HTML)
    return target.getvalue()


def turned(orientation: int) -> bytes:
    """A JPEG that is to be shown turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return as_bytes(a_scene(), "JPEG", exif=exif)


def moving(format: str) -> bytes:
    """An animation of two pictures."""
    other = Image.new("RGB", a_scene().size)
    return as_bytes(a_scene(), format, save_all=True, append_images=[other], duration=50)


def many_scans(count: int, side: int = 5000) -> bytes:
    """A progressive JPEG whose last scan is repeated: each costs the decoder as much as a picture."""
    jpeg = as_bytes(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    start = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[start:-2] * count + jpeg[-2:]


# Name of the file -> its bytes, and what is to come of it: format and size as taken, or why it is refused.
SOURCES: Final[dict[str, tuple[Builder, str]]] = {
    "plain.png": (lambda: as_bytes(a_scene()), "png 120x80"),
    "plain.jpg": (lambda: as_bytes(a_scene(), "JPEG"), "jpeg 120x80"),
    "plain.webp": (lambda: as_bytes(a_scene(), "WEBP"), "webp 120x80"),
    "palette.png": (lambda: as_bytes(a_scene().quantize(8), transparency=0), "png 120x80"),
    "one bit.png": (lambda: as_bytes(a_scene().convert("1")), "png 120x80"),
    "grey alpha.png": (lambda: as_bytes(a_scene().convert("LA")), "png 120x80"),
    "16 bit.png": (lambda: as_bytes(Image.new("I;16", (20, 10), 32768)), "png 20x10"),
    "16 bit colour.png": (lambda: a_png(8, 8, (b"\0" + bytes(48)) * 8, bits=16, kind=2), "png 8x8"),
    "printing.jpg": (lambda: as_bytes(a_scene().convert("CMYK"), "JPEG"), "jpeg 120x80"),
    "progressive.jpg": (lambda: as_bytes(a_scene(), "JPEG", progressive=True), "jpeg 120x80"),
    "phone.jpg": (lambda: as_bytes(a_scene(), "MPO", save_all=True, append_images=[a_scene()]), "jpeg 120x80"),
    "turned.jpg": (lambda: turned(6), "jpeg 80x120"),
    "turned oddly.jpg": (lambda: turned(99), "jpeg 120x80"),
    "moving.png": (lambda: moving("PNG"), "png 120x80"),
    "moving.webp": (lambda: moving("WEBP"), "webp 120x80"),
    "odd profile.jpg": (lambda: as_bytes(a_scene(), "JPEG", icc_profile=b"none"), "jpeg 120x80"),
    "lab profile.png": (
        lambda: as_bytes(a_scene(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()),
        "png 120x80",
    ),
    "odd exif.jpg": (lambda: as_bytes(a_scene(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"), "jpeg 120x80"),
    "one pixel.png": (lambda: as_bytes(Image.new("RGB", (1, 1))), "png 1x1"),
    "long.png": (lambda: as_bytes(Image.new("1", (16_384, 1))), "png 16384x1"),
    "named wrongly.png": (lambda: as_bytes(a_scene(), "WEBP"), "webp 120x80"),
    "named.exe": (lambda: as_bytes(a_scene()), "png 120x80"),
    "polyglot zip.png": (lambda: as_bytes(a_scene()) + a_zip(), "png 120x80"),
    "polyglot page.jpg": (lambda: as_bytes(a_scene(), "JPEG", comment=HTML) + HTML, "jpeg 120x80"),
    "page in a chunk.png": (lambda: png_with(b"tEXt", b"Comment\0" + HTML), "png 120x80"),
    "some scans.jpg": (lambda: many_scans(20, 100), "jpeg 100x100"),
    "many scans.jpg": (lambda: many_scans(2000), "broken"),
    "longer.png": (lambda: as_bytes(Image.new("1", (16_385, 1))), "pixels"),
    "bomb.png": (lambda: a_png(30_000, 30_000, bytes(1000)), "pixels"),
    "bomb.webp": (
        lambda: b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f\xff\xff\xff\x0f" + bytes(14),
        "pixels",
    ),
    "text bomb.png": (lambda: png_with(b"zTXt", b"k\0\0" + zlib.compress(bytes(80_000_000), 9)), "broken"),
    "profile bomb.png": (lambda: png_with(b"iCCP", b"k\0\0" + zlib.compress(bytes(80_000_000), 9)), "broken"),
    "cut.png": (lambda: noise("PNG")[:-20_000], "broken"),
    "cut.jpg": (lambda: noise("JPEG")[:-2_000], "broken"),
    "cut.webp": (lambda: noise("WEBP")[:-2_000], "broken"),
    "head alone.png": (lambda: as_bytes(a_scene())[:33], "broken"),
    "no pixels.png": (lambda: a_png(0, 0, b""), "broken"),
    "empty.png": (lambda: b"", "format"),
    "page.png": (lambda: HTML, "format"),
    "vector.png": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
    "page first.jpg": (lambda: HTML + as_bytes(a_scene(), "JPEG"), "format"),
    "moving.gif": (lambda: moving("GIF"), "format"),
    "scan.tiff": (lambda: as_bytes(a_scene(), "TIFF"), "format"),
    "old.bmp": (lambda: as_bytes(a_scene(), "BMP"), "format"),
    "icon.ico": (lambda: as_bytes(a_scene(), "ICO"), "format"),
    "archive.png": (a_zip, "format"),
    "photo.heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "heic"),
    "large.png": (lambda: as_bytes(a_scene()) + bytes(25 * 1024 * 1024), "too_large"),
}

# Name of the mask -> its bytes, and the reason of a MaskRejected; nothing when it is taken.
MASKS: Final[dict[str, tuple[Builder, str]]] = {
    "marked.png": (lambda: as_bytes(_mask(0)), ""),
    "all marked.png": (lambda: as_bytes(Image.new("RGBA", (64, 48))), ""),
    "grey alpha.png": (lambda: as_bytes(_mask(0).convert("LA")), ""),
    "palette.png": (lambda: as_bytes(_palette(), transparency=1), ""),
    "another size.png": (lambda: as_bytes(_mask(0).resize((31, 99))), ""),
    "nothing marked.png": (lambda: as_bytes(_mask(255)), "nothing_marked"),
    "hardly marked.png": (lambda: as_bytes(_mask(200)), "nothing_marked"),
    "no alpha.png": (lambda: as_bytes(a_scene()), "no_alpha"),
    "photo.jpg": (lambda: as_bytes(a_scene(), "JPEG"), "not_png"),
    "lossy.webp": (lambda: as_bytes(_mask(0), "WEBP"), "not_png"),
    "cut.png": (lambda: noise("PNG")[:-20_000], "broken"),
    "bomb.png": (lambda: a_png(30_000, 30_000, bytes(1000), kind=6), "pixels"),
    "page.png": (lambda: HTML, "format"),
    "empty.png": (lambda: b"", "format"),
}


def _mask(alpha: int) -> Image.Image:
    mask = Image.new("RGBA", (64, 48), (0, 0, 0, 255))
    mask.paste((0, 0, 0, alpha), (8, 8, 32, 32))
    return mask


def _palette() -> Image.Image:
    mask = Image.new("P", (64, 48), 0)
    mask.putpalette([0, 0, 0, 255, 255, 255])
    mask.paste(1, (8, 8, 32, 32))
    return mask
