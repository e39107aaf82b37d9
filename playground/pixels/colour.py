"""Colour profiles: what a picture's numbers mean, and the same colours in another profile."""

import io
from typing import Final

from PIL import Image, ImageCms

from playground.pixels.decode import in_eight_bits

# What little CMS and Pillow raise on profiles that are damaged or do not fit the picture.
_UNUSABLE: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
# Bytes. Profiles of screens and cameras are smaller; each thumbnail would carry a larger one, and Pillow reads none
# of more than 1 MiB back from a PNG.
_LARGEST: Final = 64 * 1024
_GREY_MODES: Final = ("1", "L", "LA", "I", "I;16", "I;16B")
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_rgb(picture: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """Return the picture as RGB or RGBA with 8 bits a channel, and the profile of its numbers (None is sRGB).

    RGB keeps its numbers and its profile; what `becomes_srgb` keeps its colours alone.
    """
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    picture = in_eight_bits(picture)
    if not becomes_srgb(picture, profile):
        # Pillow would copy all pixels of one that is in that mode already.
        return picture if picture.mode == mode else picture.convert(mode), usable_for_rgb(profile)
    numbers = picture if picture.mode == "CMYK" else picture.convert("L" if picture.mode in _GREY_MODES else "RGB")
    converted = _converted(numbers, _opened(profile), _SRGB, "RGB") if profile else None
    if converted is None:
        return picture.convert(mode), None
    if mode == "RGBA":
        converted.putalpha(picture.convert(mode).getchannel("A"))
    return converted, None


def becomes_srgb(picture: Image.Image, profile: bytes | None) -> bool:
    """Whether `to_rgb` changes the picture's numbers: its profile cannot describe RGB, or is too large to be kept."""
    if picture.mode == "CMYK":
        return True
    space = _space(profile)
    return (space == "GRAY" and picture.mode in _GREY_MODES) or (space == "RGB" and len(profile or b"") > _LARGEST)


def matched(picture: Image.Image, profile: bytes | None, wanted: bytes | None) -> Image.Image:
    """The picture (RGB or RGBA) with its numbers in the profile `wanted`. None, in either place, is sRGB."""
    if profile == wanted or (_is_srgb(profile) and _is_srgb(wanted)):
        return picture
    return _converted(picture, _opened(profile), _opened(wanted), picture.mode) or picture


def usable_for_rgb(profile: bytes | None) -> bytes | None:
    """The profile when it can describe an RGB picture and is small enough to be kept, else None."""
    return profile if _space(profile) == "RGB" and len(profile or b"") <= _LARGEST else None


def _space(profile: bytes | None) -> str:
    """The colours that a profile describes: RGB, GRAY, CMYK…; empty without a profile that can be read."""
    opened = _opened(profile) if profile else None
    return opened.profile.xcolor_space.strip() if opened is not None else ""


def _opened(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if profile is None:
        return _SRGB
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except _UNUSABLE:
        return None


def _is_srgb(profile: bytes | None) -> bool:
    opened = _opened(profile)
    if opened is None or profile is None:
        return True
    try:
        return "srgb" in ImageCms.getProfileDescription(opened).lower()
    except _UNUSABLE:
        return True


def _converted(
    picture: Image.Image,
    one: ImageCms.ImageCmsProfile | None,
    other: ImageCms.ImageCmsProfile | None,
    mode: str,
) -> Image.Image | None:
    if one is None or other is None:
        return None
    try:
        return ImageCms.profileToProfile(picture, one, other, outputMode=mode)
    except _UNUSABLE:
        return None
