"""The OpenAPI document of the image API, built from the same lists as the API itself."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.conf import settings

from playground.gateway.models import WebhookState
from playground.gateway.responses.job_response import PREFERENCE, STATUSES
from playground.gateway.responses.usage import DEFAULT_DAYS, PAGE_PATTERN
from playground.gateway.services.idempotency import MAX_KEY_LENGTH
from playground.gateway.services.leases import REFUSED_CALL_DAYS
from playground.imageapi import parameter_help
from playground.imageapi.catalog import (
    ALPHA_FORMATS,
    BACKGROUNDS,
    ENDPOINTS,
    EVENT_PREFIXES,
    MAX_SOURCES,
    MEDIA_TYPES,
    OUTPUT_FORMATS,
    PARAMETER,
    QUALITIES,
    Endpoint,
    Parameter,
    parameters_for,
)
from playground.imageapi.client.usage import USAGE_COLUMNS
from playground.imageapi.errors import API_ERRORS, CDN_TIMEOUT, ERRORS, REHEARSAL_CODES

type Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_IDENTIFIER: Final[Schema] = {
    **TEXT,
    "description": "The request's `safety_identifier`, or else its `user`; absent if it has neither.",
}


def ref(name: str) -> Schema:
    """Point to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Schema]:
    return {
        **{f"{endpoint}_request": request_schema(endpoint) for endpoint in ENDPOINTS},
        "edits_json_request": _json_edit_schema(),
        "pictures": _pictures_schema(),
        "usage_tokens": _tokens_schema(),
        "quote": _quote_schema(),
        "job": _job_schema(),
        "model": _model_schema(),
        "models": _closed({"object": {"const": "list"}, "data": {"type": "array", "items": ref("model")}}),
        "usage": _usage_schema(),
        "error": _error_schema(),
        **{f"{endpoint}_event": _event_schema(endpoint) for endpoint in ENDPOINTS},
    }


def request_schema(endpoint: Endpoint) -> Schema:
    """Describe a request to an endpoint; unknown fields are allowed and ignored."""
    parameters = parameters_for(endpoint)
    return {
        "type": "object",
        "properties": {row.name: _property(row, endpoint, in_json=endpoint == "generations") for row in parameters},
        "required": [row.name for row in parameters if row.required],
        "not": _transparent_without_alpha(),
    }


def _json_edit_schema() -> Schema:
    """Describe an edit in JSON, where URLs take the place of files."""
    rows = [row for row in parameters_for("edits") if row.kind != "file"]
    image: Schema = {
        "type": "object",
        "properties": {
            "image_url": {
                **TEXT,
                "pattern": "^(data:|[Hh][Tt][Tt][Pp][Ss]://)",
                "description": "A data URL with base64, or a public https URL.",
            },
            "file_id": {"type": "null", "description": "This API stores no files."},
        },
        "required": ["image_url"],
    }
    images = {"type": "array", "items": image, "minItems": 1, "maxItems": MAX_SOURCES}
    mask = image | {"type": ["object", "null"]}
    properties = {row.name: _property(row, "edits", in_json=True) for row in rows}
    return {
        "type": "object",
        "properties": properties | {"images": images, "mask": mask},
        "required": [*(row.name for row in rows if row.required), "images"],
        "not": _transparent_without_alpha(),
    }


# JPEG has no alpha, so a transparent background needs another format.
def _transparent_without_alpha() -> Schema:
    formats = [name for name in OUTPUT_FORMATS if name not in ALPHA_FORMATS]
    names = {"background": {"const": "transparent"}, "output_format": {"enum": formats}}
    return {"properties": names, "required": list(names)}


def _property(parameter: Parameter, endpoint: Endpoint, *, in_json: bool) -> Schema:
    about: Schema = {"description": parameter_help.full_description(parameter.name, endpoint)}
    default = parameter.default_for(endpoint)
    if default is not None:
        about["default"] = default
    if parameter.kind == "file":
        file: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
        if parameter.maximum is None:
            return file | about
        return {"type": "array", "items": file, "minItems": parameter.minimum, "maxItems": parameter.maximum} | about
    # In JSON, null counts as not sent.
    is_nullable = in_json and not parameter.required
    schema: Schema = {"type": [parameter.kind, "null"] if is_nullable else parameter.kind}
    if values := (*parameter.accepts(endpoint), *parameter.aliases):
        schema["enum"] = [*values, None] if is_nullable else list(values)
    for name, limit in (
        ("minimum", parameter.minimum),
        ("maximum", parameter.maximum),
        ("maxLength", parameter.max_length),
    ):
        if limit is not None:
            schema[name] = limit
    if parameter.name == "webhook_url":
        schema |= {"format": "uri", "pattern": "^https://"}
    if parameter.name == "prompt" and endpoint == "generations":
        schema |= {"minLength": 1, "pattern": r"\S"}
    return schema | about


def _pictures_schema() -> Schema:
    image = {"b64_json": {**TEXT, "contentEncoding": "base64"}, "url": {**TEXT, "format": "uri"}}
    picture = {
        "type": "object",
        "properties": {**image, "revised_prompt": TEXT},
        "oneOf": [{"required": [name]} for name in image],
        "additionalProperties": False,
    }
    data = {"type": "array", "items": picture, "minItems": 1, "maxItems": PARAMETER["n"].maximum}
    fields = {"created": COUNT, "data": data, **_options_schema(), "usage": ref("usage_tokens")}
    return _closed(fields, safety_identifier=_IDENTIFIER)


def _job_schema() -> Schema:
    job = _closed(
        {
            "object": {"const": "image.job"},
            "id": TEXT,
            "status": {"enum": list(STATUSES)},
            "created": COUNT,
            "webhook": {"enum": list(WebhookState.values), "description": "Only with `webhook_url`."},
            "result": ref("pictures"),
            "error": _error_fields(),
            "message": {**TEXT, "description": "What a cancellation changed."},
        }
    )
    return job | {"required": ["object", "id", "status", "created"]}


def _event_schema(endpoint: Endpoint) -> Schema:
    """Describe an event of a stream; `index` tells n pictures apart."""
    image = {"b64_json": TEXT, "index": COUNT, "created_at": COUNT, **_options_schema()}
    preview, completed = (f"{EVENT_PREFIXES[endpoint]}.{name}" for name in ("partial_image", "completed"))
    data = [
        _closed({"type": {"const": preview}, **image, "partial_image_index": COUNT}),
        _closed(
            {"type": {"const": completed}, **image, "revised_prompt": TEXT, "usage": ref("usage_tokens")},
            safety_identifier=_IDENTIFIER,
        ),
        _closed({"type": {"const": "error"}, "error": _error_fields()}),
    ]
    names = {"type": "string", "enum": [preview, completed, "error"]}
    in_json = {"type": "string", "contentMediaType": "application/json", "contentSchema": {"oneOf": data}}
    return _closed({"event": names, "data": in_json})


def _options_schema() -> dict[str, Schema]:
    return {
        "background": {"enum": [background for background in BACKGROUNDS if background != "auto"]},
        "output_format": {"enum": list(OUTPUT_FORMATS)},
        "quality": {"enum": list(QUALITIES)},
        # The size of the file; a provider may deliver another than the requested one.
        "size": {**TEXT, "pattern": "^[0-9]+x[0-9]+$"},
    }


def _quote_schema() -> Schema:
    spans = _closed({"low": COUNT, "high": COUNT})
    return _closed(
        {
            "object": {"const": "image.quote"},
            "micro_usd": spans | {"description": "The price for all images, in micro-dollars."},
            "seconds": spans | {"description": "How many seconds the request usually takes."},
            "images_left_today": COUNT,
            "micro_usd_left": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "The key's remaining budget, in micro-dollars; null if it has none.",
            },
            "ignored": {"type": "array", "items": TEXT, "description": "Unknown text fields, which are ignored."},
        }
    )


def _usage_schema() -> Schema:
    day = _closed({"date": {**TEXT, "format": "date"}, "images": COUNT, "micro_usd": COUNT})
    today = _closed({"images": COUNT, "limit": COUNT, "resets_at": {**TEXT, "format": "date-time"}})
    budget: Schema = {"type": ["integer", "null"], "description": "In micro-dollars; null if there is no limit."}
    account = _closed(
        {
            "spent_micro_usd": COUNT,
            "daily_micro_usd": budget,
            "total_micro_usd": budget,
            "running": COUNT,
            "concurrency": COUNT,
        }
    )
    kinds: dict[str, Schema] = {
        "n": {"type": ["integer", "null"]},
        "seconds": {"type": "number", "minimum": 0},
        **{name: TEXT for name in ("id", "endpoint", "size", "quality", "code")},
    }
    call = _closed({name: kinds.get(name, COUNT) for name in USAGE_COLUMNS})
    call["properties"]["job"] = {**TEXT, "description": "The job's ID, only for jobs that are still available."}
    return _closed(
        {
            "object": {"const": "usage"},
            "today": today,
            "account": account,
            "days": {"type": "array", "items": day},
            "calls": {"type": "array", "items": call},
            "next": {"type": ["string", "null"], "description": "Send it as `after` to get the next page."},
        }
    )


def _error_schema() -> Schema:
    return _closed({"error": _error_fields()})


def _error_fields() -> Schema:
    return _closed(
        {
            "type": {"enum": sorted({row.type for row in API_ERRORS})},
            "code": {"enum": [row.code for row in API_ERRORS]},
            "message": TEXT,
            "param": {"type": ["string", "null"]},
        }
    )


def _tokens_schema() -> Schema:
    details = _closed({"text_tokens": COUNT, "image_tokens": COUNT})
    counts = {"input_tokens": COUNT, "input_tokens_details": details, "output_tokens": COUNT, "total_tokens": COUNT}
    return _closed(counts)


def _model_schema() -> Schema:
    values = {"enum": [*PARAMETER["model"].values, *PARAMETER["model"].aliases]}
    return _closed({"id": values, "object": {"const": "model"}, "created": COUNT, "owned_by": TEXT})


def _closed(properties: dict[str, Schema], **optional: Schema) -> Schema:
    """Describe an object with exactly these properties, and perhaps the optional ones."""
    return {
        "type": "object",
        "properties": properties | optional,
        "required": list(properties),
        "additionalProperties": False,
    }


JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
# Error codes of every address, and of those that need a key.
COMMON_CODES: Final = ("method_not_allowed", "server_error")
KEY_CODES: Final = ("invalid_api_key", "key_expired", "service_overloaded")
ABOUT_MODELS: Final = ("model_not_found",)
ABOUT_PARAMETERS: Final = ("invalid_request",)
_HEADERS: Final[dict[str, str]] = {
    "x-request-id": "Unique ID of the request, also in logs and usage. Quote it to support.",
    "x-should-retry": "`false`: a retry doesn't help, or may cost a second image.",
    "Retry-After": "Seconds to wait before the next attempt.",
    "x-ignored": "Names of text fields that were ignored. Unknown file fields are rejected.",
    "x-ratelimit-limit-images": "Images per day of the key. The three headers are in every response to a valid key.",
    "x-ratelimit-remaining-images": "Images the key has left today. Images in progress are already deducted.",
    "x-ratelimit-reset-images": "Seconds until the quota resets, at 00:00 Beijing time.",
}


@cache
def openapi_document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gpt-image-2 image API",
            "version": settings.VERSION,
            "description": "An OpenAI-compatible API to generate and edit images.",
        },
        "servers": [{"url": f"/{settings.URL_PREFIX}v1"}],
        "security": [{"key": []}],
        "paths": {
            "/images/generations": {"post": _image_operation("generations", "Generate images from text", JSON)},
            "/images/edits": {"post": _image_operation("edits", "Edit images", MULTIPART)},
            "/jobs/{job_id}": {"parameters": [_path("job_id")], "get": _job_operation("job", "Get a job")},
            "/jobs/{job_id}/cancel": {
                "parameters": [_path("job_id")],
                "post": _job_operation("cancel_job", "Cancel a job"),
            },
            "/models": {"get": _operation("models", "List the models", _success(JSON, ref("models")), KEY_CODES)},
            "/models/{model}": {"parameters": [_path("model")], "get": _model_operation()},
            "/usage": {"get": _usage_operation()},
            "/pictures/{token}/{name}": {"parameters": [_path("token"), _path("name")], "get": _picture_operation()},
            "/openapi.json": {
                "get": _operation("openapi", "Get this document", _success(JSON, {"type": "object"}), is_open=True)
            },
        },
        "components": {
            "schemas": schemas(),
            "headers": {
                name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in _HEADERS.items()
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key `cr_…`."}},
        },
    }


def _image_operation(endpoint: Endpoint, summary: str, media_type: str) -> Schema:
    codes = [row.code for row in API_ERRORS if row.code not in ("not_found", "method_not_allowed")]
    # OpenAPI 3.2 describes streams so; readers of 3.1 ignore it.
    streamed = {"text/event-stream": {"itemSchema": ref(f"{endpoint}_event")}}
    responses = _success(JSON, {"oneOf": [ref("pictures"), ref("quote")]})
    responses["200"]["content"] |= streamed
    accepted = _response(
        "Accepted as a job, because of the request header `Prefer: respond-async`.", {JSON: {"schema": ref("job")}}
    )
    accepted["headers"] |= {name: {"schema": TEXT} for name in ("Location", "Preference-Applied")}
    responses["202"] = accepted
    responses[str(CDN_TIMEOUT)] = {
        "description": "`upstream_timeout` from a CDN: it waited too long for the response and sends an HTML page "
        "instead of JSON. The image may have been generated and charged. This server returns it only as a simulated "
        "error.",
        "content": {"text/html": {"schema": {"type": "string"}}},
    }
    operation = _operation(endpoint, summary, responses, codes)
    operation["parameters"] = [
        _query(
            "dry_run",
            {"type": "boolean", "default": False},
            "true: check the request and return a quote instead of images. Nothing is generated or charged.",
        ),
        _header(
            "Idempotency-Key",
            {"type": "string", "maxLength": MAX_KEY_LENGTH},
            (
                "If you repeat the request within 24 hours, you get the original response and are charged once; 409 "
                "`idempotency_expired` when that response is no longer stored."
            ),
        ),
        _header(
            "Prefer",
            TEXT,
            (
                f"`{PREFERENCE}`: the request becomes a job, which continues without this connection. Not with "
                "`stream`."
            ),
        ),
        _header(
            "X-Rehearse", {"type": "string", "enum": list(REHEARSAL_CODES)}, "Demo keys only: the error to return."
        ),
    ]
    content: Schema = {"schema": ref(f"{endpoint}_request")}
    if media_type == MULTIPART:
        kinds = ", ".join(MEDIA_TYPES.values())
        content["encoding"] = {"image": {"contentType": kinds}, "mask": {"contentType": MEDIA_TYPES["png"]}}
    bodies = {media_type: content}
    if media_type == MULTIPART:
        bodies[JSON] = {"schema": ref("edits_json_request")}
    operation["requestBody"] = {"required": True, "content": bodies}
    return operation


def _model_operation() -> Schema:
    return _operation("model", "Get one model", _success(JSON, ref("model")), (*KEY_CODES, *ABOUT_MODELS))


def _job_operation(name: str, summary: str) -> Schema:
    codes = (*KEY_CODES, "not_found", "image_provider_unavailable")
    return _operation(name, summary, _success(JSON, ref("job")), codes)


def _usage_operation() -> Schema:
    responses = _success(JSON, ref("usage"))
    responses["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    operation = _operation("usage", "Get the key's usage", responses, (*KEY_CODES, *ABOUT_PARAMETERS))
    days = {"type": "integer", "minimum": 1, "maximum": REFUSED_CALL_DAYS, "default": DEFAULT_DAYS}
    after = {"type": "string", "pattern": f"^{PAGE_PATTERN}$"}
    operation["parameters"] = [
        _query("days", days, "Number of days (Beijing time), including today."),
        _query("after", after, "The value of `next` in an earlier response."),
        _query("format", {"type": "string", "enum": ["json", "csv"], "default": "json"}, "csv: one row per request."),
    ]
    return operation


def _picture_operation() -> Schema:
    responses = {"200": _response("The image.", {kind: {} for kind in MEDIA_TYPES.values()})}
    return _operation("picture", "Get an image of a response with URLs", responses, ("not_found",), is_open=True)


def _operation(
    name: str, summary: str, responses: Schema, codes: Iterable[str] = (), *, is_open: bool = False
) -> Schema:
    operation = {
        "operationId": name,
        "summary": summary,
        "responses": responses | _error_responses((*codes, *COMMON_CODES)),
    }
    return operation | ({"security": []} if is_open else {})


def _error_responses(codes: Iterable[str]) -> Schema:
    """Describe one response for each status, with its error codes."""
    descriptions: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for code in codes:
        descriptions[ERRORS[code].status][code] = f"`{code}`: {ERRORS[code].message}"
        if code == "image_too_large":
            # A JSON body can exceed its limit as well.
            descriptions[ERRORS[code].status]["invalid_request"] = "`invalid_request`: The body is too long."
    content = {JSON: {"schema": ref("error")}}
    return {
        str(status): _response("\n\n".join(texts.values()), content) for status, texts in sorted(descriptions.items())
    }


def _success(media_type: str, schema: Schema) -> Schema:
    return {"200": _response("OK", {media_type: {"schema": schema}})}


def _response(description: str, content: Schema) -> Schema:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    return {"description": description, "headers": headers, "content": content}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _header(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "header", "schema": schema, "description": description}
