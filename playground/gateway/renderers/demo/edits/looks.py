"""Looks by name: the styles of the drawing demo, light and weather, and the plain darkroom ones."""

from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from ..mask import blurred
from ..styles import STYLES
from . import light, weather
from .cutting import cut
from .easel import Deed, Easel


def flat(easel: Easel) -> None:
    """Few flat colours with dark contours, as in a screen print."""
    canvas, unit = easel.art.canvas, easel.art.unit
    half = canvas.picture.resize((max(canvas.size[0] // 2, 1), max(canvas.size[1] // 2, 1)), Image.Resampling.BOX)
    smooth = half.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.MedianFilter(5))
    few = ImageEnhance.Color(smooth).enhance(1.5).quantize(20, Image.Quantize.MEDIANCUT).convert("RGB")
    few = few.filter(ImageFilter.ModeFilter(5)).resize(canvas.size, Image.Resampling.BICUBIC)
    grey = blurred(canvas.picture.convert("L"), max(unit * 0.002, 0.6))
    lines = ImageOps.invert(grey.filter(ImageFilter.FIND_EDGES)).point(
        [min(max((level - 205) * 6, 40), 255) for level in range(256)]
    )
    canvas.picture = ImageChops.multiply(few, Image.merge("RGB", [blurred(lines, 0.8)] * 3))


def sepia(easel: Easel) -> None:
    """An old brown print."""
    canvas = easel.art.canvas
    grey = ImageOps.autocontrast(canvas.picture.convert("L"), 1)
    canvas.picture = ImageOps.colorize(grey, (38, 22, 12), (250, 234, 204), (152, 112, 74))


def blur(easel: Easel) -> None:
    """Blur everything, or without a mask what lies behind the subject."""
    canvas = easel.art.canvas
    soft = blurred(canvas.picture, max(easel.art.unit * 0.016, 1.5))
    if easel.marked is None:
        found = cut(canvas.picture)
        subject = found.subject if found.is_clear else _middle(easel)
        soft.paste(canvas.picture, mask=subject)
    canvas.picture = soft


def sharpen(easel: Easel) -> None:
    """Bring out edges and fine contrast."""
    canvas = easel.art.canvas
    crisp = canvas.picture.filter(ImageFilter.UnsharpMask(max(easel.art.unit * 0.0018, 1.0), 160, 2))
    canvas.picture = crisp.filter(ImageFilter.UnsharpMask(max(easel.art.unit * 0.02, 4.0), 26, 0))


def brighten(easel: Easel) -> None:
    """Lift shadows and middle tones."""
    _curve(easel, 0.62)


def darken(easel: Easel) -> None:
    """Lower the middle tones."""
    _curve(easel, 1.7)


def vivid(easel: Easel) -> None:
    """Stronger colours."""
    canvas = easel.art.canvas
    canvas.picture = ImageEnhance.Contrast(ImageEnhance.Color(canvas.picture).enhance(1.65)).enhance(1.06)


def contrast(easel: Easel) -> None:
    """More contrast."""
    easel.art.canvas.picture = ImageEnhance.Contrast(easel.art.canvas.picture).enhance(1.4)


def invert(easel: Easel) -> None:
    """A negative."""
    easel.art.canvas.picture = ImageOps.invert(easel.art.canvas.picture)


def _curve(easel: Easel, gamma: float) -> None:
    table = [round(255 * (level / 255) ** gamma) for level in range(256)]
    easel.art.canvas.picture = easel.art.canvas.picture.point(table * 3)


def _middle(easel: Easel) -> Image.Image:
    """Where a subject stands most likely: an upright oval in the middle, softly bounded."""
    width, height = easel.art.canvas.size
    oval = easel.art.stencil().ellipse(width / 2, height * 0.56, width * 0.27, height * 0.42).mask()
    whole = oval.soft(easel.art.unit * 0.07, (width, height))
    return whole.within((0, 0, width, height)).image


def _style(name: str) -> Callable[[Easel], None]:
    return lambda easel: STYLES[name](easel.art)


LOOKS: Final[Mapping[str, tuple[Callable[[Easel], None], Deed]]] = {
    "pixel": (_style("pixel"), ("redrawn as pixel art", "重绘为像素画")),
    "pencil": (_style("pencil"), ("redrawn in pencil", "重绘为铅笔素描")),
    "ink": (_style("ink"), ("redrawn as an ink wash", "重绘为水墨")),
    "watercolour": (_style("watercolour"), ("repainted in watercolour", "重绘为水彩")),
    "oil": (_style("oil"), ("repainted in oil", "重绘为油画")),
    "mono": (_style("mono"), ("turned black and white", "改为黑白")),
    "vintage": (_style("vintage"), ("faded like an old print", "处理为褪色的复古照片")),
    "sepia": (sepia, ("toned in sepia", "调为棕褐色老照片")),
    "flat": (flat, ("reduced to flat colours and contours", "简化为平涂色块与轮廓")),
    "neon": (light.neon, ("lit in neon", "加上霓虹灯光")),
    "night": (light.night, ("turned to night", "改为夜晚")),
    "sunset": (light.sunset, ("bathed in sunset light", "加上夕阳的光")),
    "autumn": (weather.autumn, ("greens turned to autumn", "绿色变成秋色")),
    "snow": (weather.snow, ("covered with snow", "下起了雪")),
    "rain": (weather.rain, ("given rain", "下起了雨")),
    "fog": (weather.fog, ("veiled in fog", "笼上薄雾")),
    "warm": (light.warm, ("made warmer", "色调变暖")),
    "cold": (light.cold, ("made colder", "色调变冷")),
    "blur": (blur, ("blurred", "加以虚化")),
    "sharpen": (sharpen, ("sharpened", "加以锐化")),
    "brighten": (brighten, ("brightened", "提亮")),
    "darken": (darken, ("darkened", "压暗")),
    "vivid": (vivid, ("made more vivid", "颜色更鲜艳")),
    "contrast": (contrast, ("given more contrast", "提高对比")),
    "invert": (invert, ("inverted", "反相")),
}
