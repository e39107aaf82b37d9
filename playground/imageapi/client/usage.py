"""The shape of an answer to `GET v1/usage`: read field by field, because whoever answers may say anything."""

import contextlib
import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

import requests
import urllib3

from playground.imageapi.catalog import MIB
from playground.imageapi.client import error_mapping
from playground.imageapi.client.deadlines import set_alarm
from playground.imageapi.client.response import whole_number
from playground.imageapi.client.response_body import read_start
from playground.imageapi.client.ssrf import AddressGuard
from playground.imageapi.client.transport import CancellableSocket, SocketAborted, open_session
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.providers import ImageApi
from playground.imageapi.untrusted_text import header_value

_MAX_DAYS: Final = 366
_MAX_CALLS: Final = 1000
_MOST_SECONDS: Final = 1_000_000
# The year 9999: `datetime` knows no later one.
_LAST_MOMENT: Final = 253_402_214_400
_WORDS: Final = ("id", "endpoint", "size", "quality", "code")
_NUMBERS: Final = ("images", "micro_usd")
_BUDGETS: Final = ("daily_micro_usd", "total_micro_usd")


def parse_usage(body: Mapping[str, Any]) -> dict[str, Any]:
    """The usage that `body` tells, with every field of its type and fit to be shown. Raises ValueError."""
    try:
        return {
            "today": _today(body["today"]),
            "days": [_day(one) for one in body["days"][:_MAX_DAYS]],
            "calls": [_call(one) for one in body["calls"][:_MAX_CALLS]],
            "next": header_value(str(body.get("next") or "")) or None,
            "account": _account(body["account"]) if isinstance(body.get("account"), Mapping) else {},
        }
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError("this is no usage") from None


def _today(said: Mapping[str, Any]) -> dict[str, Any]:
    resets_at = datetime.fromisoformat(said["resets_at"])
    if resets_at.tzinfo is None:
        raise ValueError("a time without a zone")
    return {
        "images": whole_number(said["images"]),
        "limit": _number_or_none(said.get("limit")),
        "resets_at": resets_at.isoformat(),
    }


def _day(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "date": date.fromisoformat(said["date"]).isoformat(),
        "images": whole_number(said["images"]),
        "micro_usd": whole_number(said["micro_usd"]),
    }


def _call(said: Mapping[str, Any]) -> dict[str, Any]:
    created = whole_number(said.get("created"))
    return {
        **{name: header_value(str(said.get(name) or "")) for name in _WORDS},
        **{name: whole_number(said.get(name)) for name in _NUMBERS},
        **{name: _number_or_none(said.get(name)) for name in ("n", "status")},
        "created": created if created < _LAST_MOMENT else 0,
        "seconds": _duration(said.get("seconds")),
    }


def _account(said: Mapping[str, Any]) -> dict[str, Any]:
    counted = {name: whole_number(said.get(name)) for name in ("spent_micro_usd", "running", "concurrency")}
    return counted | {name: _number_or_none(said.get(name)) for name in _BUDGETS}


def _duration(value: Any) -> float:
    return round(float(min(value, _MOST_SECONDS)), 3) if isinstance(value, int | float) and value >= 0 else 0.0


def _number_or_none(value: Any) -> int | None:
    return None if value is None else whole_number(value)


USAGE_TIMEOUT_SECONDS: Final = 10.0
MAX_USAGE_PAGES: Final = 50
# A page of a hundred calls is some 25 KB.
_MAX_USAGE_BYTES: Final = MIB
# What is told of a call, in this order, as JSON and as a row of CSV.
USAGE_COLUMNS: Final = (
    "id", "created", "endpoint", "size", "quality", "n", "images", "status", "code", "seconds", "micro_usd",
)  # fmt: skip


def read_usage(api: ImageApi, key: str, *, days: int, listed: Collection[str]) -> dict[str, Any]:
    """The answer with the calls of all its pages, at most MOST_PAGES. Raises ApiError."""
    body = _get(api, key, {"days": str(days)}, listed)
    following = body
    for _page in range(MAX_USAGE_PAGES - 1):
        if not following.get("next"):
            break
        following = _get(api, key, {"days": str(days), "after": str(following["next"])}, listed)
        body["calls"] += following["calls"]
    return body


def _get(api: ImageApi, key: str, query: dict[str, str], listed: Collection[str]) -> dict[str, Any]:
    road = CancellableSocket(AddressGuard(listed), lambda: None, USAGE_TIMEOUT_SECONDS)
    # The socket's own limit is for silence alone: an answer that drips would hold its reader for ever.
    alarm = set_alarm(USAGE_TIMEOUT_SECONDS, lambda: road.cut(error_mapping.DEADLINE))
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", "Connection": "close"}
    try:
        with open_session(road) as session:
            prepared = session.prepare_request(
                requests.Request("GET", f"{api.base_url}/usage", params=query, headers=headers)
            )
            with session.send(
                prepared, stream=True, timeout=USAGE_TIMEOUT_SECONDS, allow_redirects=False
            ) as response:
                status, body = response.status_code, _object_in(read_start(response, road, _MAX_USAGE_BYTES))
    except (requests.RequestException, urllib3.exceptions.HTTPError, SocketAborted):
        status, body = 0, {}
    finally:
        alarm.cancel()
        road.release()
    # Raised here, without a context: exceptions of HTTP libraries hold the request, and that holds the key.
    if status == 200:
        with contextlib.suppress(ValueError):
            return parse_usage(body)
    error = body.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    raise ApiError(code if code in ERRORS else "garbled_response" if status else "network_unreachable")


def _object_in(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
