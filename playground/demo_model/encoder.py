"""Turns a finished picture into bytes, and tells from them whether it is transparent."""

from io import BytesIO

from PIL import Image

from .paint.colour import WHITE


def encode(
    picture: Image.Image, output_format: str, compression: int, detail: int, profile: bytes | None = None
) -> bytes:
    """Encode as png, jpeg or webp (the latter two at quality `compression`); jpeg is laid on white.

    `profile` says what the picture's numbers mean; None is sRGB.

    Raises ValueError for another format.
    """
    out = BytesIO()
    if output_format == "png":
        # Grain does not compress: on detailed pictures a higher level only costs time.
        picture.save(out, "PNG", compress_level=4 if detail == 0 else 3, icc_profile=profile)
    elif output_format == "jpeg":
        # 4:2:0 halves the resolution of colour, which blurs red lettering; from 90 on quality counts more than size.
        subsampling = 0 if compression >= 90 else 2
        quality = _clamp_quality(compression)
        _lay_on_white(picture).save(out, "JPEG", quality=quality, subsampling=subsampling, icc_profile=profile)
    elif output_format == "webp":
        # Pillow's default method is 4; 2 takes less time for slightly larger files.
        picture.save(out, "WEBP", quality=_clamp_quality(compression), method=2, icc_profile=profile)
    else:
        raise ValueError(f"unknown output format {output_format!r}")
    return out.getvalue()


def has_alpha(data: bytes) -> bool:
    """Return whether a PNG (colour type 4 or 6) or a lossy WebP (`VP8X` alpha flag) declares transparency."""
    if data.startswith(b"\x89PNG"):
        return data[25] in (4, 6)
    return data[12:16] == b"VP8X" and bool(data[20] & 0x10)


def _clamp_quality(compression: int) -> int:
    return min(max(compression, 1), 100)


def _lay_on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    background = Image.new("RGB", picture.size, WHITE)
    background.paste(picture, mask=picture.getchannel("A"))
    return background
