"""Admission: decide whether a key may make a call now, and reserve what it needs, in one transaction.

The order is fixed: key, expiry, disabled, the same call made before, pictures of the day, budget of the day, total
budget, calls at once. A refusal changes nothing. Transactions of one key run one after another: SQLite's are
IMMEDIATE, on PostgreSQL the row of the key is locked first. A quote (`dry_run=true`) is an admission that changes
nothing.
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
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.core.db.transactions import key_write_lock, serialized_write
from playground.gateway import authentication
from playground.gateway.call_log import CallLog
from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, ImageCall, KeyDay, StoredAnswer
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers.base import expected_seconds
from playground.gateway.responses.json_responses import images_json
from playground.gateway.services import idempotency, jobs, ledger
from playground.gateway.services.idempotency import IdempotentRequest, RepeatedCall, RepeatedJob, read_idempotency_key
from playground.gateway.services.jobs import JobRequest
from playground.gateway.services.ledger import LedgerAmount
from playground.imageapi.catalog import AUTO
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import (
    Estimate,
    SecondsRange,
    beijing_day,
    estimate_price,
    format_dollars,
    seconds_to_midnight,
)
from playground.imageapi.schemas import ImageRequest

# A slot is free after so long without a heartbeat of the process that works on the call.
LEASE_DURATION: Final = timedelta(seconds=30)
# Threads that stay free for pages however many calls are open.
THREADS_FOR_PAGES: Final = 100
_DRY_RUN: Final = "dry_run"
_DRY_RUN_VALUES: Final = {"true": True, "false": False}
# The stored answer of an idempotency key is sent again without a charge.
_REPEATED: Final = Estimate(0, 0), SecondsRange(0, 1)


@dataclass(frozen=True, slots=True)
class CallCost:
    """The reserve of a call. `id` is the request id, `micro_usd` the highest price that the call can get."""

    id: str
    endpoint: str
    size: str
    quality: str
    n: int
    micro_usd: int


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


def call_cost(image_request: ImageRequest, call_id: str) -> CallCost:
    """Compute the reserve of a request: its n pictures, at the highest price that they can get."""
    size, quality, n = image_request.size or "", image_request.quality or AUTO, image_request.n or 1
    return CallCost(call_id, image_request.endpoint, size, quality, n, estimate_price(size, quality, n).high)


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


def wants_quote(request: HttpRequest) -> bool:
    """Read `dry_run`. Raises ApiError for any other value: the caller does not expect to be charged."""
    value = request.GET.get(_DRY_RUN, "false")
    if value not in _DRY_RUN_VALUES:
        raise ApiError("invalid_request", f"{_DRY_RUN} must be true or false.", param=_DRY_RUN)
    return _DRY_RUN_VALUES[value]


def quote_response(api_key: ApiKey, parsed: ParsedRequest, request: HttpRequest, call_log: CallLog) -> HttpResponse:
    """Answer with the quote of a request, or raise the ApiError that the call would end with. Changes nothing."""
    image_request, now = parsed.image_request, timezone.now()
    price = estimate_price(parsed.requested_size, image_request.quality or AUTO, image_request.n or 1)
    seconds = expected_seconds(api_key, image_request)
    idempotent = read_idempotency_key(request, image_request)
    job_request = jobs.read_job_request(request, image_request, api_key)
    try:
        with key_write_lock(api_key.pk), serialized_write():
            # An admission that is rolled back never differs from a real one.
            _admit(api_key, call_cost(image_request, call_log.id), now, idempotent, job_request)
            transaction.set_rollback(True)
    except (RepeatedCall, RepeatedJob):
        price, seconds = _REPEATED
    # What the key had spent before the body came in may be old.
    api_key.refresh_from_db()
    images, micro_usd = _allowance(api_key, now)
    return images_json(
        {
            "object": "image.quote",
            "micro_usd": {"low": price.low, "high": price.high},
            "seconds": {"low": seconds.low, "high": seconds.high},
            "images_left_today": images,
            "micro_usd_left": micro_usd,
            "ignored": list(call_log.ignored),
        }
    )


def _allowance(api_key: ApiKey, now: datetime) -> tuple[int, int | None]:
    """Return the images and micro-dollars that a key may still use; None without a budget.

    What its running calls have reserved is deducted.
    """
    day = KeyDay.objects.filter(api_key=api_key, date=beijing_day(now)).first() or KeyDay()
    budgets = (
        (api_key.daily_micro_usd, day.spent_micro_usd + day.held_micro_usd),
        (api_key.total_micro_usd, api_key.spent_micro_usd + api_key.held_micro_usd),
    )
    left = [max(0, budget - used) for budget, used in budgets if budget is not None]
    return _images_left(api_key.daily_images, day.images, day.held_images), min(left, default=None)


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
