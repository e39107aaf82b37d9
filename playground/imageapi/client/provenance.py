"""Ask an image API what it knows about the origin of a picture (`POST v1/content_provenance_checks`).

The shapes are those of the official SDK's type `content_provenance_check`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import requests

from playground.imageapi.catalog import MIB
from playground.imageapi.client import error_mapping
from playground.imageapi.client.attempt import error_from_refusal
from playground.imageapi.client.exchange import exchange
from playground.imageapi.client.json_stream import parse_object
from playground.imageapi.client.picture_files import UnusableResponseError
from playground.imageapi.client.request import BearerAuth, MultipartBody, request_headers
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import SourceImage
from playground.imageapi.untrusted_text import provider_line

PROVENANCE_TIMEOUT_SECONDS: Final = 60.0
C2PA, SYNTHID = "c2pa", "synthid"
VALIDATION_STATES: Final = ("trusted", "valid", "invalid", "not_present")
_MAX_RESPONSE_BYTES: Final = MIB
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
        return parse_provenance(parse_object(response.body.strip()), key, now)
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
        _signal(result, key)
        for result in results
        if isinstance(result, Mapping) and result.get("type") in (C2PA, SYNTHID)
    )
    if not signals:
        raise ValueError("no known result")
    return ProvenanceCheck(int(now.timestamp()), signals)


def _signal(result: Mapping[str, Any], key: str) -> ProvenanceSignal:
    outcome, state = result.get("outcome"), result.get("validation_state")
    if not isinstance(outcome, str) or outcome not in _OUTCOMES:
        raise ValueError("an unknown outcome")
    return ProvenanceSignal(
        type=str(result["type"]),
        is_detected=_OUTCOMES[outcome],
        validation_state=state if isinstance(state, str) and state in VALIDATION_STATES else "",
        issuer=_text(result.get("issuer"), key),
        model=_text(result.get("model"), key),
        generated_at=_time(result.get("generated_at")),
    )


def _text(value: Any, key: str) -> str:
    return provider_line(value, key)[:100] if isinstance(value, str) else ""


def _time(value: Any) -> str:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return ""
    # Near the first and the last year a time cannot be shown in another zone.
    if not _FIRST_YEAR <= time.year < _END_YEAR:
        return ""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
