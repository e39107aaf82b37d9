"""Read the JSON body of a request."""

import json
from typing import Any, Final, NoReturn

from django.http import HttpRequest

from playground.core.http.request_body import body_timeout
from playground.gateway.client_connection import BODY_TIMEOUT_SECONDS, RequestBody
from playground.imageapi.catalog import MIB
from playground.imageapi.errors import ApiError

JSON: Final = "application/json"
MAX_JSON_BYTES: Final = MIB


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Read the fields of a JSON object. Raises ApiError 400, 413 or 415, and ClientDisconnected."""
    if request.content_type != JSON:
        raise ApiError("unsupported_media_type", "Send the body as JSON, with 'Content-Type: application/json'.")
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        # One byte more than allowed tells a body that is too long from one that fits.
        body = RequestBody(request).read(MAX_JSON_BYTES + 1)
    if len(body) > MAX_JSON_BYTES:
        raise ApiError("invalid_request", "The body is over 1 MB.", status=413)
    return fields_from_json(body)


def fields_from_json(body: bytes) -> dict[str, Any]:
    """Parse a JSON object. Raises ApiError 400."""
    if not body:
        raise ApiError("invalid_request", "The body is empty: send JSON.")
    try:
        fields = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        # Escapes can name lone surrogates, which no file, log or font can hold.
        json.dumps(fields, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ApiError("invalid_request", "The JSON is nested too deeply.") from error
    except ValueError as error:
        # Covers wrong UTF-8 too, and integers with more digits than Python converts.
        raise ApiError("invalid_request", "The body isn't valid UTF-8 JSON.") from error
    if not isinstance(fields, dict):
        raise ApiError("invalid_request", "The body must be a JSON object.")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259)")
