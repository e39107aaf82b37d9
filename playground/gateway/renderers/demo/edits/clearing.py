"""Transparent backgrounds: what stays visible, and clean colours along its edge."""

from PIL import Image, ImageChops

from ..colour import WHITE
from .cutting import cut, lifted
from .easel import Easel


def cover_of(easel: Easel, picture: Image.Image) -> Image.Image:
    """The opacity of the finished RGB picture; its edge colours are cleaned of the backdrop in place."""
    cover = easel.cover
    if cover is None:
        # What the wish moved must be looked for anew; else the source shows its subject best.
        found = cut(picture if easel.wish.is_variation else easel.source)
        cover = found.subject if found.is_clear else _badge(easel)
        picture.paste(lifted(picture, cover))
    if easel.solid is not None:
        cover = ImageChops.lighter(cover, easel.solid)
    easel.tell("the background made transparent", "背景改为透明")
    return cover


def flattened(easel: Easel, picture: Image.Image) -> Image.Image:
    """The subject on white, for formats and wishes without transparency."""
    cover = cover_of(easel, picture)
    sheet = Image.new("RGB", picture.size, WHITE)
    sheet.paste(picture, mask=cover)
    easel.deeds[-1] = ("the background made white", "背景改为白色")
    return sheet


def _badge(easel: Easel) -> Image.Image:
    """Nothing stands out: the picture as a card with round corners."""
    width, height = easel.source.size
    unit = min(width, height)
    card = easel.art.stencil().rectangle(
        unit * 0.05, unit * 0.05, width - unit * 0.05, height - unit * 0.05, unit * 0.16
    )
    return card.mask().within((0, 0, width, height)).image
