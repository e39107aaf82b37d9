"""Requests whose response is small: the usage of a key (`GET v1/usage`), and the origin of a picture.

The shapes of `POST v1/content_provenance_checks` are those of the official SDK's type `content_provenance_check`.
Each field of a response is checked, and each text made fit to be shown.
"""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import requests
import urllib3

from playground.imageapi.catalog import MIB
from playground.imageapi.client import error_mapping
from playground.imageapi.client.attempt import error_from_refusal
from playground.imageapi.client.json_stream import parse_object
from playground.imageapi.client.picture_files import UnusableResponseError
from playground.imageapi.client.request import BearerAuth, MultipartBody, request_headers
from playground.imageapi.client.response import read_start, whole_number
from playground.imageapi.client.transport import (
    DEADLINE,
    AddressGuard,
    CancellableSocket,
    SocketAborted,
    open_session,
    set_alarm,
)
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import SourceImage
from playground.imageapi.untrusted_text import header_value, provider_line

USAGE_TIMEOUT_SECONDS: Final = 10.0
PROVENANCE_TIMEOUT_SECONDS: Final = 60.0
# A page of a hundred calls is about 25 KB.
_MAX_RESPONSE_BYTES: Final = MIB


@dataclass(frozen=True, slots=True)
class SmallResponse:
    """A response with the start of its body. `status` is 0 when none came: `failure` names the kind of error then.

    `was_sent`: the request may have left.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    was_sent: bool = True
    failure: str = ""


def exchange(request: requests.Request, *, listed: Collection[str], seconds: float, max_bytes: int) -> SmallResponse:
    """Send the request once, without following redirects, and read at most `max_bytes` of the body, for 0 nothing.

    Returns instead of raising: exceptions of HTTP libraries hold the request, and that holds the key.
    """
    connection = CancellableSocket(AddressGuard(listed), lambda: None, seconds)
    # The socket's timeout counts silence only: a response that trickles in would hold its reader for hours.
    alarm = set_alarm(seconds, lambda: connection.abort(DEADLINE))
    try:
        with open_session(connection) as session:
            prepared = session.prepare_request(request)
            with session.send(prepared, stream=True, timeout=seconds, allow_redirects=False) as response:
                body = read_start(response, connection, max_bytes) if max_bytes else b""
                return SmallResponse(response.status_code, body, response.headers)
    except (requests.RequestException, urllib3.exceptions.HTTPError, SocketAborted, ValueError) as error:
        return SmallResponse(0, was_sent=connection.has_sent, failure=type(error).__name__)
    finally:
        alarm.cancel()
        connection.release()


MAX_USAGE_PAGES: Final = 50
# The fields of a call in their order, in JSON and in CSV.
USAGE_COLUMNS: Final = (
    "id", "created", "endpoint", "size", "quality", "n", "images", "status", "code", "seconds", "micro_usd",
)  # fmt: skip
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
    response = exchange(request, listed=listed, seconds=USAGE_TIMEOUT_SECONDS, max_bytes=_MAX_RESPONSE_BYTES)
    status, body = response.status, _parse_object(response.body)
    if status == 200:
        with contextlib.suppress(ValueError):
            return parse_usage(body)
    error = body.get("error")
    code = str(error.get("code", "")) if isinstance(error, Mapping) else ""
    raise ApiError(code if code in ERRORS else "garbled_response" if status else "network_unreachable")


def _parse_object(body: bytes) -> Mapping[str, Any]:
    try:
        return parse_object(body)
    except UnusableResponseError:
        return {}


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


C2PA, SYNTHID = "c2pa", "synthid"
VALIDATION_STATES: Final = ("trusted", "valid", "invalid", "not_present")
_FIRST_YEAR, _END_YEAR = 2000, 9999
_OUTCOMES: Final = {"detected": True, "not_detected": False}


@dataclass(frozen=True, slots=True)
class ProvenanceSignal:
    """The finding for one kind of mark: C2PA, which alone has an issuer and a validation state, or SynthID."""

    type: str
    is_detected: bool
    validation_state: str = ""
    issuer: str = ""
    model: str = ""
    generated_at: str = ""


@dataclass(frozen=True, slots=True)
class ProvenanceCheck:
    """The response to a check. `checked_at` is in seconds since 1970."""

    checked_at: int
    signals: tuple[ProvenanceSignal, ...]


def check_provenance(
    api: ImageApi, key: str, picture: SourceImage, *, listed: Collection[str], now: datetime
) -> ProvenanceCheck:
    """Send the picture to the API and return what it found. Raises ApiError, and SourceMissingError."""
    body = MultipartBody({}, [("file", picture)])
    request = requests.Request(
        "POST",
        f"{api.base_url}/content_provenance_checks",
        data=body,
        headers=request_headers(body.content_type),
        auth=BearerAuth(key),
    )
    response = exchange(request, listed=listed, seconds=PROVENANCE_TIMEOUT_SECONDS, max_bytes=_MAX_RESPONSE_BYTES)
    if response.status == 0:
        raise ApiError("upstream_timeout" if response.was_sent else "network_unreachable", charged="no")
    if response.status >= 400:
        raise error_from_refusal(response.status, response.headers, response.body, key, now)
    try:
        return parse_provenance(parse_object(response.body), key, now)
    except (UnusableResponseError, ValueError):
        # Without a context, as it may hold the response.
        error = error_mapping.garbled_error("it is no provenance check")
    raise error


def parse_provenance(body: Mapping[str, Any], key: str, now: datetime) -> ProvenanceCheck:
    """Return the check in `body`, with each text fit to be shown. Raises ValueError."""
    results = body.get("results")
    if not isinstance(results, list):
        raise ValueError("no results")
    # Kinds that came later are left out: nothing could be said about them.
    signals = tuple(
        _parse_signal(result, key)
        for result in results
        if isinstance(result, Mapping) and result.get("type") in (C2PA, SYNTHID)
    )
    if not signals:
        raise ValueError("no known result")
    return ProvenanceCheck(int(now.timestamp()), signals)


def _parse_signal(result: Mapping[str, Any], key: str) -> ProvenanceSignal:
    outcome, state = result.get("outcome"), result.get("validation_state")
    if not isinstance(outcome, str) or outcome not in _OUTCOMES:
        raise ValueError("an unknown outcome")
    return ProvenanceSignal(
        type=str(result["type"]),
        is_detected=_OUTCOMES[outcome],
        validation_state=state if isinstance(state, str) and state in VALIDATION_STATES else "",
        issuer=_parse_text(result.get("issuer"), key),
        model=_parse_text(result.get("model"), key),
        generated_at=_parse_time(result.get("generated_at")),
    )


def _parse_text(value: Any, key: str) -> str:
    return provider_line(value, key)[:100] if isinstance(value, str) else ""


def _parse_time(value: Any) -> str:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return ""
    # Near the first and the last year a time cannot be shown in another zone.
    if not _FIRST_YEAR <= time.year < _END_YEAR:
        return ""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
