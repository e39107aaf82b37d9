"""Admission: whether a key may make this call now, decided and written down in one transaction.

The order is that of the product: key, expiry, disabled, (sizes and parameters were checked before,) the same call
made before, pictures of the day, budget of the day, total budget, calls at once. A refusal changes nothing.
Transactions of one key wait for each other: SQLite's are IMMEDIATE, elsewhere the account's row is locked first.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q

from playground.core.db.locks import serialized_write, write_lock_for
from playground.gateway import authentication
from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, ImageCall, KeyDay, StoredAnswer
from playground.gateway.services import idempotency, ledger
from playground.gateway.services.idempotency import IdempotentRequest
from playground.gateway.services.ledger import LedgerAmount
from playground.imageapi.billing_day import beijing_day, seconds_to_midnight
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import format_dollars

# How long a slot stays taken when the process that works on the call says nothing more.
LEASE_DURATION: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class CallCost:
    """What a call needs: its request id, what is asked for, and the dearest it can become in micro-dollars."""

    id: str
    endpoint: str
    size: str
    quality: str
    n: int
    micro_usd: int


def admit_call(
    account: ApiKey, wanted: CallCost, at: datetime, once: IdempotentRequest | None = None
) -> tuple[ImageCall, StoredAnswer | None]:
    """Reserve pictures, money and a slot; with `once` also pictures that were drawn for this call before.

    Raises ApiError with the code of the first limit that is reached, and Replay for a call that was made before.
    """
    with write_lock_for(account.pk), serialized_write():
        # As it is now: it may have been disabled while the body came in.
        account = ApiKey.objects.select_for_update().get(pk=account.pk)
        authentication.check_key(account, at)
        kept = idempotency.find_stored_answer(account, once, at) if once else None
        amount = LedgerAmount(wanted.n, wanted.micro_usd)
        _take_daily_quota(account, amount, at)
        _take_budget(account, amount, at)
        _check_slots(account, at)
        job = ImageCall.objects.create(
            id=wanted.id,
            account=account,
            date=beijing_day(at),
            created_at=at,
            state=CallState.ADMITTED,
            endpoint=wanted.endpoint,
            size=wanted.size,
            quality=wanted.quality,
            n=wanted.n,
            leased_until=at + LEASE_DURATION,
        )
        ledger.hold_amount(job, amount, at)
        if once:
            idempotency.remember_answer(account, once, job, kept, at)
        return job, kept


def _take_daily_quota(account: ApiKey, amount: LedgerAmount, at: datetime) -> None:
    date = beijing_day(at)
    day = KeyDay.objects.filter(account=account, date=date)
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
    KeyDay.objects.bulk_create([KeyDay(account=account, date=date)], ignore_conflicts=True)
    if day.filter(has_room, within).update(**taken):
        return
    if day.filter(has_room).exists():
        if account.daily_micro_usd is not None and amount.micro_usd > account.daily_micro_usd:
            message = (
                f"This call can cost up to {format_dollars(amount.micro_usd)}, and this key may spend "
                f"{format_dollars(account.daily_micro_usd)} a day: it can never be made with this key. "
                "Nothing was charged."
            )
            raise ApiError("crs_daily_exhausted", message)
        raise ApiError("crs_daily_exhausted", retry_after=seconds_to_midnight(at))
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
    raise ApiError("image_daily_limit", message, retry_after=seconds_to_midnight(at))


def _take_budget(account: ApiKey, amount: LedgerAmount, at: datetime) -> None:
    within = Q()
    if account.total_micro_usd is not None:
        within = Q(spent_micro_usd__lte=account.total_micro_usd - amount.micro_usd - F("held_micro_usd"))
    mine = ApiKey.objects.filter(within, pk=account.pk)
    if not mine.update(held_micro_usd=F("held_micro_usd") + amount.micro_usd):
        raise ApiError("crs_total_exhausted")


def _check_slots(account: ApiKey, at: datetime) -> None:
    working = ImageCall.objects.filter(account=account, state__in=ACTIVE_STATES, leased_until__gt=at)
    if working.count() >= account.concurrency:
        message = f"This key already makes {account.concurrency} calls at once, as many as it may."
        raise ApiError("concurrency_exhausted", message)


# Threads that stay free for pages however many calls are open.
THREADS_FOR_PAGES = 100


class CallSlots:
    """A number of places, one for each open call. `limit` is asked at every call."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place. Raises ApiError `service_overloaded` when all are taken."""
        with self._lock:
            if self.taken >= self._limit():
                raise ApiError("service_overloaded", "Too many calls are open; try again later.")
            self.taken += 1
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1


places = CallSlots(lambda: max(1, settings.WEB_THREADS - THREADS_FOR_PAGES))
