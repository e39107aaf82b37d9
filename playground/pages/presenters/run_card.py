"""What was asked for beside what came: the receipt of a run."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from playground.imageapi import pricing
from playground.imageapi.catalog import AUTO, nearest_size, parse_size
from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL
from playground.imageapi.pricing import SecondsRange
from playground.imageapi.untrusted_text import MAX_LINE_LENGTH
from playground.pages.addresses import studio_page_for
from playground.pages.presenters import apis, run_actions, run_progress
from playground.pages.presenters.estimates import price_label, price_of_form, seconds_label
from playground.pages.presenters.pictures import PictureView, PreviewView, picture_view, previews
from playground.pages.presenters.run_actions import RunAction, again_fields, card_actions
from playground.pages.presenters.sources import SourceView, run_source_views
from playground.pages.texts import run_errors
from playground.runs.models import Picture, Run, State


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what was asked and what came; `actual` is empty when nothing says."""

    label: str
    asked: str
    actual: str
    differs: bool


def run_facts(run: Run, pictures: Sequence[Picture], elapsed: int) -> list[Fact]:
    """Pictures, size, quality, format and time of a run."""
    parameters, reported = run.parameters, run.reported
    return [
        _fact(_("Pictures"), str(run.requested_count), str(len(pictures)) if not run.is_active else ""),
        _fact(
            _("Size"),
            _size(str(parameters.get("size", ""))),
            _each(_size(f"{one.width}x{one.height}") for one in pictures),
        ),
        _fact(_("Quality"), str(parameters.get("quality", "")), reported.get("quality", "")),
        _fact(
            _("Format"),
            _format(str(parameters.get("output_format", "png"))),
            _each(_format(one.format) for one in pictures),
        ),
        Fact(
            _("Time"),
            seconds_label(SecondsRange(run.expected_low, run.expected_high)) if run.expected_high else "",
            format_duration(elapsed) if run.finished_at and run.claimed_at else "",
            differs=False,
        ),
    ]


def format_duration(seconds: int) -> str:
    """Seconds as people say them: `27 s`, `1 min 5 s`."""
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def _fact(label: str, asked: str, actual: str) -> Fact:
    return Fact(label, asked, actual, differs=bool(asked and actual and asked not in (actual, AUTO)))


def _each(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _size(name: str) -> str:
    return name.replace("x", "×")


def _format(name: str) -> str:
    return name.upper().replace("WEBP", "WebP")


def support_details(run: Run) -> str:
    """One line a fact: run, request id, code, API, time and the key's last four."""
    api = run_errors.run_api(run)
    status = run.error_facts.get("status") or (ERRORS[run.error].status if run.error in ERRORS else "")
    lines = (
        (_("Run"), run.pk),
        (_("Request id"), run.request_id),
        (_("Code"), run.error),
        (_("Status"), str(status or "")),
        (_("API"), f"{run.api} ({api.base_url})" if api else run.api),
        (_("Asked at"), run.created_at.isoformat(timespec="seconds")),
        (_("Sent at"), run.sent_at.isoformat(timespec="seconds") if run.sent_at else ""),
        (_("Ended at"), run.finished_at.isoformat(timespec="seconds") if run.finished_at else ""),
        (_("Key ends in"), run.key_last4),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)


_OWN_PAGE: Final = re.compile(rf" See \S*{re.escape(f'/{settings.URL_PREFIX}')}reference/errors/\w+/$")


@dataclass(frozen=True, slots=True)
class RunCard:
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
    actions: list[RunAction]
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


def run_card(run: Run, at: datetime | None = None) -> RunCard:
    """The card of a run whose pictures are prefetched, as it stands at `at` (now)."""
    moment = at or timezone.now()
    pictures = list(run.pictures.all())
    coming = previews(run, pictures)
    elapsed = int(run.elapsed_seconds(moment))
    width, height = requested_pixels(run)
    again = again_fields(run)
    api = run_errors.run_api(run)
    return RunCard(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=run_progress.state_label(run),
        error=_code(run),
        charged=run.charged,
        is_active=run.is_active,
        is_cancelling=run.is_active and run.cancel_requested,
        prompt=run.prompt,
        words=run_progress.phase_text(run),
        created_at=run.created_at,
        message=run_errors.error_message(run, len(pictures), moment),
        headline=run_errors.error_headline(run),
        actions=card_actions(run, again, len(pictures)),
        provider_said=_provider_said(run),
        details=support_details(run),
        elapsed=elapsed,
        expected_low=run.expected_low,
        expected_high=run.expected_high,
        progress=run_progress.progress_percent(run, elapsed),
        waiting_label=run_progress.waiting_label(run),
        asked=run.requested_count,
        width=width,
        height=height,
        pictures=[picture_view(one, run) for one in pictures],
        previews=coming,
        empty_slots=list(range(len(pictures) + len(coming) + 1, run.requested_count + 1)) if run.is_active else [],
        price_label=pricing.format_dollars(run.price) if run.price is not None else "",
        estimate_label=price_label(run.estimate, api),
        facts=run_facts(run, pictures, elapsed),
        again=again,
        again_price=price_of_form(again, run.endpoint, len(run.sources)),
        api_label=apis.api_label(run.api),
        is_demo=run.is_demo,
        is_drawn_here=run.is_demo or (api is not None and api.is_builtin and not settings.GATEWAY_UPSTREAM_URL),
        seconds_label=format_duration(elapsed) if run.claimed_at else "",
        title=run_progress.page_title(run),
        url=reverse("run", args=[run.pk]),
        cancel_url=reverse("run_cancel", args=[run.pk]),
        delete_url=reverse("run_delete", args=[run.pk]),
        zip_url=reverse("run_zip", args=[run.pk]) if pictures else "",
        retry_after=run_errors.error_wait_seconds(run) if run.error else None,
        submit_url=studio_page_for(run.endpoint).url,
        sources=run_source_views(run),
        mask_url=reverse("run_mask", args=[run.pk]) if run.mask else "",
        change_url=reverse("edit_again", args=[run.pk]) if run.sources else "",
        clinic_url=_error_page_url(run),
        refused=run_actions.rejected_field(run),
        refused_words=str(run_errors.REFUSED_FIELD),
    )


def _code(run: Run) -> str:
    """What went wrong. Too few pictures are no error of their own, unless just that was rehearsed."""
    return run.error or (
        PARTIAL_REHEARSAL if run.state == State.PARTIAL and run.rehearsed == PARTIAL_REHEARSAL else ""
    )


def _provider_said(run: Run) -> str:
    """What the provider said, without an address at the end that leads to our own page, which the card links to.

    The runner reaches the built-in API at a host that visitors may not reach.
    """
    return _OWN_PAGE.sub("", str(run.error_facts.get("provider_said") or ""))[:MAX_LINE_LENGTH]


def _error_page_url(run: Run) -> str:
    """The page of what went wrong, which then knows the run; empty when nothing did."""
    code = run.error or (PARTIAL_REHEARSAL if run.state == State.PARTIAL else "")
    return f"{reverse('reference_error', args=[code])}?run={run.pk}" if code else ""


def requested_pixels(run: Run) -> tuple[int, int]:
    """Width and height that were asked for; when that was left open, what comes nearest to the first source."""
    try:
        return parse_size(str(run.parameters.get("size", "")))
    except ValueError:
        return _as_source(run)


def _as_source(run: Run) -> tuple[int, int]:
    if not run.sources:
        return (1024, 1024)
    first = run.sources[0]
    nearest = nearest_size(first["width"], first["height"])
    return nearest.width, nearest.height
