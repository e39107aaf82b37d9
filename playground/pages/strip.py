"""The film strip: earlier runs in a row, each no more than its thumbnail tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from playground.pages.phases import state_label, words
from playground.runs.models import Picture, Run

LONGEST: Final = 24


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as the strip shows it; pixels are those of the picture itself."""

    thumbnail_url: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StripItem:
    """A run in the strip: the part of its card that fits there, under the same names."""

    id: str
    version: int
    state: str
    state_label: str
    is_active: bool
    prompt: str
    url: str
    asked: int
    pictures: list[Thumbnail]


def strip(runs: Sequence[Run]) -> list[StripItem]:
    """The first of these runs, whose pictures are known."""
    return [_item(run) for run in runs[:LONGEST]]


def _item(run: Run) -> StripItem:
    return StripItem(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=state_label(run),
        is_active=run.is_active,
        prompt=words(run),
        url=reverse("run", args=[run.pk]),
        asked=run.asked,
        pictures=[_thumbnail(one) for one in run.pictures.all()],
    )


def _thumbnail(picture: Picture) -> Thumbnail:
    place = [picture.run_id, picture.number]
    return Thumbnail(reverse("thumbnail", args=place), reverse("picture", args=place), picture.width, picture.height)
