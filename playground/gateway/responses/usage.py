"""`GET v1/usage`: totals of the key by Beijing day, and its calls in pages, newest first."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from playground.core.csv import csv_blocks
from playground.gateway.models import ACTIVE_STATES, ApiKey, ImageCall, KeyDay
from playground.gateway.responses.json_responses import images_json
from playground.gateway.services.leases import REFUSED_CALL_DAYS
from playground.imageapi.client.small_requests import USAGE_COLUMNS
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import beijing_day, end_of_beijing_day

DEFAULT_DAYS: Final = 30
PAGE_CALLS: Final = 100
_FORMATS: Final = ("json", "csv")
# A page begins after the call of this number.
PAGE_PATTERN: Final = "[0-9]{1,18}"
_PAGE: Final = re.compile(PAGE_PATTERN, re.ASCII)


def usage_response(api_key: ApiKey, query: QueryDict, now: datetime) -> HttpResponseBase:
    """Answer the parameters `days`, `after` and `format`. Raises ApiError that names a wrong one."""
    days = _read_days(query.get("days", str(DEFAULT_DAYS)))
    output_format = query.get("format", "json")
    if output_format not in _FORMATS:
        raise ApiError("invalid_request", f"format must be one of: {', '.join(_FORMATS)}.", param="format")
    today = beijing_day(now)
    first = today - timedelta(days=days - 1)
    ended_calls = ImageCall.objects.filter(api_key=api_key, date__gte=first, ended_at__isnull=False)
    calls = _read_after(ended_calls.select_related("job").order_by("-number"), query.get("after"))
    if output_format == "csv":
        return _csv_response(calls)
    # One call more than a page tells whether there is a next one.
    page = list(calls[: PAGE_CALLS + 1])
    days_used = {day.date: day for day in KeyDay.objects.filter(api_key=api_key, date__gte=first)}
    unused = KeyDay()
    dates = [first + timedelta(days=number) for number in range(days)]
    return images_json(
        {
            "object": "usage",
            "today": {
                "images": days_used.get(today, unused).images,
                "limit": api_key.daily_images,
                "resets_at": end_of_beijing_day(today).isoformat(),
            },
            "account": _key_json(api_key, now),
            "days": [_day_json(date.isoformat(), days_used.get(date, unused)) for date in dates],
            "calls": [describe_call(call) for call in page[:PAGE_CALLS]],
            "next": str(page[PAGE_CALLS - 1].number) if len(page) > PAGE_CALLS else None,
        }
    )


def describe_call(call: ImageCall) -> dict[str, Any]:
    """Describe a call; `created` is Unix time in seconds, `n` is null when the request was refused unread.

    Only the call of a job that is still kept has `job`.
    """
    ended_at = call.ended_at or call.created_at
    return {
        "id": call.id,
        "created": int(call.created_at.timestamp()),
        "endpoint": call.endpoint,
        "size": call.size,
        "quality": call.quality,
        "n": call.n,
        "images": call.images,
        "status": call.status,
        "code": call.code,
        "seconds": round(max(0.0, (ended_at - call.created_at).total_seconds()), 3),
        "micro_usd": call.micro_usd,
        **({"job": call.job.pk} if hasattr(call, "job") else {}),
    }


def _day_json(date: str, day: KeyDay) -> dict[str, Any]:
    return {"date": date, "images": day.images, "micro_usd": day.spent_micro_usd}


def _key_json(api_key: ApiKey, now: datetime) -> dict[str, int | None]:
    """Describe a key: its total, its budgets (null: no limit), its running calls and their limit."""
    running = ImageCall.objects.filter(api_key=api_key, state__in=ACTIVE_STATES, leased_until__gt=now).count()
    return {
        "spent_micro_usd": api_key.spent_micro_usd,
        "daily_micro_usd": api_key.daily_micro_usd,
        "total_micro_usd": api_key.total_micro_usd,
        "running": running,
        "concurrency": api_key.concurrency,
    }


def _read_days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= REFUSED_CALL_DAYS):
        raise ApiError("invalid_request", f"days must be an integer between 1 and {REFUSED_CALL_DAYS}.", param="days")
    return int(text)


def _read_after(calls: QuerySet[ImageCall], token: str | None) -> QuerySet[ImageCall]:
    if token is None:
        return calls
    if not _PAGE.fullmatch(token):
        raise ApiError("invalid_request", "after must be the value of next in an earlier response.", param="after")
    return calls.filter(number__lt=int(token))


def _csv_response(calls: QuerySet[ImageCall]) -> HttpResponseBase:
    # Read in pieces, so that memory does not grow with the calls of a key.
    rows = (describe_call(call) for call in calls.iterator(chunk_size=1000))
    response = StreamingHttpResponse(csv_blocks(USAGE_COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
    return response
