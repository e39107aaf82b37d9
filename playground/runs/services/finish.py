"""The ends of runs, as operators see them: a line in the log and a count of each, whoever ended it."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from playground.core import metrics
from playground.core.logging import use_request_id
from playground.runs.models import Run, State

logger = logging.getLogger(__name__)


def log_and_count_end(
    run: Run, state: State, code: str, now: datetime, *, request_id: str = "", pictures: int = 0, price: int = 0
) -> None:
    """Write the line of a run that ended, under the request that submitted it, and count it."""
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
            run.asked,
            run.elapsed(now),
        )
    metrics.increment("runs", {**_labels(run), "state": state, "code": code})
    count_pictures(run, pictures, price)


def count_pictures(run: Run, pictures: int, price: int) -> None:
    """Count pictures that came, and micro-dollars that they cost."""
    metrics.increment("pictures", _labels(run), by=pictures)
    metrics.increment("micro_usd", _labels(run), by=price)


def end_runs(runs: QuerySet[Run], now: datetime, state: State, code: str, **facts: Any) -> list[str]:
    """End these runs in their rows, and report each; their ids. `facts` go into the rows too."""
    if not runs.exists():
        return []
    with transaction.atomic():
        # Locked, so that each is reported by the one process that ends it.
        ended = list(runs.select_for_update())
        Run.objects.filter(pk__in=[run.pk for run in ended]).update(
            state=state, error=code, finished_at=now, version=F("version") + 1, **facts
        )
    for run in ended:
        log_and_count_end(run, state, code, now, pictures=run.pictures.count())
    return [run.pk for run in ended]


def _labels(run: Run) -> dict[str, str]:
    return {"api": run.api, "endpoint": run.endpoint}
