"""The ledger: steps of a call, and the movements of pictures and money that belong to them.

Steps: admitted, sent, answered, charged, delivered. A call can fail before the charge, and be voided after it.
Each movement is a row, and the counters that are sums of rows change in the same transaction. Rows are locked in one
order everywhere: call, key, day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, F, Q, Sum, Value, When

from playground.core.db.transactions import serialized_write
from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, ImageCall, KeyDay, LedgerEntry, LedgerKind
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.pricing import beijing_day

# The code of a call that was cancelled by its client. An active call has it until its work has stopped.
CANCELLED: Final = "cancelled"
_SUMS: Final = ("images", "held_images", "spent_micro_usd", "held_micro_usd")
# Kinds of entries that the ledger must hold for a call in each state.
_ENTRIES: Final = {
    CallState.ADMITTED: {LedgerKind.HOLD},
    CallState.SENT: {LedgerKind.HOLD},
    CallState.ANSWERED: {LedgerKind.HOLD},
    CallState.CHARGED: {LedgerKind.HOLD, LedgerKind.CHARGE},
    CallState.DELIVERED: {LedgerKind.HOLD, LedgerKind.CHARGE},
    CallState.FAILED: {LedgerKind.HOLD, LedgerKind.RELEASE},
    CallState.VOID: {LedgerKind.HOLD, LedgerKind.CHARGE, LedgerKind.VOID},
}


class LeaseLostError(ApiError):
    """Another process considered this one dead and ended the call."""

    def __init__(self) -> None:
        super().__init__("server_error")


@dataclass(frozen=True, slots=True)
class LedgerAmount:
    """Pictures and their price in micro-dollars."""

    images: int = 0
    micro_usd: int = 0

    def __neg__(self) -> "LedgerAmount":
        return LedgerAmount(-self.images, -self.micro_usd)


def record_hold(call: ImageCall, amount: LedgerAmount, now: datetime) -> None:
    """Write the entry of a hold. Admission has changed the counters, in the same transaction."""
    _write_entry(call, LedgerKind.HOLD, LedgerAmount(), amount, now)


def record_refusal(api_key: ApiKey, call: ImageCall, now: datetime) -> None:
    """Save a call that was refused before its admission; it moves nothing."""
    call.api_key, call.date, call.created_at = api_key, beijing_day(now), call.created_at or now
    call.state, call.ended_at = CallState.FAILED, now
    with serialized_write():
        call.save(force_insert=True)


def advance_call(call: ImageCall, before: CallState, after: CallState) -> None:
    """Take a step that moves no money. Raises LeaseLostError."""
    with serialized_write():
        # The state in the condition lets each step happen once, also while another process ends the call.
        if not ImageCall.objects.filter(pk=call.pk, state=before).update(state=after):
            raise LeaseLostError


def charge_call(
    call: ImageCall, amount: LedgerAmount, quality: str, now: datetime, *, is_delivered: bool = False
) -> None:
    """Turn the hold into a charge for pictures that are delivered next, and free the slot. Raises LeaseLostError.

    With `is_delivered` the call ends: nothing is sent that could fail.
    """
    values = {"status": 200, "images": amount.images, "micro_usd": amount.micro_usd, "quality": quality}
    after = {"state": CallState.DELIVERED, "leased_until": None} if is_delivered else {"state": CallState.CHARGED}
    with serialized_write():
        answered = ImageCall.objects.filter(pk=call.pk, state=CallState.ANSWERED).exclude(code=CANCELLED)
        if not answered.update(ended_at=now, **values, **after):
            raise LeaseLostError
        _apply_entry(call, LedgerKind.CHARGE, amount, -_held_amount(call), now)


def deliver_call(call: ImageCall) -> None:
    """Mark a charged call as delivered to its last byte."""
    with serialized_write():
        charged = ImageCall.objects.filter(pk=call.pk, state=CallState.CHARGED)
        charged.update(state=CallState.DELIVERED, leased_until=None)


def cancel_call(call: ImageCall, now: datetime) -> CallState | None:
    """Rule out a charge; end the call if it was not sent. Return its state before, None when it had ended.

    The slot of a call that was sent stays taken until the work on it has stopped.
    """
    with serialized_write():
        active = ImageCall.objects.select_for_update().filter(pk=call.pk, state__in=ACTIVE_STATES)
        state = active.values_list("state", flat=True).first()
        if state is None:
            return None
        ImageCall.objects.filter(pk=call.pk).update(code=CANCELLED)
        if state == CallState.ADMITTED:
            end_call(call, ERRORS["client_gone"].status, CANCELLED, now)
        return CallState(state)


def end_call(call: ImageCall, status: int, code: str, now: datetime, *, dead_since: datetime | None = None) -> bool:
    """End a call that was not delivered, and take its hold or charge back. False when it had ended already.

    With `dead_since`, end it only when its lease ran out before that time.
    """
    # A cancelled call stays cancelled, however its work stops.
    outcome = {"status": (ERRORS["client_gone"].status, status), "code": (CANCELLED, code)}
    values: dict[str, Any] = {
        name: Case(When(code=CANCELLED, then=Value(cancelled)), default=Value(value))
        for name, (cancelled, value) in outcome.items()
    }
    values |= {"images": 0, "micro_usd": 0, "leased_until": None}
    with serialized_write():
        rows = ImageCall.objects.filter(pk=call.pk)
        if dead_since is not None:
            rows = rows.filter(leased_until__lt=dead_since)
        # The conditions make ending safe to repeat: of two processes only one changes the row.
        if rows.filter(state__in=ACTIVE_STATES).update(state=CallState.FAILED, ended_at=now, **values):
            _apply_entry(call, LedgerKind.RELEASE, LedgerAmount(), -_held_amount(call), now)
        elif rows.filter(state=CallState.CHARGED).update(state=CallState.VOID, **values):
            charge = LedgerEntry.objects.get(call=call, kind=LedgerKind.CHARGE)
            spent = LedgerAmount(charge.images, charge.spent_micro_usd)
            _apply_entry(call, LedgerKind.VOID, -spent, LedgerAmount(), now)
        else:
            return False
    return True


def find_differences() -> Iterator[str]:
    """Yield a sentence for each row that disagrees with the ledger. Call it within one transaction."""
    yield from _key_differences()
    yield from _day_differences()
    yield from _call_differences()


def _held_amount(call: ImageCall) -> LedgerAmount:
    hold = LedgerEntry.objects.get(call=call, kind=LedgerKind.HOLD)
    return LedgerAmount(hold.held_images, hold.held_micro_usd)


def _apply_entry(call: ImageCall, kind: LedgerKind, spent: LedgerAmount, held: LedgerAmount, now: datetime) -> None:
    ApiKey.objects.filter(pk=call.api_key_id).update(
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd, held_micro_usd=F("held_micro_usd") + held.micro_usd
    )
    KeyDay.objects.filter(api_key=call.api_key_id, date=call.date).update(
        images=F("images") + spent.images,
        held_images=F("held_images") + held.images,
        spent_micro_usd=F("spent_micro_usd") + spent.micro_usd,
        held_micro_usd=F("held_micro_usd") + held.micro_usd,
    )
    _write_entry(call, kind, spent, held, now)


def _write_entry(call: ImageCall, kind: LedgerKind, spent: LedgerAmount, held: LedgerAmount, now: datetime) -> None:
    LedgerEntry.objects.create(
        call=call,
        kind=kind,
        created_at=now,
        api_key_id=call.api_key_id,
        date=call.date,
        images=spent.images,
        held_images=held.images,
        spent_micro_usd=spent.micro_usd,
        held_micro_usd=held.micro_usd,
    )


def _key_differences() -> Iterator[str]:
    names = ("spent_micro_usd", "held_micro_usd")
    rows = ApiKey.objects.annotate(**{f"sum_{name}": Sum(f"entries__{name}", default=0) for name in names})
    for api_key in rows.exclude(**{name: F(f"sum_{name}") for name in names}):
        yield f"account {api_key.prefix}: {_compare(api_key, names)}"


def _day_differences() -> Iterator[str]:
    sums = [Sum(name) for name in _SUMS]
    rows = LedgerEntry.objects.order_by().values_list("api_key", "date").annotate(*sums)
    ledger = {(key_id, date): tuple(values) for key_id, date, *values in rows}
    for day in KeyDay.objects.select_related("api_key"):
        values = ledger.pop((day.api_key_id, day.date), (0,) * len(_SUMS))
        vars(day).update({f"sum_{name}": value for name, value in zip(_SUMS, values, strict=True)})
        if any(getattr(day, name) != value for name, value in zip(_SUMS, values, strict=True)):
            yield f"day {day.date} of {day.api_key.prefix}: {_compare(day, _SUMS)}"
    for key_id, date in ledger:
        yield f"day {date} of account {key_id}: it has ledger rows and no counters"


def _call_differences() -> Iterator[str]:
    counted = {kind: Count("entries", filter=Q(entries__kind=kind)) for kind in LedgerKind}
    sums = {f"sum_{name}": Sum(f"entries__{name}", default=0) for name in _SUMS}
    rows = ImageCall.objects.annotate(**{f"has_{kind}": count for kind, count in counted.items()})
    for call in rows.annotate(**sums).iterator():
        values = vars(call)
        kinds = {kind for kind in LedgerKind if values[f"has_{kind}"]}
        was_refused = call.state == CallState.FAILED and not kinds
        if not was_refused and kinds != _ENTRIES[CallState(call.state)]:
            ledger = ", ".join(sorted(kinds)) or "nothing"
            yield f"request {call.id}: its state is {call.state}, but the ledger has {ledger}"
        elif (call.images, call.micro_usd) != (values["sum_images"], values["sum_spent_micro_usd"]):
            row = f"{call.images} images and {call.micro_usd} micro-dollars"
            ledger = f"{values['sum_images']} images and {values['sum_spent_micro_usd']} micro-dollars"
            yield f"request {call.id}: {row}; the ledger has {ledger}"


def _compare(row: Any, names: tuple[str, ...]) -> str:
    parts = (f"{name} is {getattr(row, name)}, the ledger has {getattr(row, f'sum_{name}')}" for name in names)
    return "; ".join(parts)
