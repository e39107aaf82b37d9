"""Pictures with things hidden in them, for tests of what is sent on."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = b"GPS-SECRET"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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
    """Where the red corner is: `top left` and so on."""
    with Image.open(path) as picture:
        shown = picture.convert("RGB")
    for row, y in (("top", 3), ("bottom", shown.height - 4)):
        for column, x in (("left", 3), ("right", shown.width - 4)):
            red, green, _ = shown.getpixel((x, y))
            if red > 200 and green < 60:
                return f"{row} {column}"
    return "nowhere"


def as_bytes(picture: Image.Image, format: str = "PNG", **more: object) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **more)
    return buffer.getvalue()
