"""Filters by name: the styles of `paint.styles`, light and weather, and darkroom adjustments."""

from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from ...paint.mask import blur_image
from ...paint.styles import STYLES
from ..segmentation import segment
from ..session import Change, EditSession
from . import lighting, weather


def flat(session: EditSession) -> None:
    """Reduce to few flat colours with dark contours, as a screen print does."""
    canvas, unit = session.art.canvas, session.art.unit
    half = canvas.picture.resize((max(canvas.size[0] // 2, 1), max(canvas.size[1] // 2, 1)), Image.Resampling.BOX)
    smooth = half.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.MedianFilter(5))
    few = ImageEnhance.Color(smooth).enhance(1.5).quantize(20, Image.Quantize.MEDIANCUT).convert("RGB")
    few = few.filter(ImageFilter.ModeFilter(5)).resize(canvas.size, Image.Resampling.BICUBIC)
    grey = blur_image(canvas.picture.convert("L"), max(unit * 0.002, 0.6))
    # Edges weaker than 8 levels give no contour, and the strongest are 40, not black.
    lines = ImageOps.invert(grey.filter(ImageFilter.FIND_EDGES)).point(
        [min(max((level - 205) * 6, 40), 255) for level in range(256)]
    )
    canvas.picture = ImageChops.multiply(few, Image.merge("RGB", [blur_image(lines, 0.8)] * 3))


def sepia(session: EditSession) -> None:
    canvas = session.art.canvas
    grey = ImageOps.autocontrast(canvas.picture.convert("L"), 1)
    canvas.picture = ImageOps.colorize(grey, (38, 22, 12), (250, 234, 204), (152, 112, 74))


def blur(session: EditSession) -> None:
    """Blur everything; without a mask only the background of the subject."""
    canvas = session.art.canvas
    soft = blur_image(canvas.picture, max(session.art.unit * 0.016, 1.5))
    if session.marked is None:
        segmentation = segment(canvas.picture)
        subject = segmentation.subject if segmentation.is_clear else _guess_subject(session)
        soft.paste(canvas.picture, mask=subject)
    canvas.picture = soft


def sharpen(session: EditSession) -> None:
    canvas = session.art.canvas
    # First the fine edges, then a wide weak pass for local contrast.
    crisp = canvas.picture.filter(ImageFilter.UnsharpMask(max(session.art.unit * 0.0018, 1.0), 160, 2))
    canvas.picture = crisp.filter(ImageFilter.UnsharpMask(max(session.art.unit * 0.02, 4.0), 26, 0))


def brighten(session: EditSession) -> None:
    _apply_gamma(session, 0.62)


def darken(session: EditSession) -> None:
    _apply_gamma(session, 1.7)


def vivid(session: EditSession) -> None:
    canvas = session.art.canvas
    canvas.picture = ImageEnhance.Contrast(ImageEnhance.Color(canvas.picture).enhance(1.65)).enhance(1.06)


def contrast(session: EditSession) -> None:
    session.art.canvas.picture = ImageEnhance.Contrast(session.art.canvas.picture).enhance(1.4)


def invert(session: EditSession) -> None:
    session.art.canvas.picture = ImageOps.invert(session.art.canvas.picture)


def _apply_gamma(session: EditSession, gamma: float) -> None:
    # A gamma leaves black and white where they are, unlike a factor.
    table = [round(255 * (level / 255) ** gamma) for level in range(256)]
    session.art.canvas.picture = session.art.canvas.picture.point(table * 3)


def _guess_subject(session: EditSession) -> Image.Image:
    """Mask an upright oval in the middle, softly bounded."""
    width, height = session.art.canvas.size
    # Lower than the middle: people leave more room above a subject than below.
    oval = session.art.ellipse(width / 2, height * 0.56, width * 0.27, height * 0.42)
    whole = oval.soft(session.art.unit * 0.07, (width, height))
    return whole.within((0, 0, width, height)).image


def _style_filter(name: str) -> Callable[[EditSession], None]:
    return lambda session: STYLES[name](session.art)


LOOKS: Final[Mapping[str, tuple[Callable[[EditSession], None], Change]]] = {
    "pixel": (_style_filter("pixel"), ("redrawn as pixel art", "重绘为像素画")),
    "pencil": (_style_filter("pencil"), ("redrawn in pencil", "重绘为铅笔素描")),
    "ink": (_style_filter("ink"), ("redrawn as an ink wash", "重绘为水墨")),
    "watercolour": (_style_filter("watercolour"), ("repainted in watercolour", "重绘为水彩")),
    "oil": (_style_filter("oil"), ("repainted in oil", "重绘为油画")),
    "mono": (_style_filter("mono"), ("turned black and white", "改为黑白")),
    "vintage": (_style_filter("vintage"), ("faded like an old print", "处理为褪色的复古照片")),
    "sepia": (sepia, ("toned in sepia", "调为棕褐色老照片")),
    "flat": (flat, ("reduced to flat colours and contours", "简化为平涂色块与轮廓")),
    "neon": (lighting.neon, ("lit in neon", "加上霓虹灯光")),
    "night": (lighting.night, ("turned to night", "改为夜晚")),
    "sunset": (lighting.sunset, ("bathed in sunset light", "加上夕阳的光")),
    "autumn": (weather.autumn, ("greens turned to autumn", "绿色变成秋色")),
    "snow": (weather.snow, ("covered with snow", "下起了雪")),
    "rain": (weather.rain, ("given rain", "下起了雨")),
    "fog": (weather.fog, ("veiled in fog", "笼上薄雾")),
    "warm": (lighting.warm, ("made warmer", "色调变暖")),
    "cold": (lighting.cold, ("made colder", "色调变冷")),
    "blur": (blur, ("blurred", "加以虚化")),
    "sharpen": (sharpen, ("sharpened", "加以锐化")),
    "brighten": (brighten, ("brightened", "提亮")),
    "darken": (darken, ("darkened", "压暗")),
    "vivid": (vivid, ("made more vivid", "颜色更鲜艳")),
    "contrast": (contrast, ("given more contrast", "提高对比")),
    "invert": (invert, ("inverted", "反相")),
}
