"""Asking an API what a key used: `GET usage` of the built-in API, page by page."""

from collections.abc import Collection
from typing import Any, Final

import requests
import urllib3

from playground.imageapi.connection import open_session
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.guard import Guard
from playground.imageapi.profiles import ImageApi
from playground.imageapi.road import Road, RoadCut

SECONDS: Final = 10.0
MOST_PAGES: Final = 50
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
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", "Connection": "close"}
    try:
        with open_session(road) as session:
            prepared = session.prepare_request(
                requests.Request("GET", f"{api.base_url}/usage", params=query, headers=headers)
            )
            response = session.send(prepared, timeout=SECONDS, allow_redirects=False)
            body = response.json()
            status = response.status_code
    except (requests.RequestException, urllib3.exceptions.HTTPError, RoadCut, ValueError):
        status, body = 0, None
    finally:
        road.release()
    # Raised here, without a context: exceptions of HTTP libraries hold the request, and that holds the key.
    if status == 200 and isinstance(body, dict) and {"today", "days", "calls"} <= set(body):
        return body
    error = body.get("error") if isinstance(body, dict) else None
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    raise ApiError(code if code in ERRORS else "garbled_response" if status else "network_unreachable")
