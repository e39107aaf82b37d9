"""Composite further images into the first: products side by side, logos small, colours of a style."""

from typing import Final

from PIL import Image, ImageStat

from ..session import Box, EditSession
from ..sources import lay_on_white
from .placement import Placement, cut_out_subject, fit_box, paste_cutout

_PRODUCT_HEIGHT: Final = 0.46  # of the scene's height, for one product


def compose_images(session: EditSession) -> None:
    """Place every further image by its role; a "style" only lends its colours."""
    roles = session.instruction.roles[1:] + ("",) * len(session.others)
    styles = [picture for picture, role in zip(session.others, roles, strict=False) if role == "style"]
    logos = [picture for picture, role in zip(session.others, roles, strict=False) if role == "logo"]
    objects = [picture for picture, role in zip(session.others, roles, strict=False) if role not in ("style", "logo")]
    for style in styles:
        session.art.canvas.picture = transfer_colours(session.art.canvas.picture, lay_on_white(style))
        session.note_change("given the colours of the reference", "采用参考图的配色")
    cuts = [cut_out_subject(picture) for picture in objects]
    for picture, box in zip(cuts, _product_boxes(session, cuts), strict=True):
        paste_cutout(
            session, picture, box, Placement(matched=0.0 if session.high_fidelity else 0.45, shadow=0.32, stands=True)
        )
    if objects:
        number = len(objects)
        english = (
            "the other picture placed into the first"
            if number == 1
            else f"{number} other pictures placed into the first"
        )
        session.note_change(
            english, f"将另外{number}张图合成到第一张中" if number > 1 else "将另一张图合成到第一张中"
        )
    for index, picture in enumerate(logos):
        _paste_logo(session, cut_out_subject(picture), index)


def transfer_colours(picture: Image.Image, reference: Image.Image) -> Image.Image:
    """Give the RGB picture the reference's mean and spread of light and colour."""
    source, target = picture.convert("YCbCr"), reference.convert("YCbCr")
    source_stat, reference_stat = ImageStat.Stat(source), ImageStat.Stat(target)
    tables: list[int] = []
    # Light moves less than colour: the picture keeps its own day or night.
    for band, share in enumerate((0.6, 0.95, 0.95)):
        # Plus 4 and within limits: a nearly grey picture would otherwise be stretched to bright noise.
        gain = min(max((reference_stat.stddev[band] + 4) / (source_stat.stddev[band] + 4), 0.55), 1.7)
        for level in range(256):
            moved = (level - source_stat.mean[band]) * gain + reference_stat.mean[band]
            tables.append(min(max(round(level + (moved - level) * share), 0), 255))
    return source.point(tables).convert("RGB")


def _product_boxes(session: EditSession, pictures: list[Image.Image]) -> list[Box]:
    """Line up one box for each product, in the marked area or on a third of the scene."""
    if not pictures:
        return []
    room = _product_area(session, len(pictures))
    left, top, right, bottom = room
    wide = (right - left) / len(pictures)
    # Several products need air between them.
    inset = 0.02 if len(pictures) == 1 else 0.08
    boxes = []
    for index, picture in enumerate(pictures):
        slot = (round(left + wide * (index + inset)), top, round(left + wide * (index + 1 - inset)), bottom)
        boxes.append(fit_box(picture, slot, down=1.0))
    return boxes


def _product_area(session: EditSession, number: int) -> Box:
    """Return the rectangle in which products may stand."""
    width, height = session.source.size
    if session.marked is not None:
        left, top, right, bottom = session.box
        inset = (right - left) * 0.03, (bottom - top) * 0.03
        return (round(left + inset[0]), round(top + inset[1]), round(right - inset[0]), round(bottom - inset[1]))
    # Things stand on the ground of a picture, not on its edge.
    foot = height * 0.88
    if number > 1:
        tall = height * (_PRODUCT_HEIGHT if number < 4 else 0.34)
        return (round(width * 0.06), round(foot - tall), round(width * 0.94), round(foot))
    reach = width * 0.2
    middle = width * _calm_third(session)
    return (round(middle - reach), round(foot - height * _PRODUCT_HEIGHT), round(middle + reach), round(foot))


def _calm_third(session: EditSession) -> float:
    """Choose the calmer third for even indexes and the other for odd ones."""
    width, height = session.source.size

    def busy(across: float) -> float:
        box = (
            round(width * (across - 0.18)),
            round(height * 0.42),
            round(width * (across + 0.18)),
            round(height * 0.9),
        )
        return ImageStat.Stat(session.source.crop(box).convert("L")).stddev[0]

    calm, other = sorted((2 / 3, 1 / 3), key=busy)
    return (calm, other)[session.art.index % 2]


def _paste_logo(session: EditSession, logo: Image.Image, index: int) -> None:
    """Paste a logo small into the upper left corner, or into the marked area."""
    width, height = session.source.size
    if session.marked is not None:
        box = fit_box(logo, session.box, share=0.9)
    else:
        side = min(width, height) * 0.2
        left = width * 0.05 + index * side * 1.15
        box = fit_box(
            logo,
            (round(left), round(height * 0.05), round(left + side), round(height * 0.05 + side)),
            across=0.0,
            down=0.0,
        )
    paste_cutout(session, logo, box, Placement(matched=0.0, shadow=0.12))
    session.note_change("the logo placed", "放置标志")
