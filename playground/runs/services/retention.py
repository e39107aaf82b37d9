"""What is past keeping: old runs and drafts, pictures beyond a visitor's share, stray files, sessions that ended."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from playground.core import disk_cache, files, storage
from playground.runs import drafts
from playground.runs.folders import forms_folder, run_folder
from playground.runs.models import ACTIVE, Picture, Removal, Run, Source, State
from playground.runs.services import deletion, recovery

# A fresh folder without a row may be in somebody's hands this very moment: let it settle.
SETTLED: Final = timedelta(hours=1)
# So long an edit that was refused or rehearsed keeps its files, to be changed and sent again.
REFUSED_KEPT: Final = timedelta(days=1)
REHEARSED_KEPT: Final = timedelta(hours=1)
# A machine that was away for longer compares what it has with the rows.
REMOVALS_KEPT: Final = timedelta(days=1)
# Until then a new runner has looked through what the last one left.
_LOOKED_THROUGH: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many of each were removed."""

    old_runs: int
    crowded_out: int
    drafts: int
    folders: int
    sessions: int


def prune_runs(at: datetime | None = None) -> Pruned:
    """Remove what is past keeping at `at` (now). Runs that still wait or run are never touched."""
    moment = at or timezone.now()
    limit = moment - timedelta(days=settings.RETENTION_DAYS)
    _remove_half_done(moment)
    _salvage_again(moment)
    _drop_refused(moment)
    Removal.objects.filter(at__lt=moment - REMOVALS_KEPT).delete()
    return Pruned(
        deletion.purge_deleted_runs(moment) + deletion.remove_runs(Run.objects.filter(created_at__lt=limit)),
        sum(_crowd_out(visitor) for visitor in _crowded()),
        _clear_drafts(limit),
        remove_local_orphans(moment) + _remove_remote_orphans(moment),
        Session.objects.filter(expire_date__lt=moment).delete()[0],
    )


def _finished() -> QuerySet[Run]:
    return Run.objects.filter(deleted_at=None).exclude(state__in=ACTIVE)


def _crowded() -> list[str]:
    """Visitors with more pictures than SESSION_MAX_PICTURES."""
    counted = (
        Picture.objects.filter(run__deleted_at=None).values("run__visitor").annotate(count=Count("pk")).order_by()
    )
    crowded = counted.filter(count__gt=settings.SESSION_MAX_PICTURES)
    return list(crowded.values_list("run__visitor", flat=True))


def _crowd_out(visitor: str) -> int:
    """Delete the visitor's oldest runs with pictures until the rest fit; how many that were."""
    with_pictures = _finished().filter(visitor=visitor).annotate(count=Count("pictures")).filter(count__gt=0)
    excess = (
        Picture.objects.filter(run__visitor=visitor, run__deleted_at=None).count() - settings.SESSION_MAX_PICTURES
    )
    doomed: list[str] = []
    for run_id, count in with_pictures.order_by("created_at", "pk").values_list("pk", "count"):
        if excess <= 0:
            break
        doomed.append(run_id)
        excess -= count
    return deletion.remove_runs(Run.objects.filter(pk__in=doomed))


def remove_local_orphans(at: datetime) -> int:
    """Remove from this machine's disk what no run or draft knows, and folders that are empty; how many folders."""
    return _remove_orphans(at) + _remove_strays(at)


def _remove_orphans(at: datetime) -> int:
    """Remove folders that no run knows, and those that are empty; how many of the first."""
    settled = (at - SETTLED).timestamp()
    old = [folder for folder in _folders() if folder.stat().st_mtime < settled]
    known = set(Run.objects.values_list("pk", flat=True))
    orphans = [folder for folder in old if folder.name not in known]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in Path(settings.PICTURES_DIR).glob("*"):
        if folder.stat().st_mtime < settled:
            disk_cache.remove_if_empty(folder)
    return len(orphans)


def _remove_remote_orphans(at: datetime) -> int:
    """Remove what is in the bucket for runs that no row knows, and strays of drafts; how many runs."""
    orphans = 0
    # A sixteenth at a time: there may be a million.
    for first in "0123456789abcdef" if storage.is_remote() else "":
        newest: dict[Path, datetime] = {}
        for path, put_at in storage.list_remote_files(Path(settings.PICTURES_DIR), first):
            newest[path.parent] = max(put_at, newest.get(path.parent, put_at))
        old = {folder.name: folder for folder, put_at in newest.items() if put_at < at - SETTLED}
        known = set(Run.objects.filter(pk__in=old).values_list("pk", flat=True))
        for name in old.keys() - known:
            storage.remove_stored_folder(old[name])
            orphans += 1
        strays = [
            path
            for path, put_at in storage.list_remote_files(Path(settings.DRAFTS_DIR), first)
            if put_at < at - SETTLED
        ]
        drafted = {path.name.partition(".")[0] for path in strays}
        drafted -= set(Source.objects.filter(pk__in=drafted).values_list("pk", flat=True))
        for path in strays:
            if path.name.partition(".")[0] in drafted:
                storage.remove_file(path)
    return orphans


def _remove_half_done(at: datetime) -> None:
    """Remove files that a killed process was writing beside a run's pictures, or reading from a form."""
    half_done = *Path(settings.PICTURES_DIR).glob("*/*/*.tmp"), *forms_folder().glob("*")
    files.remove_old_scratch(half_done, (at - SETTLED).timestamp())


def _salvage_again(at: datetime) -> None:
    """Look through what interrupted runs left once more: the process that should have may have been killed, too."""
    interrupted = Run.objects.filter(state=State.INTERRUPTED, finished_at__lt=at - _LOOKED_THROUGH)
    recovery.recover_pictures(interrupted.values_list("pk", flat=True))


def _drop_refused(at: datetime) -> None:
    """Remove the files of edits that came to nothing and cost nothing; the run stays, and says so."""
    refused = Run.objects.filter(endpoint="edits", charged="no", pictures=None, bytes__gt=0).exclude(state__in=ACTIVE)
    refused = refused.filter(finished_at__lt=at - REHEARSED_KEPT)
    for run in refused.exclude(rehearsed="", finished_at__gte=at - REFUSED_KEPT):
        sources = [{**one, "file": "", "thumbnail": ""} for one in run.sources]
        Run.objects.filter(pk=run.pk).update(sources=sources, mask="", bytes=0, version=F("version") + 1)
        storage.remove_stored_folder(run_folder(run.pk))


def _clear_drafts(limit: datetime) -> int:
    """Clear the edit pages on which nothing was put since `limit`; how many."""
    last = Source.objects.values("visitor").annotate(last=Max("created_at")).order_by()
    stale = list(last.filter(last__lt=limit).values_list("visitor", flat=True))
    for visitor in stale:
        drafts.clear_draft(visitor)
    return len(stale)


def _remove_strays(at: datetime) -> int:
    """Remove files of drafts that no row knows, and folders that are empty; how many folders."""
    settled = (at - SETTLED).timestamp()
    root = Path(settings.DRAFTS_DIR)
    # A linked file is as old as its first name; when it was linked tells st_ctime.
    old = [path for path in root.glob("*/*") if path.stat().st_ctime < settled]
    known = set(Source.objects.values_list("pk", flat=True))
    for path in old:
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return sum(
        disk_cache.remove_if_empty(folder) for folder in list(root.glob("*")) if folder.stat().st_ctime < settled
    )


def _folders() -> Iterator[Path]:
    """The folders of runs, two levels down."""
    root = Path(settings.PICTURES_DIR)
    return (folder for folder in root.glob("*/*") if folder.is_dir() and folder.parent.name == folder.name[:2])
