"""Puts the further images into the first: products side by side, logos small, a style's colours over all."""

from typing import Final

from PIL import Image, ImageStat

from .easel import Box, Easel
from .freeing import freed
from .placing import Manner, fit, place
from .sources import on_white

_TALLEST: Final = 0.46  # of the scene's height, for one product


def compose(easel: Easel) -> None:
    """Place every further image by its role; a "style" lends its colours instead."""
    roles = easel.wish.roles[1:] + ("",) * len(easel.others)
    styles = [picture for picture, role in zip(easel.others, roles, strict=False) if role == "style"]
    logos = [picture for picture, role in zip(easel.others, roles, strict=False) if role == "logo"]
    objects = [picture for picture, role in zip(easel.others, roles, strict=False) if role not in ("style", "logo")]
    for style in styles:
        easel.art.canvas.picture = in_colours_of(easel.art.canvas.picture, on_white(style))
        easel.tell("given the colours of the reference", "采用参考图的配色")
    cuts = [freed(picture) for picture in objects]
    for picture, box in zip(cuts, _side_by_side(easel, cuts), strict=True):
        place(easel, picture, box, Manner(matched=0.0 if easel.faithful else 0.45, shadow=0.32, stands=True))
    if objects:
        number = len(objects)
        english = (
            "the other picture placed into the first"
            if number == 1
            else f"{number} other pictures placed into the first"
        )
        easel.tell(english, f"将另外{number}张图合成到第一张中" if number > 1 else "将另一张图合成到第一张中")
    for index, picture in enumerate(logos):
        _stick(easel, freed(picture), index)


def in_colours_of(picture: Image.Image, reference: Image.Image) -> Image.Image:
    """The RGB picture with the reference's mean and spread of light and colour."""
    mine, other = picture.convert("YCbCr"), reference.convert("YCbCr")
    here, there = ImageStat.Stat(mine), ImageStat.Stat(other)
    tables: list[int] = []
    for band, share in enumerate((0.6, 0.95, 0.95)):
        gain = min(max((there.stddev[band] + 4) / (here.stddev[band] + 4), 0.55), 1.7)
        for level in range(256):
            moved = (level - here.mean[band]) * gain + there.mean[band]
            tables.append(min(max(round(level + (moved - level) * share), 0), 255))
    return mine.point(tables).convert("RGB")


def _side_by_side(easel: Easel, pictures: list[Image.Image]) -> list[Box]:
    """One rectangle for each, standing on one line: in what is marked, or on a third of the scene."""
    if not pictures:
        return []
    room = _room(easel, len(pictures))
    left, top, right, bottom = room
    wide = (right - left) / len(pictures)
    inset = 0.02 if len(pictures) == 1 else 0.08
    boxes = []
    for index, picture in enumerate(pictures):
        slot = (round(left + wide * (index + inset)), top, round(left + wide * (index + 1 - inset)), bottom)
        boxes.append(fit(picture, slot, down=1.0))
    return boxes


def _room(easel: Easel, number: int) -> Box:
    """Where products may stand."""
    width, height = easel.source.size
    if easel.marked is not None:
        left, top, right, bottom = easel.box
        inset = (right - left) * 0.03, (bottom - top) * 0.03
        return (round(left + inset[0]), round(top + inset[1]), round(right - inset[0]), round(bottom - inset[1]))
    foot = height * 0.88
    if number > 1:
        tall = height * (_TALLEST if number < 4 else 0.34)
        return (round(width * 0.06), round(foot - tall), round(width * 0.94), round(foot))
    reach = width * 0.2
    middle = width * _third(easel)
    return (round(middle - reach), round(foot - height * _TALLEST), round(middle + reach), round(foot))


def _third(easel: Easel) -> float:
    """The calmer third for the first picture, the other one for the next."""
    width, height = easel.source.size

    def busy(across: float) -> float:
        box = (
            round(width * (across - 0.18)),
            round(height * 0.42),
            round(width * (across + 0.18)),
            round(height * 0.9),
        )
        return ImageStat.Stat(easel.source.crop(box).convert("L")).stddev[0]

    calm, other = sorted((2 / 3, 1 / 3), key=busy)
    return (calm, other)[easel.art.index % 2]


def _stick(easel: Easel, logo: Image.Image, index: int) -> None:
    """A logo goes to the upper left corner, small, or fills what is marked."""
    width, height = easel.source.size
    if easel.marked is not None:
        box = fit(logo, easel.box, share=0.9)
    else:
        side = min(width, height) * 0.2
        left = width * 0.05 + index * side * 1.15
        box = fit(
            logo,
            (round(left), round(height * 0.05), round(left + side), round(height * 0.05 + side)),
            across=0.0,
            down=0.0,
        )
    place(easel, logo, box, Manner(matched=0.0, shadow=0.12))
    easel.tell("the logo placed", "放置标志")
