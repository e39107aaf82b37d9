"""Lock what is outside the mask: the result laid into its source, so that the rest stays as it was to the pixel."""

import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from playground.pixels import colour
from playground.pixels.decode import BROKEN, PictureError, open_checked
from playground.pixels.mask import feathered, load_marks, threshold
from playground.pixels.register import Fit, Placement, lay_out, register, undo_shift

# How far the edge of the mask runs out, as a share of the longer edge.
FEATHER: Final = 0.008


@dataclass(frozen=True, slots=True)
class LockFacts:
    """How a result was locked: how far it had moved, and how far the mask was feathered, in pixels of the source; and
    how it came to the source's size (see register.Placement)."""

    shift_x: int
    shift_y: int
    feather_px: int
    fit: Fit

    @property
    def placement(self) -> Placement:
        """How the result lay over its source."""
        return Placement(self.fit, self.shift_x, self.shift_y)


def lock(source: Path, mask: Path, result: Path, target: Path) -> LockFacts:
    """Write the source with the result inside the mask, as a PNG of the source's size and colour profile.

    No pixel farther outside the mask than the feather differs from the source. Raises PictureError.
    """
    try:
        ours, profile = load_colours(source)
        marks = load_marks(mask, ours.size)
        theirs = load_matched(result, profile)
        placement = register(ours, marks, theirs)
        feather = round(max(ours.size) * FEATHER)
        locked = _composed(ours, theirs, feathered(marks, feather), placement)
        _save(locked, target, {"icc_profile": profile} if profile else {})
    except BROKEN as error:
        raise PictureError("broken") from error
    return LockFacts(placement.shift_x, placement.shift_y, feather, placement.fit)


def load_colours(path: Path) -> tuple[Image.Image, bytes | None]:
    """The picture as RGB or RGBA with 8 bits a channel, and the profile of its numbers. Raises PictureError."""
    with open_checked(path) as picture:
        picture.load()
        return colour.to_rgb(picture, picture.info.get("icc_profile"))


def load_matched(path: Path, profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA with its colours in `profile` (None is sRGB). Raises PictureError."""
    picture, own = load_colours(path)
    return colour.matched(picture, own, profile)


def _composed(ours: Image.Image, theirs: Image.Image, soft: Image.Image, placement: Placement) -> Image.Image:
    laid, box = lay_out(theirs, ours.size, placement.fit)
    laid = undo_shift(laid, placement)
    if box != (0, 0, *ours.size):
        # The result does not show this part of the source.
        shown = Image.new("L", ours.size, 0)
        shown.paste(soft.crop(box), box[:2])
        soft = shown
    if ours.mode == laid.mode == "RGB":
        return Image.composite(laid, ours, soft)
    ours, laid = ours.convert("RGBA"), laid.convert("RGBA")
    # Blended with their alpha multiplied in, else see-through colours would shine at the edges; that rounds, so what
    # is outside the feather comes from the source itself.
    blended = Image.composite(laid.convert("RGBa"), ours.convert("RGBa"), soft).convert("RGBA")
    return Image.composite(blended, ours, threshold(soft, 1))


def _save(picture: Image.Image, target: Path, options: dict[str, Any]) -> None:
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        # Pillow would write the profile that still hangs on the picture.
        picture.info = {}
        # Runs alone: twice as quick as the default, and no larger for photographs.
        picture.save(unfinished, "PNG", compress_type=zlib.Z_RLE, **options)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
