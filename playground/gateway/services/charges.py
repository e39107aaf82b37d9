"""The steps of a call in the books, each one transaction that happens once or not at all.

admitted -> sent -> answered -> charged -> delivered; before the charge a call can fail, after it be voided.
"""

from datetime import datetime

from django.db import connection

from playground.core.db.locks import serialized_write
from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, ImageCall
from playground.gateway.services import ledger
from playground.gateway.services.ledger import LedgerAmount
from playground.imageapi.billing_day import beijing_day
from playground.imageapi.errors import ApiError


class LeaseLost(ApiError):
    """The call was given up meanwhile: this process was taken to be dead."""

    def __init__(self) -> None:
        super().__init__("server_error")


def advance_call(job: ImageCall, before: CallState, after: CallState) -> None:
    """Go on to a step that moves no money. Raises Lost."""
    with serialized_write():
        if not ImageCall.objects.filter(pk=job.pk, state=before).update(state=after):
            raise LeaseLost


def charge_call(job: ImageCall, amount: LedgerAmount, quality: str, at: datetime) -> None:
    """Charge for pictures that are about to be handed over, and give the slot back. Raises Lost."""
    with serialized_write():
        facts = {"status": 200, "images": amount.images, "micro_usd": amount.micro_usd, "quality": quality}
        ours = ImageCall.objects.filter(pk=job.pk, state=CallState.ANSWERED)
        if not ours.update(state=CallState.CHARGED, ended_at=at, **facts):
            raise LeaseLost
        ledger.charge_amount(job, amount, at)


def deliver_call(job: ImageCall) -> None:
    """The answer is out."""
    with serialized_write():
        ImageCall.objects.filter(pk=job.pk, state=CallState.CHARGED).update(
            state=CallState.DELIVERED, leased_until=None
        )


def end_call(job: ImageCall, status: int, code: str, at: datetime, *, dead_since: datetime | None = None) -> bool:
    """End a call that was not delivered: its hold or its charge is taken back. False when it had ended already.

    With `dead_since`, only when nobody renewed its lease since.
    """
    facts = {"status": status, "code": code, "images": 0, "micro_usd": 0, "leased_until": None}
    with serialized_write():
        mine = ImageCall.objects.filter(pk=job.pk)
        if dead_since is not None:
            mine = mine.filter(leased_until__lt=dead_since)
        if mine.filter(state__in=ACTIVE_STATES).update(state=CallState.FAILED, ended_at=at, **facts):
            ledger.release_hold(job, at)
        elif mine.filter(state=CallState.CHARGED).update(state=CallState.VOID, **facts):
            ledger.void_charge(job, at)
        else:
            return False
    return True


def record_refusal(account: ApiKey, asked: ImageCall, at: datetime) -> None:
    """Write down a call that was refused before it was admitted; it moves nothing."""
    asked.account, asked.date, asked.created_at = account, beijing_day(at), asked.created_at or at
    asked.state, asked.ended_at = CallState.FAILED, at
    with serialized_write():
        asked.save(force_insert=True)


def release_db_connection() -> None:
    """Give the database connection back before a long wait: a server has few of them, SQLite's cost nothing."""
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
