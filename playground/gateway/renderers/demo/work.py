"""What the demo's child processes do: draw a picture from text, or edit pictures."""

from playground.gateway.looking import Unusable

from .draw import Brief, Drawing, draw
from .edit import EditBrief, UnusableImage, edit


def work(brief: Brief | EditBrief) -> Drawing | Unusable:
    """Draw or edit; or say which file turned out to be no picture once all of it was decoded."""
    if isinstance(brief, Brief):
        return draw(brief)
    try:
        return edit(brief)
    except UnusableImage as error:
        return Unusable("mask", 1, "broken") if error.which == "mask" else Unusable("image", error.which, "broken")
