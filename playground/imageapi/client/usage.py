"""Ask an image API for the usage of a key (`GET v1/usage`), and check each field of its response."""

import contextlib
import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

import requests

from playground.imageapi.catalog import MIB
from playground.imageapi.client.exchange import exchange
from playground.imageapi.client.request import BearerAuth
from playground.imageapi.client.response import whole_number
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.providers import ImageApi
from playground.imageapi.untrusted_text import header_value

USAGE_TIMEOUT_SECONDS: Final = 10.0
MAX_USAGE_PAGES: Final = 50
# The fields of a call in their order, in JSON and in CSV.
USAGE_COLUMNS: Final = (
    "id", "created", "endpoint", "size", "quality", "n", "images", "status", "code", "seconds", "micro_usd",
)  # fmt: skip
# A page of a hundred calls is about 25 KB.
_MAX_USAGE_BYTES: Final = MIB
_MAX_DAYS: Final = 366
_MAX_CALLS: Final = 1000
_MAX_SECONDS: Final = 1_000_000
# The start of the year 10000, which `datetime` does not know.
_END_OF_TIME: Final = 253_402_214_400
_TEXTS: Final = ("id", "endpoint", "size", "quality", "code")
_NUMBERS: Final = ("images", "micro_usd")
_BUDGETS: Final = ("daily_micro_usd", "total_micro_usd")


def read_usage(api: ImageApi, key: str, *, days: int, listed: Collection[str]) -> dict[str, Any]:
    """Return the usage with the calls of all its pages, at most MAX_USAGE_PAGES. Raises ApiError."""
    usage = _get_page(api, key, {"days": str(days)}, listed)
    page = usage
    for _page in range(MAX_USAGE_PAGES - 1):
        if not page.get("next"):
            break
        page = _get_page(api, key, {"days": str(days), "after": str(page["next"])}, listed)
        usage["calls"] += page["calls"]
    return usage


def parse_usage(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the usage in `body`, with each field of its type and safe to show. Raises ValueError."""
    try:
        return {
            "today": _parse_today(body["today"]),
            "days": [_parse_day(day) for day in body["days"][:_MAX_DAYS]],
            "calls": [_parse_call(call) for call in body["calls"][:_MAX_CALLS]],
            "next": header_value(str(body.get("next") or "")) or None,
            "account": _parse_account(body["account"]) if isinstance(body.get("account"), Mapping) else {},
        }
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError("this is no usage") from None


def _get_page(api: ImageApi, key: str, query: dict[str, str], listed: Collection[str]) -> dict[str, Any]:
    request = requests.Request(
        "GET",
        f"{api.base_url}/usage",
        params=query,
        headers={"Accept": "application/json", "Connection": "close"},
        auth=BearerAuth(key),
    )
    response = exchange(request, listed=listed, seconds=USAGE_TIMEOUT_SECONDS, max_bytes=_MAX_USAGE_BYTES)
    status, body = response.status, _parse_object(response.body)
    if status == 200:
        with contextlib.suppress(ValueError):
            return parse_usage(body)
    error = body.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    raise ApiError(code if code in ERRORS else "garbled_response" if status else "network_unreachable")


def _parse_object(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _parse_today(today: Mapping[str, Any]) -> dict[str, Any]:
    resets_at = datetime.fromisoformat(today["resets_at"])
    if resets_at.tzinfo is None:
        raise ValueError("a time without a zone")
    return {
        "images": whole_number(today["images"]),
        "limit": _number_or_none(today.get("limit")),
        "resets_at": resets_at.isoformat(),
    }


def _parse_day(day: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "date": date.fromisoformat(day["date"]).isoformat(),
        "images": whole_number(day["images"]),
        "micro_usd": whole_number(day["micro_usd"]),
    }


def _parse_call(call: Mapping[str, Any]) -> dict[str, Any]:
    created = whole_number(call.get("created"))
    return {
        **{name: header_value(str(call.get(name) or "")) for name in _TEXTS},
        **{name: whole_number(call.get(name)) for name in _NUMBERS},
        **{name: _number_or_none(call.get(name)) for name in ("n", "status")},
        "created": created if created < _END_OF_TIME else 0,
        "seconds": _parse_seconds(call.get("seconds")),
        "job": header_value(str(call.get("job") or "")),
    }


def _parse_account(account: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: whole_number(account.get(name)) for name in ("spent_micro_usd", "running", "concurrency")}
    return numbers | {name: _number_or_none(account.get(name)) for name in _BUDGETS}


def _parse_seconds(value: Any) -> float:
    return round(float(min(value, _MAX_SECONDS)), 3) if isinstance(value, int | float) and value >= 0 else 0.0


def _number_or_none(value: Any) -> int | None:
    return None if value is None else whole_number(value)
