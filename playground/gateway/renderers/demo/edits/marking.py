"""Puts the demo's small mark on an edit: in the corner, or with a mask inside what was marked."""

from dataclasses import replace

from PIL import Image, ImageChops

from .. import captions
from ..canvas import Canvas
from .easel import Box, Easel
from .greys import lowest


def marked_as_demo(easel: Easel, picture: Image.Image, cover: Image.Image | None) -> Image.Image:
    """The RGB picture with its mark, as RGBA when there is a cover. Too small a marked place gets none."""
    if easel.marked is not None:
        box = _place(easel)
        if box is not None:
            part = replace(easel.art, canvas=Canvas((box[2] - box[0], box[3] - box[1])))
            part.canvas.picture = picture.crop(box)
            captions.mark(part)
            picture.paste(part.canvas.picture, box[:2])
        if cover is not None:
            picture.putalpha(cover)
        return picture
    canvas = Canvas(picture.size, clear=cover is not None)
    canvas.picture = picture
    if cover is not None:
        canvas.picture = ImageChops.multiply(picture, Image.merge("RGB", [cover] * 3))
        canvas.cover = cover.copy()
    captions.mark(replace(easel.art, canvas=canvas))
    return canvas.result()


def _place(easel: Easel) -> Box | None:
    """A square whose lower right corner, where the mark goes, is marked altogether."""
    marked = easel.marked
    assert marked is not None
    left, top, right, bottom = easel.box
    size = max(easel.art.unit * 0.019 * 0.55, 7.0)
    side = round(size / 0.019)
    for inset in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        x, y = round(right - (right - left) * inset), round(bottom - (bottom - top) * inset)
        room = (max(x - side, 0), max(y - side, 0), x, y)
        under = (round(x - size * 5.6), round(y - size * 3.4), x, y)
        if under[0] < left or under[1] < top or min(room[2] - room[0], room[3] - room[1]) < size * 6:
            continue
        if lowest(marked.crop(under)) >= 250:
            return room
    return None
