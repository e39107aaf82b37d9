"""Deleting runs: out of sight at once, brought back for a while, then removed with their pictures for good."""

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from playground.core import storage
from playground.runs import drafts, selectors
from playground.runs.drafts import restore
from playground.runs.folders import conversions_folder_of, run_folder, spare_folder
from playground.runs.models import ACTIVE, Run

# So long a deletion can be undone.
UNDO_PERIOD: Final = timedelta(minutes=10)


def delete_run(runs: Iterable[Run], at: datetime | None = None) -> int:
    """Put finished runs out of sight, all as one deletion; how many. Active ones stay: they may be paid for."""
    doomed = Run.objects.filter(pk__in=[run.pk for run in runs], deleted_at=None).exclude(state__in=ACTIVE)
    return doomed.update(deleted_at=at or timezone.now(), version=F("version") + 1)


def newest_deletion(visitor: str, at: datetime | None = None) -> list[Run]:
    """The runs of the visitor's newest deletion, while it can be undone."""
    gone = _gone(visitor, at or timezone.now())
    last = gone.order_by("-deleted_at").values_list("deleted_at", flat=True).first()
    return list(gone.filter(deleted_at=last)) if last else []


def undo_deletion(visitor: str, at: datetime | None = None) -> list[Run]:
    """Bring the newest deletion back; the runs that are there again."""
    back = newest_deletion(visitor, at)
    Run.objects.filter(pk__in=[run.pk for run in back]).update(deleted_at=None, version=F("version") + 1)
    return back


def delete_everything(visitor: str, at: datetime | None = None) -> None:
    """Remove all runs, pictures and drafts of the visitor for good. What still runs is stopped, and removed then."""
    moment = at or timezone.now()
    mine = Run.objects.filter(visitor=visitor)
    for run in mine.filter(state__in=ACTIVE):
        selectors.cancel_run(run, moment)
    mine.update(deleted_at=moment - UNDO_PERIOD, version=F("version") + 1)
    remove_runs(mine)
    for owner in (visitor, restore.draft_name(visitor)):
        drafts.clear_draft(owner)


def purge_deleted_runs(at: datetime) -> int:
    """Remove what was deleted and can no longer be brought back at `at`; how many runs."""
    return remove_runs(Run.objects.filter(deleted_at__lte=at - UNDO_PERIOD))


def remove_runs(runs: QuerySet[Run]) -> int:
    """Remove finished runs and their files for good; how many. Rows first: no row names a file that is gone."""
    doomed = list(runs.exclude(state__in=ACTIVE).values_list("pk", flat=True))
    for run_id in doomed:
        Run.objects.filter(pk=run_id).delete()
        shutil.rmtree(spare_folder(run_id), ignore_errors=True)
        shutil.rmtree(conversions_folder_of(run_id), ignore_errors=True)
        storage.remove_stored_folder(run_folder(run_id))
    return len(doomed)


def _gone(visitor: str, at: datetime) -> QuerySet[Run]:
    return Run.objects.filter(visitor=visitor or None, deleted_at__gt=at - UNDO_PERIOD)
