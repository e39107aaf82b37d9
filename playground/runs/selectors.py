"""What a visitor may see and do with its own runs. Anyone else's are not there."""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, overload

from django.db.models import F, Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone

from playground.core.db import statements
from playground.imageapi.catalog import Endpoint
from playground.runs.models import ACTIVE, Picture, Run, State
from playground.runs.services.finish import end_runs

LATEST: Final = 60
_IN_STRIP: Final = ("id", "version", "state", "parameters")
_STANDING: Final = ("id", "state", "version", "claimed_at", "finished_at", "expected_low", "cancel_requested")


class History(Sequence[Run]):
    """The visitor's runs with their pictures, newest first, as a paginator takes them: a part at a time."""

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
    """The visitor's runs with their pictures, newest first."""
    pictures = Prefetch("pictures", queryset=Picture.objects.order_by("number"))
    return Run.objects.filter(visitor=visitor, deleted_at=None).prefetch_related(pictures)


def run_standing(visitor: str, ids: Collection[str]) -> list[Run]:
    """How those of the visitor's runs stand: as much of them as following needs."""
    if not visitor or not ids:
        return []
    # Every open page asks this again and again.
    return statements.find_all(Run, _STANDING, pk=[*ids], visitor=visitor, deleted_at=None)


def get_run(visitor: str, run_id: str) -> Run:
    """One run of the visitor. Raises Http404 for what is not there or not theirs."""
    run = next(iter(get_runs(visitor, [run_id])), None)
    if run is None:
        raise Http404("no such run")
    return run


def get_runs(visitor: str, ids: Collection[str]) -> list[Run]:
    """Those of the visitor's runs with their pictures, newest first."""
    if not visitor or not ids:
        return []
    runs = statements.find_all(Run, pk=[*ids], visitor=visitor, deleted_at=None)
    runs.sort(key=lambda run: (run.created_at, run.pk), reverse=True)
    _show_pictures(runs)
    return runs


def newest_run(visitor: str, endpoint: Endpoint) -> Run | None:
    """What the visitor sent last to that endpoint."""
    if not visitor:
        return None
    runs = statements.find_newest(Run, 1, visitor=visitor, endpoint=endpoint, deleted_at=None)
    return next(iter(runs), None)


def latest_runs(visitor: str, shown: int) -> list[Run]:
    """The visitor's newest runs, newest first: what a prompt and a strip need of them, `shown` with pictures."""
    if not visitor:
        return []
    runs = statements.find_newest(Run, LATEST, _IN_STRIP, visitor=visitor, deleted_at=None)
    _show_pictures(runs[:shown])
    return runs


def _show_pictures(runs: list[Run]) -> None:
    pictures = statements.find_all(Picture, run=[run.pk for run in runs]) if runs else []
    of_run: dict[str, list[Picture]] = {run.pk: [] for run in runs}
    for picture in sorted(pictures, key=lambda one: one.number):
        of_run[picture.run_id].append(picture)
    for run in runs:
        run.show_pictures(of_run[run.pk])


def get_picture(visitor: str, run_id: str, number: int) -> Picture:
    """One picture of one run of the visitor. Raises Http404."""
    run = statements.find(Run, pk=run_id, visitor=visitor, deleted_at=None) if visitor else None
    picture = statements.find(Picture, run=run_id, number=number) if run else None
    if run is None or picture is None:
        raise Http404("no such picture")
    picture.run = run
    return picture


def active_run_ids(visitor: str) -> tuple[int, int]:
    """How many of the visitor's runs run, and how many wait."""
    if not visitor:
        return 0, 0
    mine = statements.find_all(Run, ("id", "state"), visitor=visitor, deleted_at=None, state=list(ACTIVE))
    states = [run.state for run in mine]
    return states.count(State.RUNNING), states.count(State.QUEUED)


def run_pictures(visitor: str) -> int:
    """How many pictures are kept for the visitor."""
    return Picture.objects.filter(run__visitor=visitor, run__deleted_at=None).count()


def recent_prompts(runs: Iterable[Run], most: int = 20) -> list[str]:
    """Their prompts in that order, each once."""
    return [prompt for prompt in dict.fromkeys(run.prompt for run in runs) if prompt][:most]


def cancel_run(run: Run, at: datetime | None = None) -> None:
    """Stop a run: at once while it waits, through the runner's watcher when it has been sent."""
    waiting = Run.objects.filter(pk=run.pk, state=State.QUEUED)
    if not end_runs(waiting, at or timezone.now(), State.CANCELLED, "cancelled", charged="no", sealed_key=""):
        Run.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_requested=True, version=F("version") + 1)


def drop_key_from_runs(visitor: str, account: str) -> None:
    """Take the key from the visitor's runs of that account that were not sent yet; they end as `key_forgotten`."""
    waiting = Run.objects.filter(visitor=visitor, account=account, state=State.QUEUED)
    end_runs(waiting, timezone.now(), State.FAILED, "key_forgotten", charged="no", sealed_key="")


_KEPT_SECONDS: Final = 2.0
_lock = threading.Lock()
_known: tuple[float, int] = (-_KEPT_SECONDS, 0)


def count_active_runs() -> int:
    """How many runs of all visitors wait or run, as of two seconds ago at most."""
    global _known
    with _lock:
        asked_at, count = _known
        now = time.monotonic()
        if now - asked_at < _KEPT_SECONDS:
            return count
        # Whoever comes meanwhile takes the old number.
        _known = (now, count)
    count = Run.objects.filter(state__in=ACTIVE).count()
    _known = (now, count)
    return count
