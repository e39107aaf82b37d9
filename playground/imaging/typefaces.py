"""Typefaces: Noto Sans CJK from its package, or Pillow's own Latin face where that is missing."""

from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Final

from PIL import ImageFont

# The collection has one face a region; this one has the mainland's forms of the characters they share.
_SIMPLIFIED_CHINESE: Final = 2


@dataclass(frozen=True, slots=True)
class Typeface:
    """A face that knows which characters it can show."""

    path: str | None

    def font(self, size: float) -> ImageFont.FreeTypeFont:
        """Return the face at a size in pixels."""
        # Pillow refuses size 0, and nothing smaller than this can be read.
        pixels = max(size, 4.0)
        if self.path is None:
            default = ImageFont.load_default(pixels)
            assert isinstance(default, ImageFont.FreeTypeFont)
            return default
        # Raqm is not installed everywhere and sets words differently: the bytes would depend on the machine.
        basic = ImageFont.Layout.BASIC
        return ImageFont.truetype(self.path, pixels, index=_SIMPLIFIED_CHINESE, layout_engine=basic)

    def keep_showable(self, text: str) -> str:
        """Return the text without characters that this face has no glyph for, such as emoji."""
        font = self.font(24)
        # No face has this private character, so it shows the glyph for missing characters.
        missing = bytes(font.getmask("\U0010fffd"))
        glyph = partial(_glyph, font)
        keep = {character: character == " " or (glyph(character) not in (missing, b"")) for character in set(text)}
        return " ".join("".join(character if keep[character] else " " for character in text).split())


def cjk_typeface() -> Typeface:
    """Return the CJK face of the package noto-cjk-sans-otc; without the package only Latin can be drawn."""
    try:
        return Typeface(str(resources.files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"))
    except ModuleNotFoundError:
        return Typeface(None)


def latin_typeface() -> Typeface:
    """Return Pillow's own face: a clean grotesque for Latin headlines."""
    return Typeface(None)


def _glyph(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    return bytes(font.getmask(character))
