"""What is past keeping: old runs, pictures beyond a visitor's share, files without a run, sessions that ended."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, QuerySet
from django.utils import timezone

from playground.runs import history
from playground.runs.models import ACTIVE, Picture, Run

# A fresh folder without a row may be in somebody's hands this very moment: let it settle.
SETTLED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many of each were removed."""

    old_runs: int
    crowded_out: int
    folders: int
    sessions: int


def prune(at: datetime | None = None) -> Pruned:
    """Remove what is past keeping at `at` (now). Runs that still wait or run are never touched."""
    moment = at or timezone.now()
    return Pruned(
        _delete(_finished().filter(created_at__lt=moment - timedelta(days=settings.RETENTION_DAYS))),
        sum(_crowd_out(visitor) for visitor in _crowded()),
        _remove_orphans(moment),
        Session.objects.filter(expire_date__lt=moment).delete()[0],
    )


def _finished() -> QuerySet[Run]:
    return Run.objects.exclude(state__in=ACTIVE)


def _delete(runs: QuerySet[Run]) -> int:
    doomed = list(runs)
    history.delete(doomed)
    return len(doomed)


def _crowded() -> list[str]:
    """Visitors with more pictures than SESSION_MAX_PICTURES."""
    counted = Picture.objects.values("run__visitor").annotate(count=Count("pk")).order_by()
    crowded = counted.filter(count__gt=settings.SESSION_MAX_PICTURES)
    return list(crowded.values_list("run__visitor", flat=True))


def _crowd_out(visitor: str) -> int:
    """Delete the visitor's oldest runs with pictures until the rest fit; how many that were."""
    with_pictures = _finished().filter(visitor=visitor).annotate(count=Count("pictures")).filter(count__gt=0)
    excess = Picture.objects.filter(run__visitor=visitor).count() - settings.SESSION_MAX_PICTURES
    doomed: list[str] = []
    for run_id, count in with_pictures.order_by("created_at", "pk").values_list("pk", "count"):
        if excess <= 0:
            break
        doomed.append(run_id)
        excess -= count
    return _delete(Run.objects.filter(pk__in=doomed))


def _remove_orphans(at: datetime) -> int:
    """Remove folders that no run knows; how many."""
    settled = (at - SETTLED).timestamp()
    old = [folder for folder in _folders() if folder.stat().st_mtime < settled]
    known = set(Run.objects.values_list("pk", flat=True))
    orphans = [folder for folder in old if folder.name not in known]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    return len(orphans)


def _folders() -> Iterator[Path]:
    """The folders of runs, two levels down."""
    root = Path(settings.PICTURES_DIR)
    return (folder for folder in root.glob("*/*") if folder.is_dir() and folder.parent.name == folder.name[:2])
