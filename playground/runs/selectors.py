"""Queries for a visitor's own runs and pictures; those of others raise Http404."""

import re
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField
from django.db.models.lookups import IContains
from django.http import Http404

from playground.imageapi.catalog import Endpoint
from playground.runs.models import (
    ACTIVE,
    DECODING_PERIOD,
    FAILED,
    ID_PATTERN,
    LOCKED_SUFFIX,
    MISSING_PREFIX,
    NUMBER_PATTERN,
    Matrix,
    Picture,
    Run,
    State,
)

MAX_LATEST_RUNS: Final = 60
# SQL, because every poll and every card makes these queries: the ORM takes 0.2 to 0.5 ms longer for each, and a run
# is polled 15 times (docs/decisions/0012-measured-exceptions-to-plain-django.md).
_STATUS_BY_ID: Final = (
    "SELECT id, state, version, claimed_at, expected_low, cancel_requested, finished_at, "
    "EXISTS (SELECT 1 FROM runs_picture WHERE run_id = runs_run.id AND decoding = 'pending') FROM runs_run "
    "WHERE id IN ({ids}) AND visitor = %s AND deleted_at IS NULL"
)
_RUNS_BY_ID: Final = "SELECT * FROM runs_run WHERE id IN ({ids}) ORDER BY created_at DESC, id DESC"
_PICTURES_BY_RUN: Final = "SELECT * FROM runs_picture WHERE run_id IN ({ids}) ORDER BY number"
_LATEST_RUNS: Final = (
    "SELECT id, version, state, parameters FROM runs_run WHERE visitor = %s AND deleted_at IS NULL "
    "ORDER BY created_at DESC, id DESC LIMIT %s"
)

# The ORM's lookup of a JSON key evaluates it three times for each row and word.
_PROMPT: Final = Func(F("parameters"), template="(%(expressions)s ->> 'prompt')", output_field=TextField())
# One for the lines of a family; one more for each family that an edit of several results leads to.
_MAX_FAMILY_QUERIES: Final = 3
_MAX_FAMILY_RUNS: Final = 160
_CACHE_SECONDS: Final = 2.0
_lock = threading.Lock()
_active_count: tuple[float, int] = (-_CACHE_SECONDS, 0)


class RunStatus(NamedTuple):
    """The columns of a run that a poll needs."""

    pk: str
    state: str
    version: int
    claimed_at: datetime | None
    expected_low: int
    cancel_requested: bool
    finished_at: datetime | None = None
    has_pending_pictures: bool = False

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the seconds since the claim; 0 while it waits."""
        return max(0.0, (now - self.claimed_at).total_seconds()) if self.claimed_at else 0.0

    def is_decoding(self, now: datetime) -> bool:
        """Say the same as `Run.is_decoding`."""
        return self.has_pending_pictures and self.finished_at is not None and now - self.finished_at < DECODING_PERIOD


class PictureVersion(NamedTuple):
    """A picture as the API returned it, or its locked version, with its place."""

    picture: Picture
    place: str

    @property
    def is_locked(self) -> bool:
        return self.place.endswith(LOCKED_SUFFIX)


@dataclass(frozen=True, slots=True)
class RunFilter:
    """The filter of the history: a run meets each condition that is set, and has every word in its prompt."""

    words: tuple[str, ...] = ()
    starred: bool = False
    edits: bool = False
    failed: bool = False
    api: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.starred or self.edits or self.failed or self.api)

    def apply(self, runs: QuerySet[Run]) -> QuerySet[Run]:
        """Return the runs that pass."""
        for word in self.words:
            runs = runs.filter(IContains(_PROMPT, word))
        if self.starred:
            runs = runs.filter(Exists(Picture.objects.filter(run=OuterRef("pk"), starred=True, deleted_at=None)))
        if self.edits:
            runs = runs.filter(endpoint="edits")
        if self.failed:
            runs = runs.filter(state__in=FAILED)
        return runs.filter(api=self.api) if self.api else runs


class History(NamedTuple):
    """The ids of the visitor's runs that pass a filter, newest first, and how many there are without it."""

    active_ids: list[str]
    ended_ids: Sequence[str] | QuerySet[Run, str]
    total: int


def find_history(visitor: str, run_filter: RunFilter) -> History:
    """Return the runs of the history, active ones apart."""
    if not visitor:
        return History([], [], 0)
    visible = _visible_runs(visitor)
    active = run_filter.apply(visible.filter(state__in=ACTIVE))
    active_ids = list(active.values_list("pk", flat=True)[:MAX_LATEST_RUNS])
    # Not evaluated here: the page counts them in the database, and loads its own 24 only.
    ended = run_filter.apply(visible).exclude(pk__in=active_ids)
    return History(active_ids, ended.values_list("pk", flat=True), visible.count())


def list_runs(visitor: str) -> QuerySet[Run]:
    """Return the visitor's runs with their pictures, newest first."""
    return _visible_runs(visitor).prefetch_related("pictures")


def list_run_statuses(visitor: str, ids: Collection[str]) -> list[RunStatus]:
    """Return the status of the visitor's runs among `ids`."""
    if not visitor or not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_with_ids(_STATUS_BY_ID, ids), [*ids, visitor])
        statuses = map(RunStatus._make, cursor.fetchall())
        return [
            status._replace(claimed_at=_in_utc(status.claimed_at), finished_at=_in_utc(status.finished_at))
            for status in statuses
        ]


def get_run(visitor: str, run_id: str) -> Run:
    """Return a run of the visitor. Raises Http404."""
    run = next(iter(get_runs(visitor, [run_id])), None)
    if run is None:
        raise Http404("no such run")
    return run


def get_runs(visitor: str, ids: Collection[str]) -> list[Run]:
    """Return the visitor's runs among `ids` with their pictures, newest first."""
    if not visitor:
        return []
    runs = [run for run in load_runs(ids) if run.visitor == visitor and run.deleted_at is None]
    _load_pictures(runs)
    return runs


def load_runs(ids: Collection[str]) -> list[Run]:
    """Return the runs with these ids, of any visitor, newest first."""
    return list(Run.objects.raw(_with_ids(_RUNS_BY_ID, ids), [*ids])) if ids else []


def get_family(visitor: str, run: Run, limit: int) -> tuple[list[Run], set[str]]:
    """Return `run`, the newest `limit` versions of its family, and all that lead to these, oldest first.

    An edit of several results leads to other families, too. Deleted versions are among them while their rows exist;
    the others have their pictures. The ids are those that were looked up: what is missing of these is gone.
    """
    columns = (
        "visitor",
        "state",
        "version",
        "parameters",
        "sources",
        "created_at",
        "deleted_at",
        "family",
        "lineage",
    )
    newest = Run.objects.filter(family=run.family or run.pk).only(*columns)[:limit]
    versions = {run.pk: run} | {found.pk: found for found in newest if found.pk != run.pk}
    followed, looked_up = set(versions), set(versions)
    wanted = {run.family or run.pk}
    for _query in range(_MAX_FAMILY_QUERIES):
        # Of an older version, the line is part of a line that is followed already.
        lines = (place for found in versions.values() if found.pk in followed for place in found.lineage or [])
        others = [place for found in versions.values() for place in found.parent_places[1:]]
        followed |= _run_ids(others)
        wanted = (wanted | _run_ids(lines) | _run_ids(others)) - looked_up
        if not wanted or len(versions) > _MAX_FAMILY_RUNS:
            break
        looked_up |= wanted
        versions |= Run.objects.only(*columns).in_bulk(wanted)
    family = [found for found in versions.values() if found.visitor == visitor]
    _load_pictures([found for found in family if found.deleted_at is None and found is not run])
    return sorted(family, key=lambda found: (found.created_at, found.pk)), looked_up


def _run_ids(places: Iterable[str]) -> set[str]:
    return {place.partition("/")[0] for place in places}


def newest_run(visitor: str, endpoint: Endpoint) -> Run | None:
    """Return the visitor's newest run of that endpoint."""
    return _visible_runs(visitor).filter(endpoint=endpoint).first() if visitor else None


def completing_run(run: Run) -> Run | None:
    """Return the run that was started to get the pictures missing in `run`."""
    if run.state != State.PARTIAL:
        return None
    return _visible_runs(run.visitor).filter(token=f"{MISSING_PREFIX}{run.pk}").first()


def completed_run(run: Run) -> Run | None:
    """Return the run whose missing pictures `run` was started to get."""
    if not run.token.startswith(MISSING_PREFIX):
        return None
    return _visible_runs(run.visitor).filter(pk=run.token.removeprefix(MISSING_PREFIX)).first()


def latest_runs(visitor: str, with_pictures: int) -> list[Run]:
    """Return the newest runs with the fields of the strip, the first `with_pictures` with pictures."""
    if not visitor:
        return []
    runs = list(Run.objects.raw(_LATEST_RUNS, [visitor, MAX_LATEST_RUNS]))
    _load_pictures(runs[:with_pictures])
    return runs


def get_matrix(visitor: str, matrix_id: str) -> tuple[Matrix, list[Run]]:
    """Return a matrix of the visitor and its runs with their pictures, oldest first. Raises Http404."""
    matrix = Matrix.objects.filter(pk=matrix_id, visitor=visitor or None).first()
    runs = list(Run.objects.filter(matrix=matrix, deleted_at=None).order_by("created_at", "pk")) if matrix else []
    if matrix is None or not runs:
        raise Http404("no such matrix")
    _load_pictures(runs)
    return matrix, runs


def list_matrices(visitor: str, limit: int) -> list[Matrix]:
    """Return the visitor's newest matrices that still have runs, each with their number as `run_count`."""
    counted = Matrix.objects.filter(visitor=visitor or None).annotate(
        run_count=Count("runs", filter=Q(runs__deleted_at=None))
    )
    return list(counted.filter(run_count__gt=0).order_by("-created_at")[:limit])


def count_reserved(visitor: str, account: str) -> tuple[int, int]:
    """Return the pictures of the visitor's active runs at an account, and the most that they may cost."""
    runs = Run.objects.filter(visitor=visitor or None, account=account, state__in=ACTIVE)
    reserved = [(run.requested_count, run.estimate_high) for run in runs.only("parameters", "estimate_high")]
    return sum(count for count, _cost in reserved), sum(cost for _count, cost in reserved)


def count_pictures_since(visitor: str, account: str, start: datetime) -> int:
    """Count the visitor's pictures of runs at an account since then, those of deleted runs, too."""
    return Picture.objects.filter(
        run__visitor=visitor or None, run__account=account, run__created_at__gte=start
    ).count()


def get_picture(visitor: str, run_id: str, number: int, *, deleted: bool = False) -> Picture:
    """Return a picture of a run of the visitor, with `deleted` also one that they deleted. Raises Http404."""
    run = get_run(visitor, run_id)
    pictures = run.all_pictures if deleted else run.ordered_pictures
    picture = next((picture for picture in pictures if picture.number == number), None)
    if picture is None:
        raise Http404("no such picture")
    return picture


def get_picture_versions(visitor: str, places: Sequence[str]) -> list[PictureVersion]:
    """Return the visitor's picture versions among `places` (`Picture.version_places`), in that order."""
    pattern = re.compile(f"{ID_PATTERN}/{NUMBER_PATTERN}(?:{LOCKED_SUFFIX})?")
    runs = get_runs(visitor, {place.partition("/")[0] for place in places if pattern.fullmatch(place)})
    by_place = {
        place: PictureVersion(picture, place)
        for run in runs
        for picture in run.ordered_pictures
        for place in picture.version_places
    }
    return [by_place[place] for place in places if place in by_place]


def count_running_and_queued(visitor: str) -> tuple[int, int]:
    """Return the numbers of the visitor's running and queued runs."""
    if not visitor:
        return 0, 0
    states = list(_visible_runs(visitor).filter(state__in=ACTIVE).order_by().values_list("state", flat=True))
    return states.count(State.RUNNING), states.count(State.QUEUED)


def count_visitor_pictures(visitor: str) -> int:
    """Count the visitor's pictures."""
    return Picture.objects.filter(run__visitor=visitor, run__deleted_at=None, deleted_at=None).count()


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


def _load_pictures(runs: Collection[Run]) -> None:
    """Read the pictures of all runs with one query."""
    by_run: dict[str, list[Picture]] = {run.pk: [] for run in runs}
    if runs:
        for picture in Picture.objects.raw(_with_ids(_PICTURES_BY_RUN, by_run), [*by_run]):
            by_run[picture.run_id].append(picture)
    for run in runs:
        run.all_pictures = by_run[run.pk]
        for picture in run.all_pictures:
            picture.run = run


def _in_utc(time: datetime | None) -> datetime | None:
    # SQLite returns times in UTC without a zone.
    return time.replace(tzinfo=UTC) if time else None


def _with_ids(sql: str, ids: Collection[str]) -> str:
    return sql.format(ids=", ".join(["%s"] * len(ids)))


def _visible_runs(visitor: str) -> QuerySet[Run]:
    return Run.objects.filter(visitor=visitor, deleted_at=None)
