"""A run as its card shows it: every text chosen, every address made, so that templates only lay it out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from playground.imageapi import prices
from playground.imageapi.options import SIZES, size_of
from playground.imageapi.rehearsals import PARTIAL
from playground.pages import choices, phases, pointed, sentences, told
from playground.pages.actions import Action, actions
from playground.pages.again import again_fields
from playground.pages.details import details
from playground.pages.estimates import price_label, price_of_form
from playground.pages.facts import Fact, duration, facts
from playground.pages.picture_views import PictureView, PreviewView, picture_view, previews
from playground.pages.places import place_of
from playground.pages.source_views import SourceView, sent
from playground.runs.models import Run, State

LONGEST_PROVIDER_LINE: Final = 300
_OWN_PAGE: Final = re.compile(rf" See \S*{re.escape(f'/{settings.URL_PREFIX}')}reference/errors/\w+/$")


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
    words: str
    created_at: datetime
    message: str
    headline: str
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
    again_price: str
    api_label: str
    is_demo: bool
    is_drawn_here: bool
    seconds_label: str
    title: str
    url: str
    cancel_url: str
    delete_url: str
    zip_url: str
    retry_after: int | None
    submit_url: str
    sources: list[SourceView]
    mask_url: str
    change_url: str
    clinic_url: str
    refused: str
    refused_words: str

    @property
    def frames(self) -> int:
        """How many pictures stand on the stage: a masked edit shows each twice."""
        if self.is_active:
            return self.asked
        return len(self.pictures) + sum(one.locked is not None for one in self.pictures)


def card(run: Run, at: datetime | None = None) -> Card:
    """The card of a run whose pictures are prefetched, as it stands at `at` (now)."""
    moment = at or timezone.now()
    pictures = list(run.pictures.all())
    coming = previews(run, pictures)
    elapsed = int(run.elapsed(moment))
    width, height = asked_pixels(run)
    again = again_fields(run)
    api = told.api_of(run)
    return Card(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=phases.state_label(run),
        error=_code(run),
        charged=run.charged,
        is_active=run.is_active,
        is_cancelling=run.is_active and run.cancel_requested,
        prompt=run.prompt,
        words=phases.words(run),
        created_at=run.created_at,
        message=told.message(run, len(pictures), moment),
        headline=told.headline(run),
        actions=actions(run, again, len(pictures)),
        provider_said=_provider_said(run),
        details=details(run),
        elapsed=elapsed,
        expected_low=run.expected_low,
        expected_high=run.expected_high,
        progress=phases.progress(run, elapsed),
        waiting_label=phases.waiting_label(run),
        asked=run.asked,
        width=width,
        height=height,
        pictures=[picture_view(one, run) for one in pictures],
        previews=coming,
        empty_slots=list(range(len(pictures) + len(coming) + 1, run.asked + 1)) if run.is_active else [],
        price_label=prices.dollars(run.price) if run.price is not None else "",
        estimate_label=price_label(run.estimate, api),
        facts=facts(run, pictures, elapsed),
        again=again,
        again_price=price_of_form(again, run.endpoint, len(run.sources)),
        api_label=choices.label_of(run.api),
        is_demo=run.is_demo,
        is_drawn_here=run.is_demo or (api is not None and api.is_builtin and not settings.GATEWAY_UPSTREAM_URL),
        seconds_label=duration(elapsed) if run.claimed_at else "",
        title=phases.title(run),
        url=reverse("run", args=[run.pk]),
        cancel_url=reverse("run_cancel", args=[run.pk]),
        delete_url=reverse("run_delete", args=[run.pk]),
        zip_url=reverse("run_zip", args=[run.pk]) if pictures else "",
        retry_after=told.wait_seconds(run) if run.error else None,
        submit_url=place_of(run.endpoint).url,
        sources=sent(run),
        mask_url=reverse("run_mask", args=[run.pk]) if run.mask else "",
        change_url=reverse("edit_again", args=[run.pk]) if run.sources else "",
        clinic_url=_clinic_url(run),
        refused=pointed.field_of(run),
        refused_words=str(sentences.REFUSED_FIELD),
    )


def _code(run: Run) -> str:
    """What went wrong. Too few pictures are no error of their own, unless just that was rehearsed."""
    return run.error or (PARTIAL if run.state == State.PARTIAL and run.rehearsed == PARTIAL else "")


def _provider_said(run: Run) -> str:
    """What the provider said, without an address at the end that leads to our own page, which the card links to.

    The runner reaches the built-in API at a host that visitors may not reach.
    """
    return _OWN_PAGE.sub("", str(run.error_facts.get("provider_said") or ""))[:LONGEST_PROVIDER_LINE]


def _clinic_url(run: Run) -> str:
    """The page of what went wrong, which then knows the run; empty when nothing did."""
    code = run.error or (PARTIAL if run.state == State.PARTIAL else "")
    return f"{reverse('reference_error', args=[code])}?run={run.pk}" if code else ""


def asked_pixels(run: Run) -> tuple[int, int]:
    """Width and height that were asked for; when that was left open, what comes nearest to the first source."""
    try:
        return size_of(str(run.parameters.get("size", "")))
    except ValueError:
        return _as_source(run)


def _as_source(run: Run) -> tuple[int, int]:
    if not run.sources:
        return (1024, 1024)
    first = run.sources[0]
    aspect = log(first["width"] / first["height"])
    nearest = min(SIZES[:3], key=lambda size: abs(log(size.width / size.height) - aspect))
    return nearest.width, nearest.height
