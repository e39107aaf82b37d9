"""`dry_run=true`: what a call would cost, how long it would take, and what the key has left, without making it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.gateway.call_log import CallLog
from playground.gateway.models import ApiKey
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers import base
from playground.gateway.responses.image_response import images_json
from playground.gateway.services import jobs, quota
from playground.gateway.services.call_billing import call_cost
from playground.gateway.services.idempotency import RepeatedCall, RepeatedJob, read_idempotency_key
from playground.imageapi.catalog import AUTO
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import Estimate, SecondsRange, estimate_price

PARAMETER: Final = "dry_run"
_VALUES: Final = {"true": True, "false": False}
# The stored answer of an idempotency key is sent again without a charge.
_REPEATED: Final = Estimate(0, 0), SecondsRange(0, 1)


def wants_quote(request: HttpRequest) -> bool:
    """Read `dry_run`. Raises ApiError for any other value: the caller does not expect to be charged."""
    value = request.GET.get(PARAMETER, "false")
    if value not in _VALUES:
        raise ApiError("invalid_request", f"{PARAMETER} must be true or false.", param=PARAMETER)
    return _VALUES[value]


def quote_response(api_key: ApiKey, parsed: ParsedRequest, request: HttpRequest, call_log: CallLog) -> HttpResponse:
    """Answer with the quote of a request, or raise the ApiError that the call would end with. Changes nothing."""
    image_request, now = parsed.image_request, timezone.now()
    price = estimate_price(parsed.requested_size, image_request.quality or AUTO, image_request.n or 1)
    seconds = base.expected_seconds(api_key, image_request)
    idempotent = read_idempotency_key(request, image_request)
    job_request = jobs.read_job_request(request, image_request, api_key)
    try:
        quota.check_call(api_key, call_cost(image_request, call_log.id), now, idempotent, job_request)
    except (RepeatedCall, RepeatedJob):
        price, seconds = _REPEATED
    # What the key had spent before the body came in may be old.
    api_key.refresh_from_db()
    left = quota.read_allowance(api_key, now)
    return images_json(
        {
            "object": "image.quote",
            "micro_usd": {"low": price.low, "high": price.high},
            "seconds": {"low": seconds.low, "high": seconds.high},
            "images_left_today": left.images,
            "micro_usd_left": left.micro_usd,
            "ignored": list(call_log.ignored),
        }
    )
