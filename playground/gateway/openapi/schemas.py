"""The schemas of the OpenAPI document, built from the same lists as the API itself."""

from typing import Any, Final

from playground.gateway.models import WebhookState
from playground.gateway.responses.json_responses import STATUSES
from playground.imageapi import parameter_help
from playground.imageapi.catalog import (
    ALPHA_FORMATS,
    BACKGROUNDS,
    ENDPOINTS,
    EVENT_PREFIXES,
    MAX_SOURCES,
    OUTPUT_FORMATS,
    PARAMETER,
    QUALITIES,
    Endpoint,
    Parameter,
    parameters_for,
)
from playground.imageapi.client.small_requests import USAGE_COLUMNS
from playground.imageapi.errors import API_ERRORS

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
