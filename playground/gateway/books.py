"""The steps of a call in the books, each one transaction that happens once or not at all.

admitted -> sent -> answered -> charged -> delivered; before the charge a call can fail, after it be voided.
"""

from datetime import datetime

from django.db import connection

from playground.gateway import ledger
from playground.gateway.ledger import Amount
from playground.gateway.models import WORKING, Account, Job, State
from playground.gateway.writing import writing
from playground.imageapi.beijing import day_of
from playground.imageapi.errors import ApiError


class Lost(ApiError):
    """The call was given up meanwhile: this process was taken to be dead."""

    def __init__(self) -> None:
        super().__init__("server_error")


def step(job: Job, before: State, after: State) -> None:
    """Go on to a step that moves no money. Raises Lost."""
    with writing():
        if not Job.objects.filter(pk=job.pk, state=before).update(state=after):
            raise Lost


def charge(job: Job, amount: Amount, quality: str, at: datetime) -> None:
    """Charge for pictures that are about to be handed over, and give the slot back. Raises Lost."""
    with writing():
        facts = {"status": 200, "images": amount.images, "micro_usd": amount.micro_usd, "quality": quality}
        ours = Job.objects.filter(pk=job.pk, state=State.ANSWERED)
        if not ours.update(state=State.CHARGED, ended_at=at, **facts):
            raise Lost
        ledger.charge(job, amount, at)


def deliver(job: Job) -> None:
    """The answer is out."""
    with writing():
        Job.objects.filter(pk=job.pk, state=State.CHARGED).update(state=State.DELIVERED, leased_until=None)


def end(job: Job, status: int, code: str, at: datetime, *, dead_since: datetime | None = None) -> bool:
    """End a call that was not delivered: its hold or its charge is taken back. False when it had ended already.

    With `dead_since`, only when nobody renewed its lease since.
    """
    facts = {"status": status, "code": code, "images": 0, "micro_usd": 0, "leased_until": None}
    with writing():
        mine = Job.objects.filter(pk=job.pk)
        if dead_since is not None:
            mine = mine.filter(leased_until__lt=dead_since)
        if mine.filter(state__in=WORKING).update(state=State.FAILED, ended_at=at, **facts):
            ledger.release(job, at)
        elif mine.filter(state=State.CHARGED).update(state=State.VOID, **facts):
            ledger.void(job, at)
        else:
            return False
    return True


def refuse(account: Account, asked: Job, at: datetime) -> None:
    """Write down a call that was refused before it was admitted; it moves nothing."""
    asked.account, asked.date, asked.created_at = account, day_of(at), asked.created_at or at
    asked.state, asked.ended_at = State.FAILED, at
    with writing():
        asked.save(force_insert=True)


def let_go() -> None:
    """Give the database connection back before a long wait: a server has few of them, SQLite's cost nothing."""
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
