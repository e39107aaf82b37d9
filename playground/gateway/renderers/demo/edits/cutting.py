"""Cuts the subject of a picture out: floods the backdrop from the edges, then finds the soft edge at full size."""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..mask import blurred
from .flooding import Edges, flood, main_parts
from .greys import above, lowest
from .membrane import membrane

_SMALL: Final = 128  # long side in pixels of the copy that is flooded


@dataclass(frozen=True, slots=True)
class Cut:
    """`subject` is 255 where the subject is; `is_clear` says that it stood out well."""

    subject: Image.Image
    is_clear: bool


def cut(picture: Image.Image, edges: Edges = "around") -> Cut:
    """Part an RGB picture into backdrop and subject; with `edges` "top" only what hangs on the top edge (the sky)."""
    scale = min(_SMALL / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 4), max(round(picture.height * scale), 4))
    small = blurred(picture.resize(size, Image.Resampling.BOX), 0.6)
    flooded, met = flood(small, edges)
    share = ImageStat.Stat(flooded).mean[0] / 255
    subject = main_parts(ImageChops.invert(flooded).filter(ImageFilter.MedianFilter(3)))
    is_clear = 0.06 < share < 0.93 and met > (0.55 if edges == "around" else 0.4)
    return Cut(_refined(picture, subject), is_clear)


def _refined(picture: Image.Image, subject: Image.Image) -> Image.Image:
    """The small cut at full size: near its edge the pixels themselves decide, by how unlike the backdrop they are."""
    inner = subject.filter(ImageFilter.MinFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    outer = subject.filter(ImageFilter.MaxFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    backdrop = membrane(picture, above(outer, 20))
    red, green, blue = ImageChops.difference(picture, backdrop).split()
    unlike = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    decided = unlike.point([min(max((level - 10) * 255 // 22, 0), 255) for level in range(256)])
    return blurred(ImageChops.lighter(inner, ImageChops.darker(outer, decided)), 0.7)


def lifted(picture: Image.Image, cover: Image.Image) -> Image.Image:
    """The RGB picture with the subject's own colours drawn outwards, so that no backdrop shows along its edge."""
    outside = cover.point([255 * (level < 242) for level in range(256)]).filter(ImageFilter.MaxFilter(3))
    if lowest(outside) == 255 or outside.getbbox() is None:
        return picture
    return Image.composite(membrane(picture, outside), picture, outside)
