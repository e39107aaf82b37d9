"""Delete runs: hide them at once, allow undo for UNDO_PERIOD, then remove them with their files."""

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from playground.core.files import storage
from playground.runs import drafts
from playground.runs.models import ACTIVE, Run
from playground.runs.paths import conversions_folder, run_folder, spare_folder
from playground.runs.services import finish

UNDO_PERIOD: Final = timedelta(minutes=10)


def delete_runs(runs: Iterable[Run], now: datetime | None = None) -> int:
    """Hide finished runs as one deletion; return their number. Active ones stay: they may be paid for."""
    finished = Run.objects.filter(pk__in=[run.pk for run in runs], deleted_at=None).exclude(state__in=ACTIVE)
    return finished.update(deleted_at=now or timezone.now(), version=F("version") + 1)


def newest_deletion(visitor: str, now: datetime | None = None) -> list[Run]:
    """Return the runs of the visitor's newest deletion that can still be undone."""
    period_start = (now or timezone.now()) - UNDO_PERIOD
    deleted = Run.objects.filter(visitor=visitor or None, deleted_at__gt=period_start)
    last = deleted.order_by("-deleted_at").values_list("deleted_at", flat=True).first()
    return list(deleted.filter(deleted_at=last)) if last else []


def undo_deletion(visitor: str, now: datetime | None = None) -> list[Run]:
    """Undo the visitor's newest deletion; return its runs."""
    runs = newest_deletion(visitor, now)
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(deleted_at=None, version=F("version") + 1)
    return runs


def delete_visitor_data(visitor: str, now: datetime | None = None) -> None:
    """Remove all runs, pictures and drafts of the visitor; cancel active runs and remove them later."""
    now = now or timezone.now()
    runs = Run.objects.filter(visitor=visitor)
    for run in runs.filter(state__in=ACTIVE):
        finish.cancel_run(run, now)
    runs.update(deleted_at=now - UNDO_PERIOD, version=F("version") + 1)
    remove_runs(runs)
    for owner in (visitor, drafts.set_aside_owner(visitor)):
        drafts.clear_draft(owner)


def purge_deleted_runs(now: datetime) -> int:
    """Remove deleted runs that can no longer be restored; return their number."""
    return remove_runs(Run.objects.filter(deleted_at__lte=now - UNDO_PERIOD))


def remove_runs(runs: QuerySet[Run]) -> int:
    """Remove finished runs, rows before files, so that no row names a missing file; return their number."""
    run_ids = list(runs.exclude(state__in=ACTIVE).values_list("pk", flat=True))
    for run_id in run_ids:
        # One transaction each: a crash in between leaves folders without rows, which pruning removes.
        Run.objects.filter(pk=run_id).delete()
        shutil.rmtree(spare_folder(run_id), ignore_errors=True)
        shutil.rmtree(conversions_folder(run_id), ignore_errors=True)
        storage.remove_stored_folder(run_folder(run_id))
    return len(run_ids)
