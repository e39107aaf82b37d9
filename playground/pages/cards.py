"""A run as its card shows it: every text chosen, every address made, so that templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi import prices
from playground.imageapi.options import size_of
from playground.pages import choices, tokens, told
from playground.pages.actions import Action, actions
from playground.pages.details import details
from playground.pages.downloads import Download, downloads
from playground.pages.estimates import price_label
from playground.pages.facts import Fact, duration, facts
from playground.runs.models import Picture, Run, State

HIGHEST_WHILE_RUNNING: Final = 95
LONGEST_PROVIDER_LINE: Final = 300
# Fields of the form; what else a request holds (streaming) is decided anew each time.
_FORM_FIELDS: Final = (
    "prompt",
    "size",
    "quality",
    "n",
    "background",
    "output_format",
    "output_compression",
    "user",
)
_STATES: Final[dict[str, Promise]] = {
    State.QUEUED: gettext_lazy("Waiting"),
    State.RUNNING: gettext_lazy("Running"),
    State.SUCCEEDED: gettext_lazy("Ready"),
    State.PARTIAL: gettext_lazy("Partly ready"),
    State.FAILED: gettext_lazy("Failed"),
    State.INTERRUPTED: gettext_lazy("Interrupted"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}
_CHARGED: Final[dict[str, Promise]] = {
    "no": gettext_lazy("Not charged"),
    "maybe": gettext_lazy("May have been charged"),
    "yes": gettext_lazy("Charged"),
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


@dataclass(frozen=True, slots=True)
class Card:
    """A run for people. Times are whole seconds, `progress` is 0 to 100, `created_at` is a moment."""

    id: str
    version: int
    state: str
    state_label: str
    error: str
    charged: str
    is_active: bool
    is_cancelling: bool
    prompt: str
    created_at: datetime
    message: str
    headline: str
    charged_label: str
    actions: list[Action]
    provider_said: str
    details: str
    elapsed: int
    expected_low: int
    expected_high: int
    progress: int
    waiting_label: str
    asked: int
    width: int
    height: int
    pictures: list[PictureView]
    previews: list[PreviewView]
    empty_slots: list[int]
    price_label: str
    estimate_label: str
    facts: list[Fact]
    again: Mapping[str, str]
    api_label: str
    is_demo: bool
    seconds_label: str
    title: str
    url: str
    cancel_url: str
    delete_url: str
    zip_url: str
    retry_after: int | None


def card(run: Run, at: datetime | None = None) -> Card:
    """The card of a run whose pictures are prefetched, as it stands at `at` (now)."""
    moment = at or timezone.now()
    pictures = list(run.pictures.all())
    previews = _previews(run, pictures)
    elapsed = int(run.elapsed(moment))
    width, height = asked_pixels(run)
    again = again_fields(run)
    api = told.api_of(run)
    return Card(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=str(_STATES[run.state]),
        error=run.error,
        charged=run.charged,
        is_active=run.is_active,
        is_cancelling=run.is_active and run.cancel_requested,
        prompt=run.prompt,
        created_at=run.created_at,
        message=told.message(run, len(pictures), moment),
        headline=told.headline(run),
        charged_label=str(_CHARGED.get(run.charged, "")) if not run.is_active else "",
        actions=actions(run, again),
        provider_said=str(run.error_facts.get("provider_said") or "")[:LONGEST_PROVIDER_LINE],
        details=details(run),
        elapsed=elapsed,
        expected_low=run.expected_low,
        expected_high=run.expected_high,
        progress=progress(run, elapsed),
        waiting_label=waiting_label(run),
        asked=run.asked,
        width=width,
        height=height,
        pictures=[picture_view(one, run) for one in pictures],
        previews=previews,
        empty_slots=list(range(len(pictures) + len(previews) + 1, run.asked + 1)) if run.is_active else [],
        price_label=prices.dollars(run.price) if run.price is not None else "",
        estimate_label=price_label(run.estimate),
        facts=facts(run, pictures, elapsed),
        again=again,
        api_label=choices.label_of(run.api),
        is_demo=api is not None and api.is_builtin,
        seconds_label=duration(elapsed) if run.claimed_at else "",
        title=_("%(state)s · %(prompt)s") % {"state": _STATES[run.state], "prompt": Truncator(run.prompt).chars(40)},
        url=reverse("run", args=[run.pk]),
        cancel_url=reverse("run_cancel", args=[run.pk]),
        delete_url=reverse("run_delete", args=[run.pk]),
        zip_url=reverse("run_zip", args=[run.pk]) if pictures else "",
        retry_after=told.wait_seconds(run) if run.error else None,
    )


def progress(run: Run, elapsed: float) -> int:
    """Per cent of the expected time that has passed: never ahead of the end, never back, 100 when it is over."""
    if run.state == State.QUEUED:
        return 0
    if not run.is_active:
        return 100
    return min(HIGHEST_WHILE_RUNNING, int(100 * elapsed / max(1, run.expected_high)))


def waiting_label(run: Run) -> str:
    """What an active run waits for; empty when it is over."""
    if not run.is_active:
        return ""
    if run.cancel_requested:
        return _("Cancelling; what arrives meanwhile is kept.")
    if run.state == State.QUEUED:
        return _("Waiting for a free slot of this key.")
    if not run.was_sent:
        return _("Connecting.")
    return _("Pictures are taking shape.") if run.previews else _("Sent; the pictures are being made.")


def again_fields(run: Run) -> dict[str, str]:
    """The hidden fields that send the same once more, with a token of their own."""
    said = {name: str(run.parameters[name]) for name in _FORM_FIELDS if run.parameters.get(name) is not None}
    return {"api": run.api, **said, "token": tokens.after(run.pk)}


def asked_pixels(run: Run) -> tuple[int, int]:
    """Width and height that were asked for; a square when that was left open."""
    try:
        return size_of(str(run.parameters.get("size", "")))
    except ValueError:
        return (1024, 1024)


def picture_view(picture: Picture, run: Run) -> PictureView:
    """A picture of `run` with its addresses."""
    place = [run.pk, picture.number]
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
        % {"number": picture.number, "count": run.asked, "prompt": Truncator(run.prompt).chars(120)},
        downloads=downloads(picture, run),
    )


def _previews(run: Run, pictures: Sequence[Picture]) -> list[PreviewView]:
    """Previews of the pictures that are still to come."""
    if not run.is_active:
        return []
    here = {one.number for one in pictures}
    missing = sorted((int(number), step) for number, step in run.previews.items() if int(number) not in here)
    return [
        PreviewView(number, f"{reverse('preview', args=[run.pk, number])}?{urlencode({'step': step})}")
        for number, step in missing
    ]
