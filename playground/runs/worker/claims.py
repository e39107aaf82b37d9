"""Claim runs for a worker, keep workers' heartbeats, and end runs whose worker is gone."""

from collections import Counter
from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from playground.core.db.transactions import take_transaction_lock
from playground.imageapi.errors import Fault
from playground.runs import selectors
from playground.runs.models import Run, State, Worker
from playground.runs.services import results
from playground.runs.services.finish import end_runs

ALIVE_PERIOD: Final = timedelta(seconds=20)
# A run claimed less long ago may not be registered by its worker yet.
CLAIM_PERIOD: Final = timedelta(seconds=10)
# Up to this many keys are named in the query that counts their running runs.
_MAX_NAMED_KEYS: Final = 200
# SQL: workers ask at each submit, at each end and twice a second (docs/decisions/0012-*.md).
_QUEUED: Final = "SELECT id, api, account, key_fingerprint FROM runs_run WHERE state = %s ORDER BY created_at, id"
_RUNNING: Final = (
    "SELECT account, key_fingerprint, COUNT(*) FROM runs_run WHERE state = {state} {key_filter} "
    "GROUP BY account, key_fingerprint"
)


def record_heartbeat(worker: str) -> None:
    """Write that `worker` is alive now."""
    Worker.objects.update_or_create(pk=worker, defaults={"beat_at": timezone.now()})


def remove_worker(worker: str) -> None:
    """Remove the row of a worker that ends."""
    Worker.objects.filter(pk=worker).delete()


def is_any_worker_alive(now: datetime | None = None) -> bool:
    """Return True if any worker has renewed its heartbeat within ALIVE_PERIOD."""
    return _alive_workers(now or timezone.now()).exists()


def count_alive_workers(now: datetime) -> int:
    """Return how many workers have renewed their heartbeats within ALIVE_PERIOD."""
    return _alive_workers(now).count()


def _alive_workers(now: datetime) -> QuerySet[Worker]:
    return Worker.objects.filter(beat_at__gt=now - ALIVE_PERIOD)


def list_ready_runs(limit: int, *, before: datetime | None = None) -> list[str]:
    """Return up to `limit` ids of queued runs that may start now, oldest first; with `before`, older ones.

    The profile limits the calls at once of a key, across sessions; different keys never wait for each other.
    """
    if before is None:
        queued = _rows(_QUEUED, [State.QUEUED])
    else:
        older = Run.objects.filter(state=State.QUEUED, created_at__lt=before).order_by("created_at", "pk")
        queued = list(older.values_list("pk", "api", "account", "key_fingerprint"))
    if not queued:
        return []
    running = Counter[tuple[str, str]]()
    keys = {fingerprint for *_, fingerprint in queued}
    key_filter = f"AND key_fingerprint IN ({', '.join(['%s'] * len(keys))})" if len(keys) <= _MAX_NAMED_KEYS else ""
    for account, fingerprint, count in _rows(
        _RUNNING.format(state="%s", key_filter=key_filter), [State.RUNNING, *(keys if key_filter else ())]
    ):
        running[account, fingerprint] = count
    ready: list[str] = []
    for run_id, api, account, fingerprint in queued:
        if len(ready) >= limit:
            break
        max_calls = _calls_at_once(api)
        if max_calls is None or running[account, fingerprint] < max_calls:
            running[account, fingerprint] += 1
            ready.append(run_id)
    return ready


def claim_run(run_id: str, worker: str, now: datetime) -> tuple[Run, str] | None:
    """Claim the run for `worker`; return it and its sealed key, or None when it is not queued.

    A conditional UPDATE also removes the key from the row, so that one worker gets it.
    """
    run = next(iter(selectors.load_runs([run_id])), None)
    if run is None or run.state != State.QUEUED:
        return None
    sealed_key = run.sealed_key
    claim: dict[str, Any] = {"state": State.RUNNING, "claimed_at": now, "worker": worker, "sealed_key": ""}
    if not results.update_run(run_id, claim, from_state=State.QUEUED):
        return None
    for name, value in {**claim, "version": run.version + 1}.items():
        setattr(run, name, value)
    return run, sealed_key


def claim_next_run(run_id: str, worker: str, now: datetime) -> tuple[Run, str] | None:
    """Claim the oldest queued run of the key of `run_id`; None when there is none or no free place.

    Workers on all machines take turns for each key.
    """
    run = Run.objects.filter(pk=run_id).only("account", "key_fingerprint").first()
    if run is None:
        return None
    runs_of_key = Run.objects.filter(account=run.account, key_fingerprint=run.key_fingerprint)
    with transaction.atomic():
        take_transaction_lock("claim", run.account, run.key_fingerprint)
        queued = runs_of_key.filter(state=State.QUEUED).order_by("created_at", "pk")
        oldest = queued.values_list("pk", "api").first()
        if oldest is None:
            return None
        max_calls = _calls_at_once(oldest[1])
        if max_calls is not None and runs_of_key.filter(state=State.RUNNING).count() >= max_calls:
            return None
        return claim_run(oldest[0], worker, now)


def requeue_run(run: Run, sealed_key: str) -> None:
    """Queue a claimed run again, before anything was done for it."""
    fields = {"state": State.QUEUED, "claimed_at": None, "worker": "", "sealed_key": sealed_key}
    results.update_run(run.pk, fields, from_state=State.RUNNING)


def interrupt_runs(worker: str, now: datetime) -> list[str]:
    """End the running runs of a worker; return their ids."""
    # They are not queued again: what was sent may be paid for.
    return _interrupt(Run.objects.filter(state=State.RUNNING, worker=worker), now)


def end_queued_runs(now: datetime) -> list[str]:
    """End all queued runs as not sent, because the only server shuts down; return their ids."""
    queued = Run.objects.filter(state=State.QUEUED)
    return end_runs(queued, now, State.INTERRUPTED, "interrupted", charged="no", sealed_key="")


def announce_shutdown(worker: str) -> None:
    """Increment the version of the worker's runs, so that pages that poll show the shutdown."""
    Run.objects.filter(state=State.RUNNING, worker=worker).update(version=F("version") + 1)


def interrupt_orphaned_runs(now: datetime, *, alone: bool) -> list[str]:
    """End running runs of dead workers, or all of them if this worker is `alone`; return their ids."""
    running = Run.objects.filter(state=State.RUNNING)
    if alone:
        return _interrupt(running, now)
    return _interrupt(running.exclude(worker__in=_alive_workers(now).values("pk")), now, "worker")


def interrupt_lost_runs(worker: str, registered: Container[str], now: datetime) -> list[str]:
    """End the runs of a living worker that are not `registered` in its process; return their ids."""
    running = Run.objects.filter(state=State.RUNNING, worker=worker, claimed_at__lt=now - CLAIM_PERIOD)
    lost = [run_id for run_id in running.values_list("pk", flat=True) if run_id not in registered]
    return _interrupt(Run.objects.filter(pk__in=lost, state=State.RUNNING), now, "server") if lost else []


def _interrupt(runs: QuerySet[Run], now: datetime, fault: Fault = "") -> list[str]:
    charged = Case(When(sent_at=None, then=Value("no")), default=Value("maybe"))
    facts = {"fault": fault} if fault else {}
    return end_runs(runs, now, State.INTERRUPTED, "interrupted", charged=charged, error_facts=facts)


def _rows(sql: str, values: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _calls_at_once(api_id: str) -> int | None:
    api = settings.IMAGE_APIS.get(api_id)
    return api.profile.concurrency_limit if api else None
