"""Make backgrounds transparent, with clean colours along the edge of the subject."""

from PIL import Image, ImageChops

from ..paint.colour import WHITE
from .segmentation import segment, spread_edge_colours
from .session import EditSession


def subject_alpha(session: EditSession, picture: Image.Image) -> Image.Image:
    """Return the opacity of the finished RGB picture; clean the backdrop off its edge colours in place."""
    cover = session.cover
    if cover is None:
        # A variation moves the subject, so segment the result; else the source shows it best.
        segmentation = segment(picture if session.instruction.is_variation else session.source)
        cover = segmentation.subject if segmentation.is_clear else _card_mask(session)
        picture.paste(spread_edge_colours(picture, cover))
    if session.solid is not None:
        cover = ImageChops.lighter(cover, session.solid)
    session.note_change("the background made transparent", "背景改为透明")
    return cover


def flatten_on_white(session: EditSession, picture: Image.Image) -> Image.Image:
    """Lay the subject on white, for formats and instructions without transparency."""
    cover = subject_alpha(session, picture)
    background = Image.new("RGB", picture.size, WHITE)
    background.paste(picture, mask=cover)
    # `subject_alpha` has noted a transparent background.
    session.changes[-1] = ("the background made white", "背景改为白色")
    return background


def _card_mask(session: EditSession) -> Image.Image:
    """Mask the picture as a card with round corners, since nothing stands out."""
    width, height = session.source.size
    unit = min(width, height)
    card = session.art.stencil().rectangle(
        unit * 0.05, unit * 0.05, width - unit * 0.05, height - unit * 0.05, unit * 0.16
    )
    return card.mask().within((0, 0, width, height)).image
