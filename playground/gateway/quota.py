"""Admission: whether a key may make this call now, decided and written down in one transaction.

The order is that of the product: key, expiry, disabled, (sizes and parameters were checked before,) the same call
made before, pictures of the day, budget of the day, total budget, calls at once. A refusal changes nothing.
Transactions of one key wait for each other: SQLite's are IMMEDIATE, elsewhere the account's row is locked first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from playground.gateway import idempotency, keys, ledger
from playground.gateway.idempotency import Once
from playground.gateway.ledger import Amount
from playground.gateway.models import WORKING, Account, Day, Job, Kept, State
from playground.gateway.writing import turn_of, writing
from playground.imageapi.beijing import day_of, seconds_left
from playground.imageapi.errors import ApiError
from playground.imageapi.prices import dollars

# How long a slot stays taken when the process that works on the call says nothing more.
LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call needs: its request id, what is asked for, and the dearest it can become in micro-dollars."""

    id: str
    endpoint: str
    size: str
    quality: str
    n: int
    micro_usd: int


def admit(account: Account, wanted: Wanted, at: datetime, once: Once | None = None) -> tuple[Job, Kept | None]:
    """Reserve pictures, money and a slot; with `once` also pictures that were drawn for this call before.

    Raises ApiError with the code of the first limit that is reached, and Replay for a call that was made before.
    """
    with turn_of(account.pk), writing():
        # As it is now: it may have been disabled while the body came in.
        account = Account.objects.select_for_update().get(pk=account.pk)
        keys.check(account, at)
        kept = idempotency.find(account, once, at) if once else None
        amount = Amount(wanted.n, wanted.micro_usd)
        _take_from_day(account, amount, at)
        _take_from_total(account, amount, at)
        _check_slots(account, at)
        job = Job.objects.create(
            id=wanted.id,
            account=account,
            date=day_of(at),
            created_at=at,
            state=State.ADMITTED,
            endpoint=wanted.endpoint,
            size=wanted.size,
            quality=wanted.quality,
            n=wanted.n,
            leased_until=at + LEASE,
        )
        ledger.hold(job, amount, at)
        if once:
            idempotency.remember(account, once, job, kept, at)
        return job, kept


def _take_from_day(account: Account, amount: Amount, at: datetime) -> None:
    date = day_of(at)
    day = Day.objects.filter(account=account, date=date)
    has_room = Q(images__lte=account.daily_images - amount.images - F("held_images"))
    within = Q()
    if account.daily_micro_usd is not None:
        within = Q(spent_micro_usd__lte=account.daily_micro_usd - amount.micro_usd - F("held_micro_usd"))
    taken = {
        "held_images": F("held_images") + amount.images,
        "held_micro_usd": F("held_micro_usd") + amount.micro_usd,
    }
    if day.filter(has_room, within).update(**taken):
        return
    # The first call of the day, or a limit.
    Day.objects.bulk_create([Day(account=account, date=date)], ignore_conflicts=True)
    if day.filter(has_room, within).update(**taken):
        return
    if day.filter(has_room).exists():
        if account.daily_micro_usd is not None and amount.micro_usd > account.daily_micro_usd:
            message = (
                f"This call can cost up to {dollars(amount.micro_usd)}, and this key may spend "
                f"{dollars(account.daily_micro_usd)} a day: it can never be made with this key. Nothing was charged."
            )
            raise ApiError("crs_daily_exhausted", message)
        raise ApiError("crs_daily_exhausted", retry_after=seconds_left(at))
    if amount.images > account.daily_images:
        message = (
            f"{amount.images} pictures were asked for, and this key may make {account.daily_images} a day: this call "
            "can never be made with this key. Nothing was charged."
        )
        raise ApiError("image_daily_limit", message, param="n")
    used = day.values_list("images", "held_images").get()
    message = (
        f"Daily image generation count limit reached: {sum(used)} of {account.daily_images} pictures are used or "
        f"being made, and {amount.images} more were asked for. The count starts anew at 00:00 Beijing time."
    )
    raise ApiError("image_daily_limit", message, retry_after=seconds_left(at))


def _take_from_total(account: Account, amount: Amount, at: datetime) -> None:
    within = Q()
    if account.total_micro_usd is not None:
        within = Q(spent_micro_usd__lte=account.total_micro_usd - amount.micro_usd - F("held_micro_usd"))
    mine = Account.objects.filter(within, pk=account.pk)
    if not mine.update(held_micro_usd=F("held_micro_usd") + amount.micro_usd):
        raise ApiError("crs_total_exhausted")


def _check_slots(account: Account, at: datetime) -> None:
    working = Job.objects.filter(account=account, state__in=WORKING, leased_until__gt=at)
    if working.count() >= account.concurrency:
        message = f"This key already makes {account.concurrency} calls at once, as many as it may."
        raise ApiError("concurrency_exhausted", message)
