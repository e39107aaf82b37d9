"""The document itself: addresses, what they take, every answer they give."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.conf import settings

from playground.gateway.chores import SHOWN_DAYS
from playground.gateway.idempotency import LONGEST
from playground.gateway.openapi.schemas import Schema, ref, schemas
from playground.gateway.usage import DEFAULT_DAYS, PAGE_PATTERN
from playground.imageapi.errors import API_ERRORS, CDN_TIMEOUT, ERRORS
from playground.imageapi.options import MEDIA_TYPES, Endpoint
from playground.imageapi.rehearsals import CODES

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
# Errors that every address can answer with, those that need a key, and what only calls for pictures can meet.
EVERYWHERE: Final = ("method_not_allowed", "server_error")
KEYED: Final = ("invalid_api_key", "key_expired", "service_overloaded")
ABOUT_MODELS: Final = ("model_not_found",)
ABOUT_PARAMETERS: Final = ("invalid_request",)
_HEADERS: Final[dict[str, str]] = {
    "x-request-id": "The name of this call, in logs and in usage.",
    "x-should-retry": "`false`: trying again does not help, or may cost a second picture.",
    "Retry-After": "Seconds to wait before trying again.",
    "x-ignored": "Names of text fields that were sent and mean nothing here; an unknown file field is refused.",
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gpt-image-2 image API",
            "version": settings.VERSION,
            "description": "OpenAI-compatible: pictures from text, and from pictures.",
        },
        "servers": [{"url": f"/{settings.URL_PREFIX}v1"}],
        "security": [{"key": []}],
        "paths": {
            "/images/generations": {"post": _images("generations", "Pictures from text", JSON)},
            "/images/edits": {"post": _images("edits", "Pictures from pictures", FORM)},
            "/models": {"get": _operation("models", "The models", _ok(JSON, ref("models")), KEYED)},
            "/models/{model}": {"parameters": [_path("model")], "get": _model()},
            "/usage": {"get": _usage()},
            "/pictures/{token}/{name}": {"parameters": [_path("token"), _path("name")], "get": _picture()},
            "/openapi.json": {
                "get": _operation("openapi", "This document", _ok(JSON, {"type": "object"}), is_open=True)
            },
        },
        "components": {
            "schemas": schemas(),
            "headers": {name: {"description": said, "schema": {"type": "string"}} for name, said in _HEADERS.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key `cr_…`."}},
        },
    }


def _images(endpoint: Endpoint, summary: str, media_type: str) -> Schema:
    codes = [row.code for row in API_ERRORS if row.code not in ("not_found", "method_not_allowed")]
    # As OpenAPI 3.2 describes streams; readers of 3.1 pass over it.
    streamed = {"text/event-stream": {"itemSchema": ref(f"{endpoint}_event")}}
    answers = _ok(JSON, ref("pictures"))
    answers["200"]["content"] |= streamed
    answers[str(CDN_TIMEOUT)] = {
        "description": "`upstream_timeout` as a CDN says it: it waited too long for the answer and sends a page "
        "instead of JSON. The picture may be finished and charged. This server answers so in a rehearsal only.",
        "content": {"text/html": {"schema": {"type": "string"}}},
    }
    operation = _operation(endpoint, summary, answers, codes)
    operation["parameters"] = [
        _header(
            "Idempotency-Key",
            {"type": "string", "maxLength": LONGEST},
            (
                "The same call sent again within a day gets the same answer, charged once; 409 `idempotency_expired` "
                "when that answer is no longer stored."
            ),
        ),
        _header("X-Rehearse", {"type": "string", "enum": list(CODES)}, "Demo keys only: answer with this error."),
    ]
    content: Schema = {"schema": ref(f"{endpoint}_request")}
    if media_type == FORM:
        kinds = ", ".join(MEDIA_TYPES.values())
        content["encoding"] = {"image": {"contentType": kinds}, "mask": {"contentType": MEDIA_TYPES["png"]}}
    operation["requestBody"] = {"required": True, "content": {media_type: content}}
    return operation


def _model() -> Schema:
    return _operation("model", "One model", _ok(JSON, ref("model")), (*KEYED, *ABOUT_MODELS))


def _usage() -> Schema:
    answers = _ok(JSON, ref("usage"))
    answers["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    operation = _operation("usage", "What the key used", answers, (*KEYED, *ABOUT_PARAMETERS))
    days = {"type": "integer", "minimum": 1, "maximum": SHOWN_DAYS, "default": DEFAULT_DAYS}
    after = {"type": "string", "pattern": f"^{PAGE_PATTERN}$"}
    operation["parameters"] = [
        _query("days", days, "How many Beijing days, today included."),
        _query("after", after, "The value of `next` in an earlier answer."),
        _query("format", {"type": "string", "enum": ["json", "csv"], "default": "json"}, "csv: one row a call."),
    ]
    return operation


def _picture() -> Schema:
    answers = {"200": _answer("The picture.", {kind: {} for kind in MEDIA_TYPES.values()})}
    return _operation("picture", "A picture of an answer with URLs", answers, ("not_found",), is_open=True)


def _operation(
    name: str, summary: str, answers: Schema, codes: Iterable[str] = (), *, is_open: bool = False
) -> Schema:
    operation = {"operationId": name, "summary": summary, "responses": answers | _failures((*codes, *EVERYWHERE))}
    return operation | ({"security": []} if is_open else {})


def _failures(codes: Iterable[str]) -> Schema:
    """An answer for each status, naming the codes that come with it."""
    said: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for code in codes:
        said[ERRORS[code].status][code] = f"`{code}`: {ERRORS[code].message}"
        if code == "image_too_large":
            # A body of text can be too long as well.
            said[ERRORS[code].status]["invalid_request"] = "`invalid_request`: The body is too long."
    content = {JSON: {"schema": ref("error")}}
    return {str(status): _answer("\n\n".join(words.values()), content) for status, words in sorted(said.items())}


def _ok(media_type: str, schema: Schema) -> Schema:
    return {"200": _answer("OK", {media_type: {"schema": schema}})}


def _answer(description: str, content: Schema) -> Schema:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    return {"description": description, "headers": headers, "content": content}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _header(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "header", "schema": schema, "description": description}
