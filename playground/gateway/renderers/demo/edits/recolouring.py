"""Gives what is marked another colour and keeps its light and shade."""

from typing import Final

from PIL import Image, ImageOps, ImageStat

from ..colour import BLACK, WHITE, Colour, luminance, mix, tone
from ..palette import named

CHINESE: Final = {
    "navy": "深蓝色",
    "turquoise": "青色",
    "orange": "橙色",
    "cream": "米色",
    "red": "红色",
    "gold": "金色",
    "yellow": "黄色",
    "mint": "薄荷绿",
    "green": "绿色",
    "blue": "蓝色",
    "purple": "紫色",
    "pink": "粉色",
    "brown": "棕色",
    "black": "黑色",
    "white": "白色",
    "grey": "灰色",
}
_GREYS: Final = frozenset({"black", "white", "grey", "cream"})


def recoloured(picture: Image.Image, name: str, where: Image.Image | None) -> Image.Image:
    """The RGB picture in a named colour; light and dark are measured where `where` (0 to 255) says."""
    wanted = named(name)
    grey = picture.convert("L")
    mean = ImageStat.Stat(grey, where).mean[0] if where is None or where.getbbox() else 128.0
    grey = grey.point(_levelled(mean, _middle(name, wanted)))
    if name in _GREYS:
        ends = (mix(wanted, BLACK, 0.75), mix(wanted, WHITE, 0.8))
        return Image.blend(ImageOps.colorize(grey, ends[0], ends[1], wanted), picture, 0.06)
    dark = mix(tone(wanted, light=-0.3), BLACK, 0.35)
    light = mix(tone(wanted, light=0.22), WHITE, 0.62)
    washed = ImageOps.colorize(grey, dark, light, wanted, midpoint=128)
    return Image.blend(washed, picture, 0.1)


def _middle(name: str, wanted: Colour) -> float:
    """How light, 0 to 255, the middle of the result should be."""
    return {"black": 58.0, "white": 196.0, "cream": 178.0}.get(name, 108 + 40 * luminance(wanted))


def _levelled(mean: float, middle: float) -> list[int]:
    """A curve that brings the mean towards the middle, ends kept."""
    mean = min(max(mean, 24.0), 232.0)
    goal = mean + (middle - mean) * 0.75
    table = []
    for level in range(256):
        if level <= mean:
            table.append(round(level * goal / mean))
        else:
            table.append(round(goal + (level - mean) * (255 - goal) / (255 - mean)))
    return table
