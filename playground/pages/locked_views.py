"""Masked edits: the version that keeps what is outside the mask, and what the API had changed there."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from playground.pages.downloads import Download, downloads
from playground.runs.models import Picture, Run


@dataclass(frozen=True, slots=True)
class LockedView:
    """A locked picture; `percent` of the pixels outside the mask changed in what the API returned, where known.

    `shift` is how far the result had moved, in pixels right and down: `3,2`; `moved` says it, empty when it had not.
    """

    url: str
    thumbnail_url: str
    width: int
    height: int
    alt: str
    downloads: list[Download]
    percent: str
    sentence: str
    shift: str
    moved: str
    heat_url: str


def locked_view(picture: Picture, run: Run) -> LockedView | None:
    """The locked version of a picture; None when there is none."""
    if not picture.locked or not run.sources:
        return None
    place = [run.pk, picture.number]
    changed = picture.outside_changed
    right, down = (int(picture.lock_facts.get(name, 0)) for name in ("shift_x", "shift_y"))
    return LockedView(
        url=reverse("locked", args=place),
        thumbnail_url=reverse("locked_thumbnail", args=place),
        width=run.sources[0]["width"],
        height=run.sources[0]["height"],
        alt=_("Picture %(number)d, locked: only what the mask marks is changed") % {"number": picture.number},
        downloads=downloads(picture, run, locked=True),
        percent="" if changed is None else f"{changed:.2f}".rstrip("0").rstrip("."),
        sentence="" if changed is None else _sentence(changed),
        shift=f"{right},{down}",
        moved=_moved_sentence(right, down),
        heat_url=reverse("heat", args=place) if picture.heat else "",
    )


def _sentence(changed: float) -> str:
    if changed == 0:
        return _("Nothing outside the mask changed in what the API returned.")
    if changed < 0.1:
        return _("Less than one pixel in a thousand outside the mask changed in what the API returned.")
    percent = number_format(changed, 1 if changed < 99.95 else 0)
    return _("%(percent)s %% of the pixels outside the mask changed in what the API returned.") % {"percent": percent}


def _moved_sentence(right: int, down: int) -> str:
    """How far the whole picture had moved, in words; empty when it had not."""
    ways = []
    if right:
        way = _("%(pixels)d px to the right") if right > 0 else _("%(pixels)d px to the left")
        ways.append(way % {"pixels": abs(right)})
    if down:
        way = _("%(pixels)d px down") if down > 0 else _("%(pixels)d px up")
        ways.append(way % {"pixels": abs(down)})
    if not ways:
        return ""
    both = _("%(one)s and %(other)s") % {"one": ways[0], "other": ways[1]} if len(ways) == 2 else ways[0]
    return _("The whole picture came back shifted %(ways)s; the locked picture and this figure undo that first.") % {
        "ways": both
    }
