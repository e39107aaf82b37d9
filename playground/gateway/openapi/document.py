"""The OpenAPI document of the image API: parameters, bodies, responses and error codes of each path."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.conf import settings

from playground.gateway.openapi.schemas import TEXT, Schema, ref, schemas
from playground.gateway.responses.json_responses import PREFERENCE
from playground.gateway.responses.usage import DEFAULT_DAYS, PAGE_PATTERN
from playground.gateway.services.idempotency import MAX_KEY_LENGTH
from playground.gateway.services.leases import REFUSED_CALL_DAYS
from playground.imageapi.catalog import JOB_LIFETIME_SECONDS, MEDIA_TYPES, Endpoint
from playground.imageapi.errors import API_ERRORS, CDN_TIMEOUT, ERRORS, REHEARSAL_CODES

JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
# Error codes of every address, and of those that need a key.
COMMON_CODES: Final = ("method_not_allowed", "server_error")
KEY_CODES: Final = ("invalid_api_key", "key_expired", "service_overloaded")
ABOUT_MODELS: Final = ("model_not_found",)
ABOUT_PARAMETERS: Final = ("invalid_request",)
HEADERS: Final[dict[str, str]] = {
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
        "paths": paths(),
        "components": {
            "schemas": schemas(),
            "headers": {
                name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in HEADERS.items()
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key `cr_…`."}},
        },
    }


def paths() -> dict[str, Schema]:
    return {
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
                f"If you repeat the request within {JOB_LIFETIME_SECONDS // 3600} hours, you get the original "
                "response and are charged once; 409 `idempotency_expired` when that response is no longer stored."
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
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    return {"description": description, "headers": headers, "content": content}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _header(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "header", "schema": schema, "description": description}
