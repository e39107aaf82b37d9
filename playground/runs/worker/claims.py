"""Which runners are alive."""

from collections import Counter
from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from playground.core.db import statements
from playground.core.db.locks import take_visitor_lock
from playground.imageapi.errors import Fault
from playground.runs.models import Run, State, Worker
from playground.runs.services import results
from playground.runs.services.finish import end_runs

ALIVE_PERIOD: Final = timedelta(seconds=20)


def record_heartbeat(worker: str) -> None:
    """Say that `worker` is alive."""
    Worker.objects.update_or_create(pk=worker, defaults={"beat_at": timezone.now()})


def remove_worker(worker: str) -> None:
    """Say that `worker` ends."""
    Worker.objects.filter(pk=worker).delete()


def is_any_worker_alive(at: datetime | None = None) -> bool:
    """Whether any runner could take work at `at` (now)."""
    return Worker.objects.filter(beat_at__gt=(at or timezone.now()) - ALIVE_PERIOD).exists()


# From the claim of a run until a thread holds it.
CLAIM_PERIOD: Final = timedelta(seconds=10)
# So few keys are worth naming when those that run are counted.
_FEW: Final = 200
# Asked whenever a run comes or ends, and twice a second.
_WAITING: Final = "SELECT id, api, account, key_fingerprint FROM runs_run WHERE state = %s ORDER BY created_at, id"
_RUNNING: Final = (
    "SELECT account, key_fingerprint, COUNT(*) FROM runs_run WHERE state = {state} {among} "
    "GROUP BY account, key_fingerprint"
)


def list_ready_runs(most: int, *, before: datetime | None = None) -> list[str]:
    """Ids of at most `most` waiting runs that may start now, oldest first; with `before`, made before then.

    A key has as many calls at once as its profile says, across sessions; different keys never wait for each other.
    """
    if before is None:
        waiting = _rows(_WAITING, [State.QUEUED])
    else:
        queued = Run.objects.filter(state=State.QUEUED, created_at__lt=before).order_by("created_at", "pk")
        waiting = list(queued.values_list("pk", "api", "account", "key_fingerprint"))
    if not waiting:
        return []
    running = Counter[tuple[str, str]]()
    keys = {fingerprint for *_, fingerprint in waiting}
    among = f"AND key_fingerprint IN ({', '.join(['%s'] * len(keys))})" if len(keys) <= _FEW else ""
    for account, fingerprint, count in _rows(
        _RUNNING.format(state="%s", among=among), [State.RUNNING, *(keys if among else ())]
    ):
        running[account, fingerprint] = count
    chosen: list[str] = []
    for run_id, api, account, fingerprint in waiting:
        if len(chosen) >= most:
            break
        limit = _calls_at_once(api)
        if limit is None or running[account, fingerprint] < limit:
            running[account, fingerprint] += 1
            chosen.append(run_id)
    return chosen


def _rows(sql: str, values: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _calls_at_once(api_id: str) -> int | None:
    api = settings.IMAGE_APIS.get(api_id)
    return api.profile.calls_at_once if api else None


def claim_run(run_id: str, worker: str, at: datetime) -> tuple[Run, str] | None:
    """Take this run for `worker`: the run and its sealed key, which leaves the row; None when another has it."""
    run = statements.find(Run, pk=run_id, state=State.QUEUED)
    if run is None:
        return None
    sealed = run.sealed_key
    taken_as: dict[str, Any] = {"state": State.RUNNING, "claimed_at": at, "worker": worker, "sealed_key": ""}
    if not results.update_run(run_id, taken_as, given=State.QUEUED):
        return None
    for name, value in {**taken_as, "version": run.version + 1}.items():
        setattr(run, name, value)
    return run, sealed


def claim_next_run(run_id: str, worker: str, at: datetime) -> tuple[Run, str] | None:
    """Take the run that waits longest under the key of `run_id`; None when none waits or the key has no room.

    Workers anywhere may ask at once: those who ask for the same key wait for each other.
    """
    asked = Run.objects.filter(pk=run_id).only("account", "key_fingerprint").first()
    if asked is None:
        return None
    of_key = Run.objects.filter(account=asked.account, key_fingerprint=asked.key_fingerprint)
    with transaction.atomic():
        take_visitor_lock("claim", asked.account, asked.key_fingerprint)
        waiting = of_key.filter(state=State.QUEUED).order_by("created_at", "pk")
        oldest = waiting.values_list("pk", "api").first()
        if oldest is None:
            return None
        limit = _calls_at_once(oldest[1])
        if limit is not None and of_key.filter(state=State.RUNNING).count() >= limit:
            return None
        return claim_run(oldest[0], worker, at)


def requeue_run(run: Run, sealed_key: str) -> None:
    """Let a claimed run wait again: nothing was done for it yet."""
    waiting = {"state": State.QUEUED, "claimed_at": None, "worker": "", "sealed_key": sealed_key}
    results.update_run(run.pk, waiting, given=State.RUNNING)


def interrupt_runs(runs_of_worker: str, at: datetime) -> list[str]:
    """End the runs of a worker that died: never sent again, because what was sent may have been paid. Their ids."""
    return _interrupt(Run.objects.filter(state=State.RUNNING, worker=runs_of_worker), at)


def end_waiting_runs(at: datetime) -> list[str]:
    """End the runs that wait, as not sent: the only server that could send them ends. Their ids."""
    waiting = Run.objects.filter(state=State.QUEUED)
    return end_runs(waiting, at, State.INTERRUPTED, "interrupted", charged="no", sealed_key="")


def announce_shutdown(worker: str) -> None:
    """Let the pages that follow the worker's runs look at them again."""
    Run.objects.filter(state=State.RUNNING, worker=worker).update(version=F("version") + 1)


def interrupt_orphaned_runs(at: datetime, *, alone: bool) -> list[str]:
    """End the runs whose worker is gone; when this runner is `alone`, every one that runs. Their ids."""
    orphans = Run.objects.filter(state=State.RUNNING)
    if alone:
        return _interrupt(orphans, at)
    alive = Worker.objects.filter(beat_at__gt=at - ALIVE_PERIOD).values("pk")
    return _interrupt(orphans.exclude(worker__in=alive), at, "worker")


def interrupt_lost_runs(worker: str, held: Container[str], at: datetime) -> list[str]:
    """End the runs of a living worker that no thread of it holds. Their ids."""
    mine = Run.objects.filter(state=State.RUNNING, worker=worker, claimed_at__lt=at - CLAIM_PERIOD)
    lost = [run_id for run_id in mine.values_list("pk", flat=True) if run_id not in held]
    return _interrupt(Run.objects.filter(pk__in=lost, state=State.RUNNING), at, "server") if lost else []


def _interrupt(runs: QuerySet[Run], at: datetime, fault: Fault = "") -> list[str]:
    charged = Case(When(sent_at=None, then=Value("no")), default=Value("maybe"))
    facts = {"fault": fault} if fault else {}
    return end_runs(runs, at, State.INTERRUPTED, "interrupted", charged=charged, error_facts=facts)
