"""Queries for a visitor's own runs and pictures; those of others raise Http404."""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Final, overload

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from playground.core.db import statements
from playground.imageapi.catalog import Endpoint
from playground.runs.models import ACTIVE, Picture, Run, State

MAX_LATEST_RUNS: Final = 60
_STRIP_FIELDS: Final = ("id", "version", "state", "parameters")
_STATE_FIELDS: Final = ("id", "state", "version", "claimed_at", "finished_at", "expected_low", "cancel_requested")

_CACHE_SECONDS: Final = 2.0
_lock = threading.Lock()
_active_count: tuple[float, int] = (-_CACHE_SECONDS, 0)


class History(Sequence[Run]):
    """A visitor's runs with their pictures, newest first, as a sequence for a paginator."""

    def __init__(self, visitor: str) -> None:
        self._visitor = visitor
        self._ids = Run.objects.filter(visitor=visitor, deleted_at=None).values_list("pk", flat=True)

    def __len__(self) -> int:
        return self._ids.count() if self._visitor else 0

    @overload
    def __getitem__(self, part: int) -> Run: ...
    @overload
    def __getitem__(self, part: slice) -> list[Run]: ...
    def __getitem__(self, part: int | slice) -> Run | list[Run]:
        if isinstance(part, int):
            return get_run(self._visitor, self._ids[part])
        return get_runs(self._visitor, list(self._ids[part]))


def list_runs(visitor: str) -> QuerySet[Run]:
    """Return the visitor's runs with their pictures, newest first."""
    pictures = Prefetch("pictures", queryset=Picture.objects.order_by("number"))
    return Run.objects.filter(visitor=visitor, deleted_at=None).prefetch_related(pictures)


def list_run_states(visitor: str, ids: Collection[str]) -> list[Run]:
    """Return the visitor's runs among `ids` with the fields that a poll needs."""
    if not visitor or not ids:
        return []
    # Every open page polls this.
    return statements.find_all(Run, _STATE_FIELDS, pk=[*ids], visitor=visitor, deleted_at=None)


def get_run(visitor: str, run_id: str) -> Run:
    """Return a run of the visitor. Raises Http404."""
    run = next(iter(get_runs(visitor, [run_id])), None)
    if run is None:
        raise Http404("no such run")
    return run


def get_runs(visitor: str, ids: Collection[str]) -> list[Run]:
    """Return the visitor's runs among `ids` with their pictures, newest first."""
    if not visitor or not ids:
        return []
    runs = statements.find_all(Run, pk=[*ids], visitor=visitor, deleted_at=None)
    runs.sort(key=lambda run: (run.created_at, run.pk), reverse=True)
    _load_pictures(runs)
    return runs


def newest_run(visitor: str, endpoint: Endpoint) -> Run | None:
    """Return the visitor's newest run of that endpoint."""
    if not visitor:
        return None
    runs = statements.find_newest(Run, 1, visitor=visitor, endpoint=endpoint, deleted_at=None)
    return next(iter(runs), None)


def latest_runs(visitor: str, with_pictures: int) -> list[Run]:
    """Return the newest runs with the fields of the strip, the first `with_pictures` with pictures."""
    if not visitor:
        return []
    runs = statements.find_newest(Run, MAX_LATEST_RUNS, _STRIP_FIELDS, visitor=visitor, deleted_at=None)
    _load_pictures(runs[:with_pictures])
    return runs


def _load_pictures(runs: list[Run]) -> None:
    pictures = statements.find_all(Picture, run=[run.pk for run in runs]) if runs else []
    by_run: dict[str, list[Picture]] = {run.pk: [] for run in runs}
    for picture in sorted(pictures, key=lambda picture: picture.number):
        by_run[picture.run_id].append(picture)
    for run in runs:
        run.set_pictures(by_run[run.pk])


def get_picture(visitor: str, run_id: str, number: int) -> Picture:
    """Return a picture of a run of the visitor. Raises Http404."""
    run = statements.find(Run, pk=run_id, visitor=visitor, deleted_at=None) if visitor else None
    picture = statements.find(Picture, run=run_id, number=number) if run else None
    if run is None or picture is None:
        raise Http404("no such picture")
    picture.run = run
    return picture


def count_running_and_queued(visitor: str) -> tuple[int, int]:
    """Return the numbers of the visitor's running and queued runs."""
    if not visitor:
        return 0, 0
    runs = statements.find_all(Run, ("id", "state"), visitor=visitor, deleted_at=None, state=list(ACTIVE))
    states = [run.state for run in runs]
    return states.count(State.RUNNING), states.count(State.QUEUED)


def count_visitor_pictures(visitor: str) -> int:
    """Count the visitor's pictures."""
    return Picture.objects.filter(run__visitor=visitor, run__deleted_at=None).count()


def recent_prompts(runs: Iterable[Run], limit: int = 20) -> list[str]:
    """Return up to `limit` different prompts of the runs, in their order."""
    return [prompt for prompt in dict.fromkeys(run.prompt for run in runs) if prompt][:limit]


def count_active_runs() -> int:
    """Count the queued and running runs of all visitors; the number is at most _CACHE_SECONDS old."""
    global _active_count
    with _lock:
        counted_at, count = _active_count
        now = time.monotonic()
        if now - counted_at < _CACHE_SECONDS:
            return count
        # One thread counts; the others take the old number meanwhile.
        _active_count = (now, count)
    count = Run.objects.filter(state__in=ACTIVE).count()
    _active_count = (now, count)
    return count
