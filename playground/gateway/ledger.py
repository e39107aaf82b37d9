"""Movements of pictures and money: a row for each, and in the same transaction the counters that are their sums.

Every function is called within a transaction. Rows are locked in one order everywhere: call, account, day.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from playground.gateway.models import Account, Day, Entry, Job, Kind


@dataclass(frozen=True, slots=True)
class Amount:
    """Pictures and what they cost in micro-dollars."""

    images: int = 0
    micro_usd: int = 0

    def __neg__(self) -> "Amount":
        return Amount(-self.images, -self.micro_usd)


def hold(job: Job, amount: Amount, at: datetime) -> None:
    """Write down what admission took from the counters for a call."""
    _write(job, Kind.HOLD, Amount(), amount, at)


def charge(job: Job, amount: Amount, at: datetime) -> None:
    """Turn the hold of a call into a charge."""
    _move(job, Kind.CHARGE, amount, -_held(job), at)


def release(job: Job, at: datetime) -> None:
    """End the hold of a call without a charge."""
    _move(job, Kind.RELEASE, Amount(), -_held(job), at)


def void(job: Job, at: datetime) -> None:
    """Take a charge back."""
    charged = Entry.objects.get(job=job, kind=Kind.CHARGE)
    _move(job, Kind.VOID, -Amount(charged.images, charged.spent_micro_usd), Amount(), at)


def _held(job: Job) -> Amount:
    entry = Entry.objects.get(job=job, kind=Kind.HOLD)
    return Amount(entry.held_images, entry.held_micro_usd)


def _move(job: Job, kind: Kind, spent: Amount, held: Amount, at: datetime) -> None:
    Account.objects.filter(pk=job.account_id).update(
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd, held_micro_usd=F("held_micro_usd") + held.micro_usd
    )
    Day.objects.filter(account=job.account_id, date=job.date).update(
        images=F("images") + spent.images,
        held_images=F("held_images") + held.images,
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd,
        held_micro_usd=F("held_micro_usd") + held.micro_usd,
    )
    _write(job, kind, spent, held, at)


def _write(job: Job, kind: Kind, spent: Amount, held: Amount, at: datetime) -> None:
    Entry.objects.create(
        job=job,
        kind=kind,
        at=at,
        account_id=job.account_id,
        date=job.date,
        images=spent.images,
        held_images=held.images,
        spent_micro_usd=spent.micro_usd,
        held_micro_usd=held.micro_usd,
    )
