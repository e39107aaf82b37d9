"""Movements of pictures and money: a row for each, and in the same transaction the counters that are their sums.

Every function is called within a transaction. Rows are locked in one order everywhere: call, account, day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Q, Sum

from playground.gateway.models import ApiKey, CallState, ImageCall, KeyDay, LedgerEntry, LedgerKind


@dataclass(frozen=True, slots=True)
class LedgerAmount:
    """Pictures and what they cost in micro-dollars."""

    images: int = 0
    micro_usd: int = 0

    def __neg__(self) -> "LedgerAmount":
        return LedgerAmount(-self.images, -self.micro_usd)


def hold_amount(job: ImageCall, amount: LedgerAmount, at: datetime) -> None:
    """Write down what admission took from the counters for a call."""
    _write_entry(job, LedgerKind.HOLD, LedgerAmount(), amount, at)


def charge_amount(job: ImageCall, amount: LedgerAmount, at: datetime) -> None:
    """Turn the hold of a call into a charge."""
    _apply_entry(job, LedgerKind.CHARGE, amount, -_held_amount(job), at)


def release_hold(job: ImageCall, at: datetime) -> None:
    """End the hold of a call without a charge."""
    _apply_entry(job, LedgerKind.RELEASE, LedgerAmount(), -_held_amount(job), at)


def void_charge(job: ImageCall, at: datetime) -> None:
    """Take a charge back."""
    charged = LedgerEntry.objects.get(job=job, kind=LedgerKind.CHARGE)
    _apply_entry(job, LedgerKind.VOID, -LedgerAmount(charged.images, charged.spent_micro_usd), LedgerAmount(), at)


def _held_amount(job: ImageCall) -> LedgerAmount:
    entry = LedgerEntry.objects.get(job=job, kind=LedgerKind.HOLD)
    return LedgerAmount(entry.held_images, entry.held_micro_usd)


def _apply_entry(job: ImageCall, kind: LedgerKind, spent: LedgerAmount, held: LedgerAmount, at: datetime) -> None:
    ApiKey.objects.filter(pk=job.account_id).update(
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd, held_micro_usd=F("held_micro_usd") + held.micro_usd
    )
    KeyDay.objects.filter(account=job.account_id, date=job.date).update(
        images=F("images") + spent.images,
        held_images=F("held_images") + held.images,
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd,
        held_micro_usd=F("held_micro_usd") + held.micro_usd,
    )
    _write_entry(job, kind, spent, held, at)


def _write_entry(job: ImageCall, kind: LedgerKind, spent: LedgerAmount, held: LedgerAmount, at: datetime) -> None:
    LedgerEntry.objects.create(
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


_SUMS: Final = ("images", "held_images", "spent_micro_usd", "held_micro_usd")
# What each step has in the ledger.
_ENTRIES: Final = {
    CallState.ADMITTED: {LedgerKind.HOLD},
    CallState.SENT: {LedgerKind.HOLD},
    CallState.ANSWERED: {LedgerKind.HOLD},
    CallState.CHARGED: {LedgerKind.HOLD, LedgerKind.CHARGE},
    CallState.DELIVERED: {LedgerKind.HOLD, LedgerKind.CHARGE},
    CallState.FAILED: {LedgerKind.HOLD, LedgerKind.RELEASE},
    CallState.VOID: {LedgerKind.HOLD, LedgerKind.CHARGE, LedgerKind.VOID},
}


def find_differences() -> Iterator[str]:
    """A sentence for each row that differs; none when all agree. To be read within one transaction."""
    yield from _key_differences()
    yield from _day_differences()
    yield from _call_differences()


def _key_differences() -> Iterator[str]:
    names = ("spent_micro_usd", "held_micro_usd")
    rows = ApiKey.objects.annotate(**{f"sum_{name}": Sum(f"entries__{name}", default=0) for name in names})
    wrong = rows.exclude(**{name: F(f"sum_{name}") for name in names})
    for account in wrong:
        yield f"account {account.prefix}: {_compare(account, names)}"


def _day_differences() -> Iterator[str]:
    sums = [Sum(name) for name in _SUMS]
    rows = LedgerEntry.objects.order_by().values_list("account", "date").annotate(*sums)
    ledger = {(account, date): tuple(found) for account, date, *found in rows}
    for day in KeyDay.objects.select_related("account"):
        found = ledger.pop((day.account_id, day.date), (0,) * len(_SUMS))
        vars(day).update({f"sum_{name}": value for name, value in zip(_SUMS, found, strict=True)})
        if any(getattr(day, name) != value for name, value in zip(_SUMS, found, strict=True)):
            yield f"day {day.date} of {day.account.prefix}: {_compare(day, _SUMS)}"
    for account, date in ledger:
        yield f"day {date} of account {account}: it has ledger rows and no counters"


def _call_differences() -> Iterator[str]:
    counted = {kind: Count("entries", filter=Q(entries__kind=kind)) for kind in LedgerKind}
    charges = {name: Sum(f"entries__{name}", default=0) for name in _SUMS}
    rows = ImageCall.objects.annotate(**{f"has_{kind}": count for kind, count in counted.items()})
    for job in rows.annotate(**{f"sum_{name}": charge for name, charge in charges.items()}).iterator():
        found = vars(job)
        kinds = {kind for kind in LedgerKind if found[f"has_{kind}"]}
        was_refused = job.state == CallState.FAILED and not kinds
        if not was_refused and kinds != _ENTRIES[CallState(job.state)]:
            yield f"call {job.id}: it is {job.state}, and the ledger has {', '.join(sorted(kinds)) or 'nothing'}"
        elif (job.images, job.micro_usd) != (found["sum_images"], found["sum_spent_micro_usd"]):
            ledger = f"{found['sum_images']} pictures and {found['sum_spent_micro_usd']} micro-dollars"
            yield f"call {job.id}: {job.images} pictures and {job.micro_usd} micro-dollars; the ledger has {ledger}"


def _compare(row: Any, names: tuple[str, ...]) -> str:
    said = (f"{name} is {getattr(row, name)}, the ledger has {getattr(row, f'sum_{name}')}" for name in names)
    return "; ".join(said)
