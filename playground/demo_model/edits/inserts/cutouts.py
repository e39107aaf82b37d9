"""Cut a picture's subject out, so that it can stand in another picture."""

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from ...paint.mask import darkest_level, threshold
from .placement import soften_outline
from ..segmentation import largest_parts, segment
from ..sources import lay_on_white


def cut_out_subject(picture: Image.Image) -> Image.Image:
    """Cut the RGBA picture to its subject; when nothing stands out, turn it into a print with a border."""
    alpha = picture.getchannel("A")
    if darkest_level(alpha) < 128:
        return _remove_specks(picture)
    segmentation = segment(picture.convert("RGB"))
    solid = threshold(segmentation.subject, 127)
    share = ImageStat.Stat(solid).mean[0] / 255
    if not segmentation.is_clear or not 0.04 < share < 0.86:
        return _frame_print(picture)
    out = picture.copy()
    out.putalpha(segmentation.subject)
    return soften_outline(out.crop(solid.getbbox()), 0.8)


def _remove_specks(picture: Image.Image) -> Image.Image:
    """Cut a picture with alpha to its opaque parts, without soft shadows and small marks."""
    alpha = picture.getchannel("A")
    size = (
        max(round(picture.width * 96 / max(picture.size)), 1),
        max(round(picture.height * 96 / max(picture.size)), 1),
    )
    parts = largest_parts(threshold(alpha.resize(size, Image.Resampling.BOX), 140)).filter(ImageFilter.MaxFilter(5))
    kept = ImageChops.darker(alpha, parts.resize(picture.size, Image.Resampling.BILINEAR))
    out = picture.copy()
    out.putalpha(kept)
    return out.crop(threshold(kept, 140).getbbox())


def _frame_print(picture: Image.Image) -> Image.Image:
    """A photograph on paper: white border."""
    border = max(round(min(picture.size) * 0.045), 2)
    return ImageOps.expand(lay_on_white(picture), border, (250, 248, 244)).convert("RGBA")
