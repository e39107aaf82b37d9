"""Continue a picture beyond its edges: where a padded source is transparent and marked."""

from typing import Final

from PIL import Image, ImageChops

from playground.imaging.frames import inner_box

from ..paint.fills import noise
from ..paint.mask import blur_image, darkest_level, threshold
from .session import Box, EditSession

# So much of an edge is mirrored, as a share of the short side: more would show what is in the middle a second time.
_REFLECTED: Final = 0.04
# The farther from the picture, the softer its mirror image: shares of the short side, as distance and as blur.
_SOFTENING: Final = ((0.02, 0.006), (0.07, 0.016), (0.16, 0.04), (0.32, 0.08))
_OPAQUE: Final = 250
_RINGING: Final = 200  # scaling makes no pixel inside an opaque area more transparent than this
_MIXED: Final = 4  # pixels beside a padding whose colours the scaling filter has changed


def extend_picture(session: EditSession) -> bool:
    """Paint what is transparent and marked, as a continuation of the picture; return whether there was any."""
    cover, marked = session.cover, session.marked
    if cover is None or marked is None:
        return False
    hole = ImageChops.invert(threshold(cover, _OPAQUE))
    kept = ImageChops.invert(hole).getbbox()
    # Other transparent areas are the subject's own background.
    if kept is None or darkest_level(cover.crop(kept)) < _RINGING or ImageChops.subtract(hole, marked).getbbox():
        return False
    kept = inner_box(kept, hole.size, _MIXED)
    session.source = _continue(session.source.crop(kept), session.source.size, kept, session)
    session.art.canvas.picture = session.source.copy()
    session.cover = None
    session.note_change("the picture continued beyond its edges", "画面向外延伸")
    return True


def _continue(part: Image.Image, size: tuple[int, int], kept: Box, session: EditSession) -> Image.Image:
    """Mirror the edges of the part, and soften what is far from it."""
    picture = _mirror_around(part, size, kept[:2])
    unit = min(part.size)
    for distance, radius in _SOFTENING:
        far = _outside(size, kept, round(unit * distance))
        picture = Image.composite(blur_image(picture, max(unit * radius, 1.0)), picture, far)
    speckle = blur_image(noise(size, session.art.rng("outpaint"), 11), 0.6)
    grainy = ImageChops.add(picture, Image.merge("RGB", [speckle] * 3), 1.0, -5)
    picture = Image.composite(grainy, picture, _outside(size, kept, 0))
    picture.paste(part, kept[:2])
    return picture


def _mirror_around(part: Image.Image, size: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """Surround the part, which lies at `corner`, with the mirror images of its edges."""
    picture = Image.new("RGB", size)
    picture.paste(part, corner)
    left, top, right, bottom = corner[0], corner[1], corner[0] + part.width, corner[1] + part.height
    deep = max(round(min(part.size) * _REFLECTED), 1)
    mirror = Image.Transpose.FLIP_LEFT_RIGHT
    for added, x, strip in (
        (left, 0, (left, top, left + min(deep, left), bottom)),
        (size[0] - right, right, (right - min(deep, size[0] - right), top, right, bottom)),
    ):
        if added:
            picture.paste(picture.crop(strip).transpose(mirror).resize((added, part.height)), (x, top))
    mirror = Image.Transpose.FLIP_TOP_BOTTOM
    for added, y, strip in (
        (top, 0, (0, top, size[0], top + min(deep, top))),
        (size[1] - bottom, bottom, (0, bottom - min(deep, size[1] - bottom), size[0], bottom)),
    ):
        if added:
            picture.paste(picture.crop(strip).transpose(mirror).resize((size[0], added)), (0, y))
    return picture


def _outside(size: tuple[int, int], kept: Box, distance: int) -> Image.Image:
    """Mask what is farther than `distance` from the kept part, with a soft edge."""
    outside = Image.new("L", size, 255)
    outside.paste(0, (kept[0] - distance, kept[1] - distance, kept[2] + distance, kept[3] + distance))
    return blur_image(outside, distance * 0.5) if distance else outside
