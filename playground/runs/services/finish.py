"""End runs: by a visitor's cancel, by a forgotten key, or by a worker; log and count each end."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from playground.core import metrics
from playground.core.change_notices import note_change
from playground.core.logging import use_request_id
from playground.runs.models import Run, State

logger = logging.getLogger(__name__)


def cancel_run(run: Run, now: datetime | None = None) -> None:
    """End a queued run now; let the worker's supervisor abort one that is running."""
    queued = Run.objects.filter(pk=run.pk, state=State.QUEUED)
    if not end_runs(queued, now or timezone.now(), State.CANCELLED, "cancelled", charged="no", sealed_key=""):
        Run.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_requested=True, version=F("version") + 1)


def cancel_queued_runs(runs: QuerySet[Run], now: datetime | None = None) -> int:
    """End the queued ones of `runs` now, which costs nothing; return their number."""
    queued = runs.filter(state=State.QUEUED)
    return len(end_runs(queued, now or timezone.now(), State.CANCELLED, "cancelled", charged="no", sealed_key=""))


def drop_key_from_runs(visitor: str, account: str) -> None:
    """End the visitor's queued runs of that account as `key_forgotten`, and blank their keys."""
    queued = Run.objects.filter(visitor=visitor, account=account, state=State.QUEUED)
    end_runs(queued, timezone.now(), State.FAILED, "key_forgotten", charged="no", sealed_key="")


def log_and_count_end(
    run: Run, state: State, code: str, now: datetime, *, request_id: str = "", pictures: int = 0, price: int = 0
) -> None:
    """Log the end of a run under the id of the request that submitted it, and count it."""
    with use_request_id(run.origin):
        logger.log(
            logging.WARNING if state == State.INTERRUPTED else logging.INFO,
            "run=%s request=%s api=%s endpoint=%s state=%s code=%s pictures=%s of=%s seconds=%.1f",
            run.pk,
            request_id or "-",
            run.api,
            run.endpoint,
            state,
            code or "-",
            pictures,
            run.requested_count,
            run.elapsed_seconds(now),
        )
    metrics.increment("runs", {**_labels(run), "state": state, "code": code})
    record_pictures(run, pictures, price)


def record_pictures(run: Run, pictures: int, price: int) -> None:
    """Count delivered pictures and their price in micro-dollars."""
    metrics.increment("pictures", _labels(run), by=pictures)
    metrics.increment("micro_usd", _labels(run), by=price)


def end_runs(runs: QuerySet[Run], now: datetime, state: State, code: str, **facts: Any) -> list[str]:
    """End the runs in their rows, also write `facts`, and log and count each; return their ids."""
    if not runs.exists():
        return []
    with transaction.atomic():
        # Lock the rows, so that only the process that ends a run counts it.
        ended = list(runs.select_for_update())
        Run.objects.filter(pk__in=[run.pk for run in ended]).update(
            state=state, error=code, finished_at=now, version=F("version") + 1, **facts
        )
    for run in ended:
        note_change(run.pk)
        log_and_count_end(run, state, code, now, pictures=run.pictures.count())
    return [run.pk for run in ended]


def _labels(run: Run) -> dict[str, str]:
    return {"api": run.api, "endpoint": run.endpoint}
