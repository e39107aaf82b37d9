"""From the fields that were sent to a request: every rule comes from the rows of `imageapi.options`."""

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
    """What is asked for, defaults filled in; null counts as not sent, as in the official API.

    Files are not looked at. Raises ApiError with the field in `param`: the code of the parameter's row, else 400
    `invalid_request`.
    """
    texts = (one for one in parameters_for(endpoint) if one.kind != "file")
    values = {one.name: _value(one, endpoint, fields.get(one.name)) for one in texts}
    image_request = ImageRequest.from_parameters(endpoint, values)
    if not image_request.prompt.strip() and endpoint == "generations":
        raise ApiError("invalid_request", "prompt must not be empty.", param="prompt")
    if image_request.background == "transparent" and image_request.output_format not in ALPHA_FORMATS:
        message = f"background=transparent needs output_format {' or '.join(ALPHA_FORMATS)}."
        raise ApiError("invalid_request", message, param="background")
    return image_request


def ignored_fields(endpoint: Endpoint, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Names that were sent and mean nothing here, at most 20, made safe for a header."""
    known = {one.name for one in parameters_for(endpoint)}
    unknown = [name for name in fields if name not in known]
    return tuple(quote(name[:64], safe="[]")[:64] for name in unknown[:20])


def _value(parameter: Parameter, endpoint: Endpoint, value: object) -> Value | None:
    if value is None:
        if parameter.required:
            raise ApiError("invalid_request", f"{parameter.name} is required.", param=parameter.name)
        return parameter.default_for(endpoint)
    if parameter.kind == "boolean":
        return _boolean(parameter, value)
    if parameter.kind == "integer":
        return _integer(parameter, value)
    return _text(parameter, endpoint, value)


def _boolean(parameter: Parameter, value: object) -> bool:
    if not isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be true or false.", param=parameter.name)
    return value


def _integer(parameter: Parameter, value: object) -> int:
    least, most = parameter.minimum, parameter.maximum
    # JSON has one kind of number: 2.0 is the integer 2. bool is an int to Python, but not to people.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be an integer.", param=parameter.name)
    if (least is not None and value < least) or (most is not None and value > most):
        raise ApiError("invalid_request", f"{parameter.name} must be from {least} to {most}.", param=parameter.name)
    return value


def _text(parameter: Parameter, endpoint: Endpoint, value: object) -> str:
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
    """The fields of a JSON object. Raises ApiError 400, 413 or 415, or CallerLeft when it breaks off."""
    if request.content_type != "application/json":
        raise ApiError("unsupported_media_type", "Send the body as JSON, with 'Content-Type: application/json'.")
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        body = RequestBody(request).read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise ApiError("invalid_request", "The body is over 1 MB.", status=413)
    return _check_fields(body)


def _check_fields(body: bytes) -> dict[str, Any]:
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
