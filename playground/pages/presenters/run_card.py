"""The card of a run: state, progress, pictures, error, next steps, and what was requested beside what came."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from playground.core import shutdown
from playground.imageapi import pricing
from playground.imageapi.catalog import AUTO, nearest_size, parse_size
from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL
from playground.imageapi.pricing import SecondsRange
from playground.imageapi.untrusted_text import MAX_LINE_LENGTH
from playground.pages.addresses import studio_page_for
from playground.pages.file_responses import is_drawn_here
from playground.pages.presenters import apis, run_actions
from playground.pages.presenters.estimates import price_for_form, price_label, seconds_label
from playground.pages.presenters.frames import describe_sent_frame
from playground.pages.presenters.pictures import (
    MAX_COMPARED,
    PictureView,
    PreviewView,
    compare_url,
    picture_view,
    previews,
    prompt_label,
)
from playground.pages.presenters.run_actions import RunAction, again_fields, card_actions
from playground.pages.presenters.sources import SourceView, run_source_views
from playground.pages.texts import run_errors
from playground.runs.models import Picture, Run, State
from playground.runs.services.sharing import expiry_time

# A bar that is full while nothing comes looks like a hang.
HIGHEST_WHILE_RUNNING: Final = 95
_STATES: Final[dict[str, Promise]] = {
    State.QUEUED: gettext_lazy("Waiting"),
    State.RUNNING: gettext_lazy("Running"),
    State.SUCCEEDED: gettext_lazy("Ready"),
    State.PARTIAL: gettext_lazy("Partly ready"),
    State.FAILED: gettext_lazy("Failed"),
    State.INTERRUPTED: gettext_lazy("Interrupted"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}
# The built-in API ends its messages in a link to the page of the error.
_OWN_ERROR_PAGE: Final = re.compile(rf" See \S*{re.escape(f'/{settings.URL_PREFIX}')}reference/errors/\w+/$")


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting: the requested and the actual value; `actual` is empty when it is not known."""

    label: str
    requested: str
    actual: str
    differs: bool


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run for templates. Times are whole seconds, `progress` is 0 to 100.

    `share_url` takes the form that shares it; `shared_url` is the address for others, empty while it is not shared.
    """

    id: str
    version: int
    state: str
    state_label: str
    error: str
    charged: str
    is_active: bool
    is_decoding: bool
    is_cancelling: bool
    prompt: str
    prompt_label: str
    created_at: datetime
    message: str
    headline: str
    actions: list[RunAction]
    provider_message: str
    details: str
    elapsed: int
    is_late: bool
    expected_low: int
    expected_high: int
    progress: int
    waiting_label: str
    requested_count: int
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
    matrix_url: str
    retry_after: int | None
    submit_url: str
    sources: list[SourceView]
    mask_url: str
    frame_text: str
    markup_url: str
    annotation_count: int
    change_url: str
    error_url: str
    rejected_field: str
    rejection_text: str
    share_url: str
    shared_url: str
    shares_source: bool
    expiry_label: str

    @property
    def compare_url(self) -> str:
        """The address that compares its images, in all versions if there is room; empty for a single one."""
        versions = [place for picture in self.pictures for place in picture.version_places]
        if len(versions) > MAX_COMPARED:
            versions = [picture.version_places[0] for picture in self.pictures]
        return compare_url(versions) if len(versions) > 1 else ""

    @property
    def frames(self) -> int:
        """Return how many pictures the stage shows, with one place for those that are missing."""
        if self.is_active:
            return self.requested_count
        return len(self.pictures) + any(action.kind == "missing" for action in self.actions)


def run_facts(run: Run, pictures: Sequence[Picture], elapsed: int) -> list[Fact]:
    """Return pictures, size, quality, format and time of a run."""
    parameters, reported = run.parameters, run.reported
    api = run_errors.run_api(run)
    # The only model of an API says nothing about a run.
    has_models = api is not None and len(api.profile.models) > 1
    return [
        *([Fact(_("Model"), str(parameters.get("model", "")), "", differs=False)] if has_models else []),
        _fact(_("Images"), str(run.requested_count), str(len(run.all_pictures)) if not run.is_active else ""),
        _fact(
            _("Size"),
            _format_size(str(parameters.get("size", ""))),
            _join_unique(_format_size(_picture_size(picture, reported)) for picture in pictures),
        ),
        _fact(_("Quality"), str(parameters.get("quality", "")), reported.get("quality", "")),
        _fact(
            _("Format"),
            _format_name(str(parameters.get("output_format", "png"))),
            _join_unique(_format_name(picture.format) for picture in pictures),
        ),
        Fact(
            _("Time"),
            seconds_label(SecondsRange(run.expected_low, run.expected_high)) if run.expected_high else "",
            format_duration(elapsed) if run.finished_at and run.claimed_at else "",
            differs=False,
        ),
    ]


def _picture_size(picture: Picture, reported: Mapping[str, str]) -> str:
    # An SVG has no pixels: its viewBox says nothing about the size that was requested.
    return (not picture.is_still and reported.get("size")) or f"{picture.width}x{picture.height}"


def format_duration(seconds: int) -> str:
    """Format seconds for people: `27 s`, `1 min 5 s`."""
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def support_details(run: Run) -> str:
    """Return what support needs, one line each: run, request id, code, API, times, end of the key."""
    api = run_errors.run_api(run)
    status = run.error_facts.get("status") or (ERRORS[run.error].status if run.error in ERRORS else "")
    # Times in UTC, as in the log that support compares them with.
    lines = (
        (pgettext("one of the history", "Run"), run.pk),
        (_("Request ID"), run.request_id),
        (_("Code"), run.error),
        (_("Status"), str(status or "")),
        (_("API"), f"{run.api} ({api.base_url})" if api else run.api),
        (_("Submitted"), run.created_at.isoformat(timespec="seconds")),
        (_("Sent"), run.sent_at.isoformat(timespec="seconds") if run.sent_at else ""),
        (_("Finished"), run.finished_at.isoformat(timespec="seconds") if run.finished_at else ""),
        (_("Key ending in"), run.key_last4),
    )
    return "\n".join(_("%(name)s: %(value)s") % {"name": label, "value": value} for label, value in lines if value)


def run_card(run: Run, now: datetime | None = None) -> RunCard:
    """Return the card of a run; its pictures should be prefetched."""
    now = now or timezone.now()
    pictures = run.ordered_pictures
    shown_previews = previews(run, pictures)
    elapsed = int(run.elapsed_seconds(now))
    width, height = requested_pixels(run)
    again = again_fields(run)
    api = run_errors.run_api(run)
    return RunCard(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=state_label(run),
        error=_error_code(run),
        charged=run.charged,
        is_active=run.is_active,
        is_decoding=run.is_decoding(now),
        is_cancelling=run.is_active and run.cancel_requested,
        prompt=run.prompt,
        prompt_label=prompt_label(run),
        created_at=run.created_at,
        # Deleted images have arrived, too: the sentence is about what the API delivered.
        message=run_errors.error_message(run, len(run.all_pictures), now),
        headline=run_errors.error_headline(run),
        actions=card_actions(run, again, len(run.all_pictures)),
        provider_message=_provider_message(run),
        details=support_details(run),
        elapsed=elapsed,
        is_late=elapsed > run.expected_high,
        expected_low=run.expected_low,
        expected_high=run.expected_high,
        progress=progress_percent(run, elapsed),
        waiting_label=waiting_label(run),
        requested_count=run.requested_count,
        width=width,
        height=height,
        pictures=[picture_view(picture, run) for picture in pictures],
        previews=shown_previews,
        empty_slots=list(range(len(pictures) + len(shown_previews) + 1, run.requested_count + 1))
        if run.is_active
        else [],
        price_label=pricing.format_dollars(run.price) if run.price is not None else "",
        estimate_label=price_label(run.estimate, api),
        facts=run_facts(run, pictures, elapsed),
        again=again,
        again_price=price_for_form(again, run.endpoint, len(run.sources) + bool(run.markup)),
        api_label=apis.api_label(run.api),
        is_demo=run.is_demo,
        is_drawn_here=is_drawn_here(run),
        seconds_label=format_duration(elapsed) if run.claimed_at else "",
        title=page_title(run),
        url=reverse("run", args=[run.pk]),
        cancel_url=reverse("run_cancel", args=[run.pk]),
        delete_url=reverse("run_delete", args=[run.pk]),
        zip_url=reverse("run_zip", args=[run.pk]) if pictures else "",
        matrix_url=reverse("matrix_sheet", args=[run.matrix_id]) if run.matrix_id else "",
        retry_after=run_errors.error_wait_seconds(run) if run.error else None,
        submit_url=studio_page_for(run.endpoint).url,
        sources=run_source_views(run),
        mask_url=reverse("run_mask", args=[run.pk]) if run.mask else "",
        frame_text=describe_sent_frame(run),
        markup_url=reverse("run_markup", args=[run.pk]) if run.markup else "",
        annotation_count=len(run.annotations or ()),
        change_url=reverse("edit_again", args=[run.pk]) if run.sources else "",
        error_url=_error_page_url(run),
        rejected_field=run_actions.rejected_field(run),
        rejection_text=str(run_errors.REFUSED_FIELD),
        share_url=reverse("run_share", args=[run.pk]) if pictures and not run.is_active else "",
        shared_url=reverse("shared", args=[run.share_token]) if run.share_token else "",
        shares_source=run.shares_source,
        expiry_label=share_expiry_label(run),
    )


def share_expiry_label(run: Run) -> str:
    """Return the day on which the run is removed: `December 7`."""
    return formats.date_format(timezone.localtime(expiry_time(run)), "MONTH_DAY_FORMAT")


def state_label(run: Run) -> str:
    """Return the run's state in a word."""
    return str(_STATES[run.state])


def page_title(run: Run) -> str:
    """Return the title of the browser's tab."""
    prompt = Truncator(prompt_label(run)).chars(40)
    if run.is_active:
        # The number of running runs precedes the title already.
        return prompt
    return _("%(state)s · %(prompt)s") % {"state": state_label(run), "prompt": prompt}


def progress_percent(run: Run, elapsed: float) -> int:
    """Return the share of the expected time that has passed; 100 only when the run has ended."""
    if run.state == State.QUEUED:
        return 0
    if not run.is_active:
        return 100
    # Old runs may lack an expected time.
    return min(HIGHEST_WHILE_RUNNING, int(100 * elapsed / max(1, run.expected_high)))


def waiting_label(run: Run) -> str:
    """Return what an active run waits for; empty when it has ended."""
    if not run.is_active:
        return ""
    if run.cancel_requested:
        return _("Cancelling. Images that still arrive are saved.")
    if shutdown.is_updating():
        return _("The server is being updated. This run will finish first.")
    if run.state == State.QUEUED:
        return _("Waiting for a free slot on this key.")
    if not run.was_sent:
        return _("Connecting…")
    return _("Your images are taking shape.") if run.previews else _("Request sent. The images are being generated.")


def requested_pixels(run: Run) -> tuple[int, int]:
    """Return the requested width and height; for `auto`, the size nearest to the first source."""
    try:
        return parse_size(str(run.parameters.get("size", "")))
    except ValueError:
        return _pixels_from_source(run)


def _fact(label: str, requested: str, actual: str) -> Fact:
    return Fact(label, requested, actual, differs=bool(requested and actual and requested not in (actual, AUTO)))


def _join_unique(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _format_size(name: str) -> str:
    return name.replace("x", "×")


def _format_name(name: str) -> str:
    return name.upper().replace("WEBP", "WebP")


def _error_code(run: Run) -> str:
    # Too few pictures are no error, unless exactly that was rehearsed.
    return run.error or (
        PARTIAL_REHEARSAL if run.state == State.PARTIAL and run.rehearsed == PARTIAL_REHEARSAL else ""
    )


def _provider_message(run: Run) -> str:
    """Return the provider's sentence, without a link to our own error page at its end.

    The card links to that page, and the link has the host of BUILTIN_URL, which visitors may not reach.
    """
    return _OWN_ERROR_PAGE.sub("", str(run.error_facts.get("provider_said") or ""))[:MAX_LINE_LENGTH]


def _error_page_url(run: Run) -> str:
    """Return the address of the error's page, with the run's facts; empty without an error."""
    code = run.error or (PARTIAL_REHEARSAL if run.state == State.PARTIAL else "")
    return f"{reverse('reference_error', args=[code])}?run={run.pk}" if code else ""


def _pixels_from_source(run: Run) -> tuple[int, int]:
    if not run.sources:
        # The API's default size.
        return (1024, 1024)
    first = run.sources[0]
    nearest = nearest_size(first["width"], first["height"])
    return nearest.width, nearest.height
