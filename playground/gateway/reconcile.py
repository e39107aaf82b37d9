"""The proof that the books agree: the ledger is the sum of the calls, and the counters are the sum of the ledger."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Count, F, Q, Sum

from playground.gateway.models import Account, Day, Entry, Job, Kind, State

_SUMS: Final = ("images", "held_images", "spent_micro_usd", "held_micro_usd")
# What each step has in the ledger.
_ENTRIES: Final = {
    State.ADMITTED: {Kind.HOLD},
    State.SENT: {Kind.HOLD},
    State.ANSWERED: {Kind.HOLD},
    State.CHARGED: {Kind.HOLD, Kind.CHARGE},
    State.DELIVERED: {Kind.HOLD, Kind.CHARGE},
    State.FAILED: {Kind.HOLD, Kind.RELEASE},
    State.VOID: {Kind.HOLD, Kind.CHARGE, Kind.VOID},
}


def differences() -> Iterator[str]:
    """A sentence for each row that differs; none when all agree. To be read within one transaction."""
    yield from _accounts()
    yield from _days()
    yield from _jobs()


def _accounts() -> Iterator[str]:
    names = ("spent_micro_usd", "held_micro_usd")
    rows = Account.objects.annotate(**{f"sum_{name}": Sum(f"entries__{name}", default=0) for name in names})
    wrong = rows.exclude(**{name: F(f"sum_{name}") for name in names})
    for account in wrong:
        yield f"account {account.prefix}: {_compared(account, names)}"


def _days() -> Iterator[str]:
    sums = [Sum(name) for name in _SUMS]
    rows = Entry.objects.order_by().values_list("account", "date").annotate(*sums)
    ledger = {(account, date): tuple(found) for account, date, *found in rows}
    for day in Day.objects.select_related("account"):
        found = ledger.pop((day.account_id, day.date), (0,) * len(_SUMS))
        vars(day).update({f"sum_{name}": value for name, value in zip(_SUMS, found, strict=True)})
        if any(getattr(day, name) != value for name, value in zip(_SUMS, found, strict=True)):
            yield f"day {day.date} of {day.account.prefix}: {_compared(day, _SUMS)}"
    for account, date in ledger:
        yield f"day {date} of account {account}: it has ledger rows and no counters"


def _jobs() -> Iterator[str]:
    counted = {kind: Count("entries", filter=Q(entries__kind=kind)) for kind in Kind}
    charges = {name: Sum(f"entries__{name}", default=0) for name in _SUMS}
    rows = Job.objects.annotate(**{f"has_{kind}": count for kind, count in counted.items()})
    for job in rows.annotate(**{f"sum_{name}": charge for name, charge in charges.items()}).iterator():
        found = vars(job)
        kinds = {kind for kind in Kind if found[f"has_{kind}"]}
        was_refused = job.state == State.FAILED and not kinds
        if not was_refused and kinds != _ENTRIES[State(job.state)]:
            yield f"call {job.id}: it is {job.state}, and the ledger has {', '.join(sorted(kinds)) or 'nothing'}"
        elif (job.images, job.micro_usd) != (found["sum_images"], found["sum_spent_micro_usd"]):
            ledger = f"{found['sum_images']} pictures and {found['sum_spent_micro_usd']} micro-dollars"
            yield f"call {job.id}: {job.images} pictures and {job.micro_usd} micro-dollars; the ledger has {ledger}"


def _compared(row: Any, names: tuple[str, ...]) -> str:
    said = (f"{name} is {getattr(row, name)}, the ledger has {getattr(row, f'sum_{name}')}" for name in names)
    return "; ".join(said)
