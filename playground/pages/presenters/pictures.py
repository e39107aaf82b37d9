"""Masked edits: the version that keeps what is outside the mask, and what the API had changed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.imageapi.catalog import AUTO
from playground.pages.file_responses import Download, download_links
from playground.pages.presenters.estimates import price_of_form
from playground.pages.presenters.run_progress import phase_text
from playground.runs import selectors
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
        downloads=download_links(picture, run, locked=True),
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


_TAKEN_OVER = ("quality", "background", "output_format", "output_compression")


def variation_fields(run: Run, number: int) -> dict[str, str]:
    """The fields of a form that asks for a variation of one picture of the run; sent twice it is one run."""
    said = {name: str(run.parameters[name]) for name in _TAKEN_OVER if run.parameters.get(name) is not None}
    return {
        "api": run.api,
        **said,
        "of_picture": f"{run.pk}/{number}",
        "prompt": "",
        "preface": "",
        "size": AUTO,
        "n": "1",
        "input_fidelity": "high",
        "token": f"variation:{run.pk}/{number}",
    }


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The newest partial version of one picture."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A final picture; `url` gives the bytes as the API delivered them."""

    number: int
    url: str
    thumbnail_url: str
    downloads_url: str
    width: int
    height: int
    format: str
    size_label: str
    has_alpha: bool
    revised_prompt: str
    alt: str
    downloads: list[Download]
    edit_url: str
    variation: Mapping[str, str]
    variation_price: str
    locked: LockedView | None


def picture_view(picture: Picture, run: Run) -> PictureView:
    """A picture of `run` with its addresses."""
    place = [run.pk, picture.number]
    fields = variation_fields(run, picture.number)
    return PictureView(
        number=picture.number,
        url=reverse("picture", args=place),
        thumbnail_url=reverse("thumbnail", args=place),
        downloads_url=reverse("downloads", args=place),
        width=picture.width,
        height=picture.height,
        format=picture.format,
        size_label=filesizeformat(picture.size),
        has_alpha=picture.has_alpha,
        revised_prompt=picture.revised_prompt,
        alt=_("Picture %(number)d of %(count)d: %(prompt)s")
        % {"number": picture.number, "count": run.requested_count, "prompt": Truncator(phase_text(run)).chars(120)},
        downloads=download_links(picture, run),
        edit_url=reverse("edit_from", args=place),
        variation=fields,
        variation_price=price_of_form(fields, "edits", 1),
        locked=locked_view(picture, run),
    )


def previews(run: Run, pictures: Sequence[Picture]) -> list[PreviewView]:
    """Previews of the pictures that are still to come."""
    if not run.is_active:
        return []
    here = {one.number for one in pictures}
    missing = sorted((int(number), step) for number, step in run.previews.items() if int(number) not in here)
    return [
        PreviewView(number, f"{reverse('preview', args=[run.pk, number])}?{urlencode({'step': step})}")
        for number, step in missing
    ]


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


def latest_results(visitor: str, most: int = 12) -> list[ResultView]:
    """The newest results, newest first."""
    runs = selectors.list_runs(visitor)[:_LOOKED_AT] if visitor else []
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
