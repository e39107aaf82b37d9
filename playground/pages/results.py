"""The visitor's newest results, as pictures that an edit can begin with."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.runs import history

_LOOKED_AT: Final = 24


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result, small; posting to `take_url` puts it on the edit page."""

    thumbnail_url: str
    url: str
    width: int
    height: int
    alt: str
    take_url: str


def newest_results(visitor: str, most: int = 12) -> list[ResultView]:
    """The newest results, newest first."""
    runs = history.runs_of(visitor)[:_LOOKED_AT] if visitor else []
    found = [
        ResultView(
            thumbnail_url=reverse("thumbnail", args=[run.pk, one.number]),
            url=reverse("picture", args=[run.pk, one.number]),
            width=one.width,
            height=one.height,
            alt=Truncator(run.prompt).chars(60) or _("Variation"),
            take_url=reverse("edit_from", args=[run.pk, one.number]),
        )
        for run in runs
        for one in run.pictures.all()
    ]
    return found[:most]
