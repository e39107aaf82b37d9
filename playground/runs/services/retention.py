"""How long runs, images, drafts, templates and sessions are kept: delete on request, with undo, or when expired."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from playground.core.files import storage
from playground.runs import drafts
from playground.runs.models import ACTIVE, Matrix, Picture, Removal, Run, SavedTemplate, Source, State, Tally
from playground.runs.paths import conversions_folder, run_folder, spare_folder
from playground.runs.services import finish, results, saved_templates, stray_files

# Runs, images, drafts and saved templates are kept for RETENTION_DAYS of the settings (see `prune_expired_data`), and
# of a session's images the newest SESSION_MAX_PICTURES. What follows has no setting.
# How long a visitor can undo a deletion.
UNDO_PERIOD: Final = timedelta(minutes=10)
# How long a refused or rehearsed edit keeps its files, to be changed and sent again.
REFUSED_RETENTION: Final = timedelta(days=1)
REHEARSED_RETENTION: Final = timedelta(hours=1)
# A machine that was off for longer compares its copies with the rows (stray_files.py).
REMOVAL_RETENTION: Final = timedelta(days=1)
# By then the worker that interrupted a run has recovered its pictures, unless it was killed.
_RECOVERY_PERIOD: Final = timedelta(minutes=2)
# The row with the time of the last complete pruning.
LAST_PRUNE: Final = "last_prune"
_SHOWN_PICTURES: Final = Count("pictures", filter=Q(pictures__deleted_at=None))


@dataclass(frozen=True, slots=True)
class PruneResult:
    """Numbers of removed rows and folders."""

    old_runs: int
    over_limit: int
    drafts: int
    folders: int
    sessions: int


def retention_period() -> timedelta:
    """Return how long runs, images and drafts are kept."""
    return timedelta(days=settings.RETENTION_DAYS)


def delete_runs(runs: Iterable[Run], now: datetime | None = None) -> int:
    """Hide finished runs as one deletion; return their number. Active ones stay: they may be paid for."""
    finished = Run.objects.filter(pk__in=[run.pk for run in runs], deleted_at=None).exclude(state__in=ACTIVE)
    # An undo brings the run back, but not an address that its visitor may believe withdrawn.
    return finished.update(
        deleted_at=now or timezone.now(), version=F("version") + 1, share_token=None, shares_source=False
    )


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
    """Remove all runs, pictures, drafts and templates of the visitor; cancel active runs and remove them later."""
    now = now or timezone.now()
    runs = Run.objects.filter(visitor=visitor)
    for run in runs.filter(state__in=ACTIVE):
        finish.cancel_run(run, now)
    runs.update(deleted_at=now - UNDO_PERIOD, version=F("version") + 1)
    remove_runs(runs)
    for owner in (visitor, drafts.set_aside_owner(visitor), drafts.style_owner(visitor)):
        drafts.clear_draft(owner)
    SavedTemplate.objects.filter(visitor=visitor).delete()


def delete_templates(templates: Iterable[SavedTemplate], now: datetime | None = None) -> None:
    """Hide saved templates as one deletion."""
    ids = [template.pk for template in templates]
    SavedTemplate.objects.filter(pk__in=ids, deleted_at=None).update(deleted_at=now or timezone.now())


def newest_template_deletion(visitor: str, now: datetime | None = None) -> list[SavedTemplate]:
    """Return the templates of the visitor's newest deletion that can still be undone."""
    period_start = (now or timezone.now()) - UNDO_PERIOD
    deleted = SavedTemplate.objects.filter(visitor=visitor or None, deleted_at__gt=period_start)
    last = deleted.order_by("-deleted_at").values_list("deleted_at", flat=True).first()
    return list(deleted.filter(deleted_at=last)) if last else []


def undo_template_deletion(visitor: str, now: datetime | None = None) -> list[SavedTemplate]:
    """Undo the visitor's newest deletion of templates; number a name that was taken meanwhile."""
    taken = {template.name for template in saved_templates.list_templates(visitor)}
    restored = newest_template_deletion(visitor, now)
    for template in restored:
        template.name, template.deleted_at = saved_templates.free_name(template.name, taken), None
        template.save(update_fields=["name", "deleted_at"])
        taken.add(template.name)
    return restored


def delete_picture(picture: Picture, now: datetime | None = None) -> None:
    """Hide a picture, or its run when the run shows no other; both can be undone."""
    if len(picture.run.ordered_pictures) > 1:
        Picture.objects.filter(pk=picture.pk, deleted_at=None).update(deleted_at=now or timezone.now())
    else:
        delete_runs([picture.run], now)


def restorable_pictures(run: Run, now: datetime | None = None) -> list[Picture]:
    """Return the deleted pictures of the run that can still be restored."""
    period_start = (now or timezone.now()) - UNDO_PERIOD
    return [picture for picture in run.all_pictures if picture.deleted_at and picture.deleted_at > period_start]


def restore_picture(picture: Picture, now: datetime | None = None) -> None:
    """Undo the deletion of a picture."""
    if picture in restorable_pictures(picture.run, now):
        Picture.objects.filter(pk=picture.pk).update(deleted_at=None)


def purge_deleted_runs(now: datetime) -> int:
    """Remove deleted runs and the files of deleted pictures that can no longer be restored; return how many runs."""
    for picture in Picture.objects.filter(deleted_at__lte=now - UNDO_PERIOD).exclude(file="").select_related("run"):
        _remove_picture_files(picture)
    return remove_runs(Run.objects.filter(deleted_at__lte=now - UNDO_PERIOD))


def remove_runs(runs: QuerySet[Run]) -> int:
    """Remove finished runs, rows before files, so that no row names a missing file; return their number.

    A matrix goes with the last of its runs.
    """
    run_ids = list(runs.exclude(state__in=ACTIVE).values_list("pk", flat=True))
    for run_id in run_ids:
        # One transaction each: a crash in between leaves folders without rows, which pruning removes.
        Run.objects.filter(pk=run_id).delete()
        shutil.rmtree(spare_folder(run_id), ignore_errors=True)
        shutil.rmtree(conversions_folder(run_id), ignore_errors=True)
        storage.remove_stored_folder(run_folder(run_id))
    if run_ids:
        Matrix.objects.filter(runs=None).delete()
    return len(run_ids)


def prune_expired_data(now: datetime | None = None) -> PruneResult:
    """Remove everything past its retention; active runs are never touched."""
    now = now or timezone.now()
    oldest = now - retention_period()
    stray_files.remove_unfinished_files(now)
    _recover_again(now)
    _drop_refused_files(now)
    Removal.objects.filter(at__lt=now - REMOVAL_RETENTION).delete()
    SavedTemplate.objects.filter(Q(used_at__lt=oldest) | Q(deleted_at__lte=now - UNDO_PERIOD)).delete()
    pruned = PruneResult(
        purge_deleted_runs(now) + remove_runs(Run.objects.filter(created_at__lt=oldest)),
        sum(_remove_runs_over_limit(visitor) for visitor in _visitors_over_limit()),
        _clear_old_drafts(oldest),
        stray_files.remove_local_orphans(now) + stray_files.remove_remote_orphans(now),
        Session.objects.filter(expire_date__lt=now).delete()[0],
    )
    Tally.objects.update_or_create(pk=LAST_PRUNE, defaults={"value": int(now.timestamp())})
    return pruned


def _remove_picture_files(picture: Picture) -> None:
    """Remove a picture's files; its row keeps the count of what arrived, and keeps recovery from storing it again."""
    files = [picture.file, picture.thumbnail, picture.locked, picture.heat]
    folder = run_folder(picture.run_id)
    Picture.objects.filter(pk=picture.pk).update(file="", thumbnail="", locked="", heat="", revised_prompt="")
    (spare_folder(picture.run_id) / picture.file).unlink(missing_ok=True)
    for path in conversions_folder(picture.run_id).glob(f"{picture.number}-*"):
        path.unlink(missing_ok=True)
    for name in filter(None, files):
        storage.remove_file(folder / name)
    Run.objects.filter(pk=picture.run_id).update(bytes=Greatest(F("bytes") - picture.size, 0))


def _finished() -> QuerySet[Run]:
    return Run.objects.filter(deleted_at=None).exclude(state__in=ACTIVE)


def _visitors_over_limit() -> list[str]:
    """Return the visitors with more pictures than SESSION_MAX_PICTURES."""
    counted = (
        Picture.objects.filter(run__deleted_at=None, deleted_at=None)
        .values("run__visitor")
        .annotate(count=Count("pk"))
        .order_by()
    )
    over_limit = counted.filter(count__gt=settings.SESSION_MAX_PICTURES)
    return list(over_limit.values_list("run__visitor", flat=True))


def _remove_runs_over_limit(visitor: str) -> int:
    """Remove the visitor's oldest runs with pictures until the rest is within the limit; count them."""
    with_pictures = _finished().filter(visitor=visitor).annotate(count=_SHOWN_PICTURES).filter(count__gt=0)
    excess = (
        Picture.objects.filter(run__visitor=visitor, run__deleted_at=None, deleted_at=None).count()
        - settings.SESSION_MAX_PICTURES
    )
    run_ids: list[str] = []
    for run_id, count in with_pictures.order_by("created_at", "pk").values_list("pk", "count"):
        if excess <= 0:
            break
        run_ids.append(run_id)
        excess -= count
    return remove_runs(Run.objects.filter(pk__in=run_ids))


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
        Run.objects.filter(pk=run.pk).update(sources=sources, mask="", markup="", bytes=0, version=F("version") + 1)
        storage.remove_stored_folder(run_folder(run.pk))


def _clear_old_drafts(oldest: datetime) -> int:
    """Clear drafts whose newest source is older than `oldest`; return their number."""
    newest = Source.objects.values("visitor").annotate(newest=Max("created_at")).order_by()
    stale = list(newest.filter(newest__lt=oldest).values_list("visitor", flat=True))
    for visitor in stale:
        drafts.clear_draft(visitor)
    return len(stale)
