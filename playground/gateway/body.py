"""The JSON body of a request, read with care: whatever is sent, the answer is a body or an ApiError."""

import json
from typing import Any, Final, NoReturn

from django.http import HttpRequest

from playground.gateway.incoming import Incoming, patience
from playground.imageapi.errors import ApiError
from playground.imageapi.options import MIB

MAX_BYTES: Final = MIB


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The fields of a JSON object. Raises ApiError 400, 413 or 415, or CallerLeft when it breaks off."""
    if request.content_type != "application/json":
        raise ApiError("unsupported_media_type", "Send the body as JSON, with 'Content-Type: application/json'.")
    with patience(request):
        body = Incoming(request).read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise ApiError("invalid_request", "The body is over 1 MB.", status=413)
    return _fields(body)


def _fields(body: bytes) -> dict[str, Any]:
    if not body:
        raise ApiError("invalid_request", "The body is empty: send JSON.")
    try:
        fields = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        # Escapes can name halves of characters, which no file, log or font can hold.
        json.dumps(fields, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ApiError("invalid_request", "The JSON is nested too deep.") from error
    except ValueError as error:
        # Also wrong UTF-8, and integers of more digits than Python converts.
        raise ApiError("invalid_request", "The body is not valid JSON in UTF-8.") from error
    if not isinstance(fields, dict):
        raise ApiError("invalid_request", "The body must be a JSON object.")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259)")
