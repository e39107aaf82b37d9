"""Remove expired runs, drafts and sessions, pictures over a session's limit, and files without rows."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from playground.core.files import data_dir, disk, storage
from playground.runs import drafts
from playground.runs.models import ACTIVE, Picture, Removal, Run, Source, State
from playground.runs.paths import forms_folder, run_folder
from playground.runs.services import deletion, results

# A younger folder without a row may belong to a request that is being handled.
ORPHAN_AGE: Final = timedelta(hours=1)
# How long a refused or rehearsed edit keeps its files, to be changed and sent again.
REFUSED_RETENTION: Final = timedelta(days=1)
REHEARSED_RETENTION: Final = timedelta(hours=1)
# A machine that was off for longer compares its copies with the rows (local_copies.py).
REMOVAL_RETENTION: Final = timedelta(days=1)
# By then the worker that interrupted a run has recovered its pictures, unless it was killed.
_RECOVERY_PERIOD: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class PruneResult:
    """Numbers of removed rows and folders."""

    old_runs: int
    over_limit: int
    drafts: int
    folders: int
    sessions: int


def prune_expired_data(now: datetime | None = None) -> PruneResult:
    """Remove everything past its retention; active runs are never touched."""
    now = now or timezone.now()
    oldest = now - timedelta(days=settings.RETENTION_DAYS)
    _remove_unfinished_files(now)
    _recover_again(now)
    _drop_refused_files(now)
    Removal.objects.filter(at__lt=now - REMOVAL_RETENTION).delete()
    return PruneResult(
        deletion.purge_deleted_runs(now) + deletion.remove_runs(Run.objects.filter(created_at__lt=oldest)),
        sum(_remove_runs_over_limit(visitor) for visitor in _visitors_over_limit()),
        _clear_old_drafts(oldest),
        remove_local_orphans(now) + _remove_remote_orphans(now),
        Session.objects.filter(expire_date__lt=now).delete()[0],
    )


def remove_local_orphans(now: datetime) -> int:
    """Remove local files of runs and drafts without rows, and empty folders; return the number of folders."""
    return _remove_orphaned_runs(now) + _remove_orphaned_drafts(now)


def _finished() -> QuerySet[Run]:
    return Run.objects.filter(deleted_at=None).exclude(state__in=ACTIVE)


def _visitors_over_limit() -> list[str]:
    """Return the visitors with more pictures than SESSION_MAX_PICTURES."""
    counted = (
        Picture.objects.filter(run__deleted_at=None).values("run__visitor").annotate(count=Count("pk")).order_by()
    )
    over_limit = counted.filter(count__gt=settings.SESSION_MAX_PICTURES)
    return list(over_limit.values_list("run__visitor", flat=True))


def _remove_runs_over_limit(visitor: str) -> int:
    """Remove the visitor's oldest runs with pictures until the rest is within the limit; count them."""
    with_pictures = _finished().filter(visitor=visitor).annotate(count=Count("pictures")).filter(count__gt=0)
    excess = (
        Picture.objects.filter(run__visitor=visitor, run__deleted_at=None).count() - settings.SESSION_MAX_PICTURES
    )
    run_ids: list[str] = []
    for run_id, count in with_pictures.order_by("created_at", "pk").values_list("pk", "count"):
        if excess <= 0:
            break
        run_ids.append(run_id)
        excess -= count
    return deletion.remove_runs(Run.objects.filter(pk__in=run_ids))


def _remove_orphaned_runs(now: datetime) -> int:
    """Remove folders without a run, whose number is returned, and empty folders."""
    newest = (now - ORPHAN_AGE).timestamp()
    root = Path(settings.PICTURES_DIR)
    old = [path for path in root.glob("*/*") if _is_run_folder(path) and path.stat().st_mtime < newest]
    known = set(Run.objects.values_list("pk", flat=True))
    orphans = [folder for folder in old if folder.name not in known]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in root.glob("*"):
        if folder.stat().st_mtime < newest:
            disk.remove_if_empty(folder)
    return len(orphans)


def _remove_remote_orphans(now: datetime) -> int:
    """Remove files of runs and drafts without rows from the bucket; return the number of runs."""
    orphans = 0
    # A sixteenth at a time: there may be a million names.
    for digit in "0123456789abcdef" if storage.is_remote() else "":
        newest: dict[Path, datetime] = {}
        for path, put_at in storage.list_remote_files(Path(settings.PICTURES_DIR), digit):
            newest[path.parent] = max(put_at, newest.get(path.parent, put_at))
        old = {folder.name: folder for folder, put_at in newest.items() if put_at < now - ORPHAN_AGE}
        known = set(Run.objects.filter(pk__in=old).values_list("pk", flat=True))
        for name in old.keys() - known:
            storage.remove_stored_folder(old[name])
            orphans += 1
        draft_files = [
            path
            for path, put_at in storage.list_remote_files(Path(settings.DRAFTS_DIR), digit)
            if put_at < now - ORPHAN_AGE
        ]
        orphan_ids = {path.name.partition(".")[0] for path in draft_files}
        orphan_ids -= set(Source.objects.filter(pk__in=orphan_ids).values_list("pk", flat=True))
        for path in draft_files:
            if path.name.partition(".")[0] in orphan_ids:
                storage.remove_file(path)
    return orphans


def _remove_unfinished_files(now: datetime) -> None:
    """Remove temporary files of killed processes: beside pictures, and of forms."""
    unfinished = *Path(settings.PICTURES_DIR).glob("*/*/*.tmp"), *forms_folder().glob("*")
    data_dir.remove_old_scratch(unfinished, (now - ORPHAN_AGE).timestamp())


def _recover_again(now: datetime) -> None:
    """Recover interrupted runs once more: the process that should have done so may have been killed, too."""
    interrupted = Run.objects.filter(state=State.INTERRUPTED, finished_at__lt=now - _RECOVERY_PERIOD)
    results.recover_pictures(interrupted.values_list("pk", flat=True))


def _drop_refused_files(now: datetime) -> None:
    """Remove the files of edits without results and without charge; their rows stay."""
    refused = Run.objects.filter(endpoint="edits", charged="no", pictures=None, bytes__gt=0).exclude(state__in=ACTIVE)
    refused = refused.filter(finished_at__lt=now - REHEARSED_RETENTION)
    for run in refused.exclude(rehearsed="", finished_at__gte=now - REFUSED_RETENTION):
        sources = [{**source, "file": "", "thumbnail": ""} for source in run.sources]
        Run.objects.filter(pk=run.pk).update(sources=sources, mask="", bytes=0, version=F("version") + 1)
        storage.remove_stored_folder(run_folder(run.pk))


def _clear_old_drafts(oldest: datetime) -> int:
    """Clear drafts whose newest source is older than `oldest`; return their number."""
    newest = Source.objects.values("visitor").annotate(newest=Max("created_at")).order_by()
    stale = list(newest.filter(newest__lt=oldest).values_list("visitor", flat=True))
    for visitor in stale:
        drafts.clear_draft(visitor)
    return len(stale)


def _remove_orphaned_drafts(now: datetime) -> int:
    """Remove draft files without a row, and empty folders, whose number is returned."""
    newest = (now - ORPHAN_AGE).timestamp()
    root = Path(settings.DRAFTS_DIR)
    # A hard link has the st_mtime of the first name; st_ctime says when it was made.
    old = [path for path in root.glob("*/*") if path.stat().st_ctime < newest]
    known = set(Source.objects.values_list("pk", flat=True))
    for path in old:
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return sum(disk.remove_if_empty(folder) for folder in list(root.glob("*")) if folder.stat().st_ctime < newest)


def _is_run_folder(path: Path) -> bool:
    """Return True if the path is like that of `run_folder`."""
    return path.is_dir() and path.parent.name == path.name[:2]
