"""The history as a gallery: search and filters, active runs first, then days; found words are marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from playground.pages.presenters import apis
from playground.pages.presenters.comparison import Span
from playground.pages.presenters.pictures import prompt_label
from playground.pages.presenters.run_card import RunCard, run_card
from playground.runs import selectors
from playground.runs.models import Run
from playground.runs.selectors import RunFilter

# Fills whole rows of two, three, four and six.
PAGE_RUNS: Final = 24
# Longer input is cut: each word is one more condition of the query.
MAX_SEARCH_LENGTH: Final = 200
MAX_WORDS: Final = 8
# A prompt may have 32,000 characters; a card shows three lines.
_EXCERPT_LENGTH: Final = 200
# What precedes the first found word when the excerpt begins in the middle of the prompt.
_LEAD_LENGTH: Final = 30


@dataclass(frozen=True, slots=True)
class GalleryRun:
    """A run of the gallery: its card and the part of the prompt to show."""

    card: RunCard
    excerpt: list[Span]


@dataclass(frozen=True, slots=True)
class Day:
    """The runs of one day in the visitor's time zone."""

    date: date
    label: str
    runs: list[GalleryRun]


@dataclass(frozen=True, slots=True)
class Toggle:
    """A filter that is on or off, a checkbox of the form."""

    name: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Gallery:
    """One page of the history. `criteria` says in words what was searched for; `url` leads back to this page."""

    active: list[GalleryRun]
    days: list[Day]
    page: Page[str]
    found: int
    total: int
    search: str
    toggles: list[Toggle]
    apis: list[tuple[str, str]]
    api: str
    criteria: list[str]
    url: str
    newer_url: str
    older_url: str


def read_filter(query: QueryDict) -> RunFilter:
    """Return the filter of an address. Values that it cannot have are ignored."""
    # PostgreSQL has no text with a null character.
    words = query.get("q", "")[:MAX_SEARCH_LENGTH].replace("\0", " ").split()
    api = query.get("api", "")
    return RunFilter(
        words=tuple(dict.fromkeys(words))[:MAX_WORDS],
        starred=query.get("starred") == "1",
        edits=query.get("edits") == "1",
        failed=query.get("failed") == "1",
        api=api if api in settings.IMAGE_APIS else "",
    )


def gallery(visitor: str, query: QueryDict) -> Gallery:
    """Return the page of the history that the address asks for."""
    run_filter = read_filter(query)
    history = selectors.find_history(visitor, run_filter)
    page: Page[str] = Paginator(history.ended_ids, PAGE_RUNS).get_page(query.get("page"))
    # Active runs stand on the first page, however old they are.
    active_ids = history.active_ids if page.number == 1 else []
    runs = selectors.get_runs(visitor, [*active_ids, *page.object_list])
    toggles = _toggles(run_filter)
    api_label = [apis.api_label(run_filter.api)] if run_filter.api else []
    return Gallery(
        active=[gallery_run(run, run_filter.words) for run in runs if run.pk in active_ids],
        days=_days([run for run in runs if run.pk not in active_ids], run_filter.words),
        page=page,
        found=page.paginator.count + len(history.active_ids),
        total=history.total,
        search=" ".join(run_filter.words),
        toggles=toggles,
        apis=[(api_id, apis.api_label(api_id)) for api_id in settings.IMAGE_APIS],
        api=run_filter.api,
        criteria=[
            *[f"“{word}”" for word in run_filter.words],
            *[toggle.label for toggle in toggles if toggle.is_on],
            *api_label,
        ],
        url=_gallery_url(run_filter, page.number),
        newer_url=_gallery_url(run_filter, page.number - 1) if page.has_previous() else "",
        older_url=_gallery_url(run_filter, page.number + 1) if page.has_next() else "",
    )


def gallery_run(run: Run, words: Sequence[str] = ()) -> GalleryRun:
    """Return a run for its card in the gallery."""
    return GalleryRun(run_card(run), mark_words(prompt_label(run), words))


def mark_words(prompt: str, words: Sequence[str]) -> list[Span]:
    """Return the beginning of the prompt, or the part with the first found word, with the words marked."""
    # The longest word first, since the first that fits is taken; `(?!)` fits nowhere.
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)", re.IGNORECASE)
    first = pattern.search(prompt)
    start = max(0, first.start() - _LEAD_LENGTH) if first and first.end() > _EXCERPT_LENGTH // 2 else 0
    excerpt = ("…" if start else "") + Truncator(prompt[start:]).chars(_EXCERPT_LENGTH)
    spans, position = [], 0
    for match in pattern.finditer(excerpt):
        spans += [Span(excerpt[position : match.start()]), Span(match.group(), is_marked=True)]
        position = match.end()
    return [span for span in [*spans, Span(excerpt[position:])] if span.text]


def _toggles(run_filter: RunFilter) -> list[Toggle]:
    return [
        Toggle("starred", pgettext("filter", "Starred"), run_filter.starred),
        Toggle("edits", _("Edits"), run_filter.edits),
        Toggle("failed", _("Failed"), run_filter.failed),
    ]


def _days(runs: Sequence[Run], words: Sequence[str]) -> list[Day]:
    today = timezone.localdate()
    return [
        Day(day, _day_label(day, today), [gallery_run(run, words) for run in of_day])
        for day, of_day in groupby(runs, key=lambda run: timezone.localtime(run.created_at).date())
    ]


def _day_label(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    # Formats of Django's `date` filter.
    this_year = pgettext("date format", "l, j F")
    return date_format(day, this_year if day.year == today.year else pgettext("date format", "l, j F Y"))


def _gallery_url(run_filter: RunFilter, page: int) -> str:
    flags = {name: "1" for name in ("starred", "edits", "failed") if getattr(run_filter, name)}
    values = {"q": " ".join(run_filter.words), **flags, "api": run_filter.api, "page": page if page > 1 else ""}
    query = urlencode({name: value for name, value in values.items() if value})
    return reverse("runs") + (f"?{query}" if query else "")
