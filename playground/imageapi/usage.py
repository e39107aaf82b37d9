"""Asking an API what a key used: `GET usage` of the built-in API, page by page."""

import contextlib
import json
from collections.abc import Collection
from typing import Any, Final

import requests
import urllib3

from playground.imageapi import faults
from playground.imageapi.blocks import read_start
from playground.imageapi.connection import open_session
from playground.imageapi.deadline import set_alarm
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.guard import Guard
from playground.imageapi.options import MIB
from playground.imageapi.profiles import ImageApi
from playground.imageapi.road import Road, RoadCut
from playground.imageapi.usage_shape import usage_in

SECONDS: Final = 10.0
MOST_PAGES: Final = 50
# A page of a hundred calls is some 25 KB.
_MOST_BYTES: Final = MIB
# What is told of a call, in this order, as JSON and as a row of CSV.
COLUMNS: Final = (
    "id", "created", "endpoint", "size", "quality", "n", "images", "status", "code", "seconds", "micro_usd",
)  # fmt: skip


def read_usage(api: ImageApi, key: str, *, days: int, listed: Collection[str]) -> dict[str, Any]:
    """The answer with the calls of all its pages, at most MOST_PAGES. Raises ApiError."""
    body = _get(api, key, {"days": str(days)}, listed)
    following = body
    for _page in range(MOST_PAGES - 1):
        if not following.get("next"):
            break
        following = _get(api, key, {"days": str(days), "after": str(following["next"])}, listed)
        body["calls"] += following["calls"]
    return body


def _get(api: ImageApi, key: str, query: dict[str, str], listed: Collection[str]) -> dict[str, Any]:
    road = Road(Guard(listed), lambda: None, SECONDS)
    # The socket's own limit is for silence alone: an answer that drips would hold its reader for ever.
    alarm = set_alarm(SECONDS, lambda: road.cut(faults.DEADLINE))
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", "Connection": "close"}
    try:
        with open_session(road) as session:
            prepared = session.prepare_request(
                requests.Request("GET", f"{api.base_url}/usage", params=query, headers=headers)
            )
            with session.send(prepared, stream=True, timeout=SECONDS, allow_redirects=False) as response:
                status, body = response.status_code, _object_in(read_start(response, road, _MOST_BYTES))
    except (requests.RequestException, urllib3.exceptions.HTTPError, RoadCut):
        status, body = 0, {}
    finally:
        alarm.cancel()
        road.release()
    # Raised here, without a context: exceptions of HTTP libraries hold the request, and that holds the key.
    if status == 200:
        with contextlib.suppress(ValueError):
            return usage_in(body)
    error = body.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    raise ApiError(code if code in ERRORS else "garbled_response" if status else "network_unreachable")


def _object_in(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
