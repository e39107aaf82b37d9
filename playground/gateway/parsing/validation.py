"""Validate the fields of a request against the parameters of `imageapi.catalog`, and read JSON bodies."""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import quote

from django.http import HttpRequest

from playground.core.http.request_body import body_timeout
from playground.gateway.client_connection import BODY_TIMEOUT_SECONDS, RequestBody
from playground.imageapi.catalog import ALPHA_FORMATS, MIB, Endpoint, Parameter, parameters_for, prompt_length
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest

Value = str | int | bool


def parse_fields(endpoint: Endpoint, fields: Mapping[str, object]) -> ImageRequest:
    """Build the request with all defaults; null counts as not sent, as in the official API.

    Files are checked elsewhere. Raises ApiError with the field in `param`, and with the parameter's own code or
    `invalid_request`.
    """
    texts = (row for row in parameters_for(endpoint) if row.kind != "file")
    values = {row.name: _check_value(row, endpoint, fields.get(row.name)) for row in texts}
    image_request = ImageRequest.from_parameters(endpoint, values)
    if not image_request.prompt.strip() and endpoint == "generations":
        raise ApiError("invalid_request", "prompt must not be empty.", param="prompt")
    if image_request.background == "transparent" and image_request.output_format not in ALPHA_FORMATS:
        message = f"background=transparent needs output_format {' or '.join(ALPHA_FORMATS)}."
        raise ApiError("invalid_request", message, param="background")
    return image_request


def ignored_fields(endpoint: Endpoint, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Unknown field names, at most 20, quoted for a header."""
    known = {row.name for row in parameters_for(endpoint)}
    unknown = [name for name in fields if name not in known]
    return tuple(quote(name[:64], safe="[]")[:64] for name in unknown[:20])


def _check_value(parameter: Parameter, endpoint: Endpoint, value: object) -> Value | None:
    if value is None:
        if parameter.required:
            raise ApiError("invalid_request", f"{parameter.name} is required.", param=parameter.name)
        return parameter.default_for(endpoint)
    if parameter.kind == "boolean":
        return _check_boolean(parameter, value)
    if parameter.kind == "integer":
        return _check_integer(parameter, value)
    return _check_text(parameter, endpoint, value)


def _check_boolean(parameter: Parameter, value: object) -> bool:
    if not isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be true or false.", param=parameter.name)
    return value


def _check_integer(parameter: Parameter, value: object) -> int:
    minimum, maximum = parameter.minimum, parameter.maximum
    # JSON has one number type, so 2.0 is the integer 2. In Python bool is an int, in JSON it is not.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be an integer.", param=parameter.name)
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise ApiError(
            "invalid_request", f"{parameter.name} must be from {minimum} to {maximum}.", param=parameter.name
        )
    return value


def _check_text(parameter: Parameter, endpoint: Endpoint, value: object) -> str:
    accepted = parameter.accepts(endpoint)
    if not isinstance(value, str):
        raise ApiError("invalid_request", f"{parameter.name} must be a string.", param=parameter.name)
    if accepted and value not in accepted:
        message = f"{parameter.name} must be one of: {', '.join(accepted)}."
        raise ApiError(parameter.error, message, param=parameter.name)
    if parameter.max_length is not None and (length := prompt_length(value)) > parameter.max_length:
        message = f"{parameter.name} has {length} characters; at most {parameter.max_length} are taken."
        raise ApiError("invalid_request", message, param=parameter.name)
    return value


MAX_BYTES: Final = MIB


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Read the fields of a JSON object. Raises ApiError 400, 413 or 415, and ClientDisconnected."""
    if request.content_type != "application/json":
        raise ApiError("unsupported_media_type", "Send the body as JSON, with 'Content-Type: application/json'.")
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        body = RequestBody(request).read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise ApiError("invalid_request", "The body is over 1 MB.", status=413)
    return _fields_from_json(body)


def _fields_from_json(body: bytes) -> dict[str, Any]:
    if not body:
        raise ApiError("invalid_request", "The body is empty: send JSON.")
    try:
        fields = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        # Escapes can name lone surrogates, which no file, log or font can hold.
        json.dumps(fields, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ApiError("invalid_request", "The JSON is nested too deep.") from error
    except ValueError as error:
        # Covers wrong UTF-8 too, and integers with more digits than Python converts.
        raise ApiError("invalid_request", "The body is not valid JSON in UTF-8.") from error
    if not isinstance(fields, dict):
        raise ApiError("invalid_request", "The body must be a JSON object.")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259)")
