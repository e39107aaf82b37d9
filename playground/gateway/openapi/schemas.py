"""JSON schemas of what is sent and what comes back."""

from typing import Any, Final

from playground.imageapi import meanings
from playground.imageapi.errors import API_ERRORS
from playground.imageapi.options import (
    ALPHA_FORMATS,
    BACKGROUNDS,
    ENDPOINTS,
    OUTPUT_FORMATS,
    PARAMETER,
    QUALITIES,
    Endpoint,
    Parameter,
    parameters_of,
)
from playground.imageapi.usage import COLUMNS

type Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
KINDS: Final = {"generations": "image_generation", "edits": "image_edit"}


def ref(name: str) -> Schema:
    """A pointer to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Schema]:
    """All schemas by name."""
    return {
        **{f"{endpoint}_request": request(endpoint) for endpoint in ENDPOINTS},
        "pictures": _pictures(),
        "usage_tokens": _tokens(),
        "model": _model(),
        "models": _closed({"object": {"const": "list"}, "data": {"type": "array", "items": ref("model")}}),
        "usage": _usage(),
        "error": _error(),
        **{f"{endpoint}_event": _event(endpoint) for endpoint in ENDPOINTS},
    }


def request(endpoint: Endpoint) -> Schema:
    """What is sent to an endpoint; unknown fields are allowed and ignored."""
    parameters = parameters_of(endpoint)
    return {
        "type": "object",
        "properties": {one.name: _property(one, endpoint) for one in parameters},
        "required": [one.name for one in parameters if one.required],
        "not": _transparent_without_alpha(),
    }


def _transparent_without_alpha() -> Schema:
    without = [one for one in OUTPUT_FORMATS if one not in ALPHA_FORMATS]
    names = {"background": {"const": "transparent"}, "output_format": {"enum": without}}
    return {"properties": names, "required": list(names)}


def _property(parameter: Parameter, endpoint: Endpoint) -> Schema:
    about: Schema = {"description": meanings.meaning(parameter.name, endpoint)}
    default = parameter.default_for(endpoint)
    if default is not None:
        about["default"] = default
    if parameter.kind == "file":
        file: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
        if parameter.maximum is None:
            return file | about
        return {"type": "array", "items": file, "minItems": parameter.minimum, "maxItems": parameter.maximum} | about
    # In JSON, null counts as not sent.
    is_nullable = endpoint == "generations" and not parameter.required
    schema: Schema = {"type": [parameter.kind, "null"] if is_nullable else parameter.kind}
    if values := parameter.accepts(endpoint):
        schema["enum"] = [*values, None] if is_nullable else list(values)
    for name, limit in (
        ("minimum", parameter.minimum),
        ("maximum", parameter.maximum),
        ("maxLength", parameter.max_length),
    ):
        if limit is not None:
            schema[name] = limit
    if parameter.name == "prompt" and endpoint == "generations":
        schema |= {"minLength": 1, "pattern": r"\S"}
    return schema | about


def _pictures() -> Schema:
    shown = {"b64_json": {**TEXT, "contentEncoding": "base64"}, "url": {**TEXT, "format": "uri"}}
    picture = {
        "type": "object",
        "properties": {**shown, "revised_prompt": TEXT},
        "oneOf": [{"required": [name]} for name in shown],
        "additionalProperties": False,
    }
    data = {"type": "array", "items": picture, "minItems": 1, "maxItems": PARAMETER["n"].maximum}
    return _closed({"created": COUNT, "data": data, **_look(), "usage": ref("usage_tokens")})


def _event(endpoint: Endpoint) -> Schema:
    """One event of a stream: its name, and data in JSON; `index` says which of n pictures it shows."""
    shown = {"b64_json": TEXT, "index": COUNT, "created_at": COUNT, **_look()}
    preview, whole = (f"{KINDS[endpoint]}.{name}" for name in ("partial_image", "completed"))
    data = [
        _closed({"type": {"const": preview}, **shown, "partial_image_index": COUNT}),
        _closed({"type": {"const": whole}, **shown, "revised_prompt": TEXT, "usage": ref("usage_tokens")}),
        _closed({"type": {"const": "error"}, "error": _error_fields()}),
    ]
    names = {"type": "string", "enum": [preview, whole, "error"]}
    in_json = {"type": "string", "contentMediaType": "application/json", "contentSchema": {"oneOf": data}}
    return _closed({"event": names, "data": in_json})


def _look() -> dict[str, Schema]:
    return {
        "background": {"enum": [one for one in BACKGROUNDS if one != "auto"]},
        "output_format": {"enum": list(OUTPUT_FORMATS)},
        "quality": {"enum": list(QUALITIES)},
        # As it is, also where a provider drew another than was asked for.
        "size": {**TEXT, "pattern": "^[0-9]+x[0-9]+$"},
    }


def _usage() -> Schema:
    day = _closed({"date": {**TEXT, "format": "date"}, "images": COUNT, "micro_usd": COUNT})
    today = _closed({"images": COUNT, "limit": COUNT, "resets_at": {**TEXT, "format": "date-time"}})
    budget: Schema = {"type": ["integer", "null"], "description": "Micro-dollars; null: no limit."}
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
    call = _closed({name: kinds.get(name, COUNT) for name in COLUMNS})
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


def _error() -> Schema:
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


def _tokens() -> Schema:
    details = _closed({"text_tokens": COUNT, "image_tokens": COUNT})
    counts = {"input_tokens": COUNT, "input_tokens_details": details, "output_tokens": COUNT, "total_tokens": COUNT}
    return _closed(counts)


def _model() -> Schema:
    values = {"enum": list(PARAMETER["model"].values)}
    return _closed({"id": values, "object": {"const": "model"}, "created": COUNT, "owned_by": TEXT})


def _closed(properties: dict[str, Schema]) -> Schema:
    """An object that has all of these properties and no other."""
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
