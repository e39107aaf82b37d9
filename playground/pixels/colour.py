"""Colour profiles: what a picture's numbers mean, and the same colours in another profile."""

import io
from typing import Final

from PIL import Image, ImageCms

# What little CMS and Pillow raise on profiles that are damaged or do not fit the picture.
_UNUSABLE: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def cmyk_to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Printing colours as sRGB, by their profile when it has a usable one."""
    converted = _converted(picture, _opened(profile), _SRGB, "RGB") if profile else None
    return converted or picture.convert("RGB")


def matched(picture: Image.Image, profile: bytes | None, wanted: bytes | None) -> Image.Image:
    """The picture (RGB or RGBA) with its numbers in the profile `wanted`. None, in either place, is sRGB."""
    if profile == wanted or (_is_srgb(profile) and _is_srgb(wanted)):
        return picture
    return _converted(picture, _opened(profile), _opened(wanted), picture.mode) or picture


def usable_for_rgb(profile: bytes | None) -> bytes | None:
    """The profile when it can describe an RGB picture, else None."""
    opened = _opened(profile) if profile else None
    return profile if opened is not None and opened.profile.xcolor_space.strip() == "RGB" else None


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
