"""Admission: decide whether a key may make a call now, and reserve what it needs, in one transaction.

The order is fixed: key, expiry, disabled, the same call made before, pictures of the day, budget of the day, total
budget, calls at once. A refusal changes nothing. Transactions of one key run one after another: SQLite's are
IMMEDIATE, on PostgreSQL the row of the key is locked first.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from playground.core.db.transactions import key_write_lock, serialized_write
from playground.gateway import authentication
from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, ImageCall, KeyDay, StoredAnswer
from playground.gateway.services import idempotency, jobs, ledger
from playground.gateway.services.idempotency import IdempotentRequest
from playground.gateway.services.jobs import JobRequest
from playground.gateway.services.ledger import LedgerAmount
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import beijing_day, format_dollars, seconds_to_midnight

# A slot is free after so long without a heartbeat of the process that works on the call.
LEASE_DURATION: Final = timedelta(seconds=30)
# Threads that stay free for pages however many calls are open.
THREADS_FOR_PAGES: Final = 100


@dataclass(frozen=True, slots=True)
class CallCost:
    """The reserve of a call. `id` is the request id, `micro_usd` the highest price that the call can get."""

    id: str
    endpoint: str
    size: str
    quality: str
    n: int
    micro_usd: int


@dataclass(frozen=True, slots=True)
class KeyAllowance:
    """The pictures that a key has left today, and its micro-dollars; None without a budget."""

    images: int
    micro_usd: int | None


class OpenCallLimit:
    """Limits the calls that are open in this process; `limit` is read at every call."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self.count = 0

    @contextmanager
    def open_call(self) -> Iterator[None]:
        """Count a call as open. Raises ApiError `service_overloaded` at the limit."""
        with self._lock:
            if self.count >= self._limit():
                raise ApiError("service_overloaded", "Too many requests are open; try again later.")
            self.count += 1
        try:
            yield
        finally:
            with self._lock:
                self.count -= 1


def admit_call(
    api_key: ApiKey,
    cost: CallCost,
    now: datetime,
    idempotent: IdempotentRequest | None = None,
    job_request: JobRequest | None = None,
) -> tuple[ImageCall, StoredAnswer | None]:
    """Reserve pictures, money and a slot; return also pictures that were drawn for this call before.

    Raises ApiError with the code of the first limit that is reached, RepeatedCall for a delivered call, and
    RepeatedJob for a job.
    """
    with key_write_lock(api_key.pk), serialized_write():
        return _admit(api_key, cost, now, idempotent, job_request)


def check_call(
    api_key: ApiKey,
    cost: CallCost,
    now: datetime,
    idempotent: IdempotentRequest | None = None,
    job_request: JobRequest | None = None,
) -> None:
    """Raise what `admit_call` would raise, and change nothing."""
    with key_write_lock(api_key.pk), serialized_write():
        # An admission that is rolled back never differs from a real one.
        _admit(api_key, cost, now, idempotent, job_request)
        transaction.set_rollback(True)


def read_allowance(api_key: ApiKey, now: datetime) -> KeyAllowance:
    """Return what a key may still use, without what its running calls have reserved."""
    day = KeyDay.objects.filter(api_key=api_key, date=beijing_day(now)).first() or KeyDay()
    budgets = (
        (api_key.daily_micro_usd, day.spent_micro_usd + day.held_micro_usd),
        (api_key.total_micro_usd, api_key.spent_micro_usd + api_key.held_micro_usd),
    )
    left = [max(0, budget - used) for budget, used in budgets if budget is not None]
    images = _images_left(api_key.daily_images, day.images, day.held_images)
    return KeyAllowance(images, min(left, default=None))


def images_left(key_id: int, daily_images: int, now: datetime) -> int:
    """Return the images that a key may still request today, without those that its running calls have reserved."""
    day = KeyDay.objects.filter(api_key=key_id, date=beijing_day(now)).values_list("images", "held_images").first()
    return _images_left(daily_images, *(day or (0, 0)))


def _images_left(daily_images: int, images: int, held_images: int) -> int:
    # An operator may lower the limit below what was used already.
    return max(0, daily_images - images - held_images)


def _admit(
    api_key: ApiKey,
    cost: CallCost,
    now: datetime,
    idempotent: IdempotentRequest | None,
    job_request: JobRequest | None,
) -> tuple[ImageCall, StoredAnswer | None]:
    # Read again: the key may have been disabled while the body came in.
    api_key = ApiKey.objects.select_for_update().get(pk=api_key.pk)
    authentication.check_key(api_key, now)
    stored_answer = None
    if idempotent:
        stored_answer = idempotency.find_stored_answer(api_key, idempotent, now, is_job=job_request is not None)
    amount = LedgerAmount(cost.n, cost.micro_usd)
    _take_daily_quota(api_key, amount, now)
    _take_budget(api_key, amount, now)
    _check_slots(api_key, now)
    call = ImageCall.objects.create(
        id=cost.id,
        api_key=api_key,
        date=beijing_day(now),
        created_at=now,
        state=CallState.ADMITTED,
        endpoint=cost.endpoint,
        size=cost.size,
        quality=cost.quality,
        n=cost.n,
        leased_until=now + LEASE_DURATION,
    )
    ledger.record_hold(call, amount, now)
    if job_request is not None:
        jobs.create_job(call, job_request)
    if idempotent:
        idempotency.assign_key(api_key, idempotent, call, stored_answer, now)
    return call, stored_answer


def _take_daily_quota(api_key: ApiKey, amount: LedgerAmount, now: datetime) -> None:
    date = beijing_day(now)
    day = KeyDay.objects.filter(api_key=api_key, date=date)
    has_room = Q(images__lte=api_key.daily_images - amount.images - F("held_images"))
    is_within_budget = Q()
    if api_key.daily_micro_usd is not None:
        is_within_budget = Q(spent_micro_usd__lte=api_key.daily_micro_usd - amount.micro_usd - F("held_micro_usd"))
    reserve = {
        "held_images": F("held_images") + amount.images,
        "held_micro_usd": F("held_micro_usd") + amount.micro_usd,
    }
    # Check and reserve in one statement: two calls at the limit cannot both get the last picture.
    if day.filter(has_room, is_within_budget).update(**reserve):
        return
    # The first call of the day, or a limit.
    KeyDay.objects.bulk_create([KeyDay(api_key=api_key, date=date)], ignore_conflicts=True)
    if day.filter(has_room, is_within_budget).update(**reserve):
        return
    if day.filter(has_room).exists():
        if api_key.daily_micro_usd is not None and amount.micro_usd > api_key.daily_micro_usd:
            message = (
                f"This request can cost up to {format_dollars(amount.micro_usd)}, and this key's daily budget is "
                f"{format_dollars(api_key.daily_micro_usd)}, so it can never succeed with this key. "
                "You weren't charged."
            )
            raise ApiError("crs_daily_exhausted", message)
        raise ApiError("crs_daily_exhausted", retry_after=seconds_to_midnight(now))
    if amount.images > api_key.daily_images:
        message = (
            f"You requested {amount.images} images, and this key's daily quota is {api_key.daily_images}, so this "
            "request can never succeed with this key. You weren't charged."
        )
        raise ApiError("image_daily_limit", message, param="n")
    used = day.values_list("images", "held_images").get()
    message = (
        f"Daily image generation count limit reached: {sum(used)} of {api_key.daily_images} images are used or "
        f"in progress, and you requested {amount.images} more. The quota resets at 00:00 Beijing time."
    )
    raise ApiError("image_daily_limit", message, retry_after=seconds_to_midnight(now))


def _take_budget(api_key: ApiKey, amount: LedgerAmount, now: datetime) -> None:
    is_within_budget = Q()
    if api_key.total_micro_usd is not None:
        is_within_budget = Q(spent_micro_usd__lte=api_key.total_micro_usd - amount.micro_usd - F("held_micro_usd"))
    rows = ApiKey.objects.filter(is_within_budget, pk=api_key.pk)
    if not rows.update(held_micro_usd=F("held_micro_usd") + amount.micro_usd):
        raise ApiError("crs_total_exhausted")


def _check_slots(api_key: ApiKey, now: datetime) -> None:
    # A call whose lease ran out takes no slot: its process may be dead for half a minute before it is ended.
    running = ImageCall.objects.filter(api_key=api_key, state__in=ACTIVE_STATES, leased_until__gt=now)
    if running.count() >= api_key.concurrency:
        message = f"This key already has {api_key.concurrency} requests running, its concurrency limit."
        raise ApiError("concurrency_exhausted", message)


open_call_limit = OpenCallLimit(lambda: max(1, settings.WEB_THREADS - THREADS_FOR_PAGES))
