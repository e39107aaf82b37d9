"""Cut a subject out, and paste it: fitted, lit like its surroundings, with a shadow where it stands."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from ...paint.mask import Mask, blur_image, darkest_level, threshold
from ..segmentation import largest_parts, segment
from ..session import Box, EditSession
from ..sources import lay_on_white

_SHADOW = (18, 16, 26)


@dataclass(frozen=True, slots=True)
class Placement:
    """The way a cutout is pasted: `matched` 0 to 1 adapts it to the light around it; it stands or floats."""

    matched: float = 0.25
    shadow: float = 0.35
    stands: bool = False


def cut_out_subject(picture: Image.Image) -> Image.Image:
    """Cut the RGBA picture to its subject; when nothing stands out, turn it into a print with a border."""
    alpha = picture.getchannel("A")
    if darkest_level(alpha) < 128:
        return _remove_specks(picture)
    segmentation = segment(picture.convert("RGB"))
    solid = threshold(segmentation.subject, 127)
    share = ImageStat.Stat(solid).mean[0] / 255
    # A cut of nearly nothing or nearly everything is a wrong one; a whole print is honest.
    if not segmentation.is_clear or not 0.04 < share < 0.86:
        return _frame_print(picture)
    out = picture.copy()
    out.putalpha(segmentation.subject)
    return _soften_outline(out.crop(solid.getbbox()), 0.8)


def paste_cutout(session: EditSession, cutout: Image.Image, box: Box, placement: Placement) -> None:
    """Paste an RGBA picture into exactly `box` (pixels of the canvas)."""
    size = (max(box[2] - box[0], 1), max(box[3] - box[1], 1))
    fitted = cutout.resize(size, Image.Resampling.LANCZOS) if cutout.size != size else cutout
    shape = Mask(fitted.getchannel("A"), box[0], box[1])
    canvas = session.art.canvas
    if placement.stands:
        _draw_ground_shadow(session, shape, placement.shadow)
    if placement.shadow:
        reach = max(min(size) * 0.05, 1.0)
        # Light comes from the upper left here, as in the props' shading.
        cast = shape.moved(reach * 0.4, reach * 0.7)
        canvas.paint(cast.soft(reach, canvas.size), _SHADOW, placement.shadow * 0.7)
    colours = _match_light(fitted.convert("RGB"), shape, canvas.picture, placement.matched)
    canvas.picture.paste(colours, shape.box[:2], shape.image)
    session.stand(shape)


def fit_box(picture: Image.Image, box: Box, *, share: float = 1.0, across: float = 0.5, down: float = 0.5) -> Box:
    """Fit the picture's aspect into `share` of a box; `across` and `down` 0 to 1 align it."""
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    scale = min(wide / picture.width, tall / picture.height) * share
    width, height = max(picture.width * scale, 1), max(picture.height * scale, 1)
    x, y = left + (wide - width) * across, top + (tall - height) * down
    return (round(x), round(y), round(x + width), round(y + height))


def _draw_ground_shadow(session: EditSession, shape: Mask, strength: float) -> None:
    """Draw the dark contact below something that stands, and the soft shadow to one side."""
    left, _, right, bottom = shape.box
    wide = right - left
    contact = session.art.stencil().ellipse((left + right) / 2, bottom - wide * 0.02, wide * 0.44, wide * 0.055)
    session.art.canvas.shadow(contact, wide * 0.03, min(strength * 1.9, 0.85))
    thrown = session.art.stencil().ellipse((left + right) / 2 + wide * 0.16, bottom, wide * 0.58, wide * 0.09)
    session.art.canvas.shadow(thrown, wide * 0.07, strength)


def _match_light(colours: Image.Image, shape: Mask, around: Image.Image, share: float) -> Image.Image:
    """Move the colours some way towards the mean colour and light of the surroundings."""
    if not share:
        return colours
    margin = max(shape.image.size) // 3 + 1
    left, top, right, bottom = shape.box
    near = around.crop(
        (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, around.width),
            min(bottom + margin, around.height),
        )
    )
    if not near.width or not near.height:
        return colours
    there = ImageStat.Stat(near.reduce(max(min(near.size) // 32, 1))).mean
    here = ImageStat.Stat(colours, threshold(shape.image, 127)).mean
    light_there, light_here = sum(there) / 3, sum(here) / 3
    tables: list[int] = []
    for band in range(3):
        tint = (there[band] - light_there) * 0.4
        # Half the way at most, and never by more than 30 levels: the insert must keep its own look.
        lift = min(max(light_there - light_here, -60), 60) * 0.5
        move = (tint + lift) * share
        gain = 1 + min(max((light_there - light_here) / 255, -0.4), 0.25) * share
        tables += [min(max(round(level * gain + move * level / 255), 0), 255) for level in range(256)]
    return colours.point(tables)


def _remove_specks(picture: Image.Image) -> Image.Image:
    """Cut a picture with alpha to its opaque parts, without soft shadows and small marks."""
    alpha = picture.getchannel("A")
    size = (
        max(round(picture.width * 96 / max(picture.size)), 1),
        max(round(picture.height * 96 / max(picture.size)), 1),
    )
    parts = largest_parts(threshold(alpha.resize(size, Image.Resampling.BOX), 140)).filter(ImageFilter.MaxFilter(5))
    opaque = ImageChops.darker(alpha, parts.resize(picture.size, Image.Resampling.BILINEAR))
    out = picture.copy()
    out.putalpha(opaque)
    return out.crop(threshold(opaque, 140).getbbox())


def _frame_print(picture: Image.Image) -> Image.Image:
    """Add the white border of a printed photograph."""
    border = max(round(min(picture.size) * 0.045), 2)
    return ImageOps.expand(lay_on_white(picture), border, (250, 248, 244)).convert("RGBA")


def _soften_outline(picture: Image.Image, radius: float) -> Image.Image:
    """Soften the outline by a radius in pixels, so that the cutout does not look pasted."""
    alpha = picture.getchannel("A")
    # Only inwards: outwards the old backdrop would show.
    inner = blur_image(alpha, radius).point([max(level * 2 - 255, 0) for level in range(256)])
    picture = picture.copy()
    picture.putalpha(ImageChops.darker(alpha, Image.blend(alpha, inner, 0.8)))
    return picture
