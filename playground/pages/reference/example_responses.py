"""Example responses and errors beside the endpoints; tests compare their fields with the OpenAPI document."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from markupsafe import Markup

from playground.imageapi.catalog import DEFAULT_MODEL, JOB_LIFETIME_SECONDS, MAX_FILE_BYTES, MIB
from playground.imageapi.errors import ERRORS, ApiError
from playground.pages.snippets.highlight import highlight

# The first eight bytes of every PNG; below, `UklGR` is the RIFF of every WebP.
_BASE64: Final = "iVBORw0KGgo…"
_CREATED: Final = 1_777_135_432
_OPTIONS: Final = {"background": "opaque", "output_format": "png", "quality": "low", "size": "1024x1024"}


def _tokens(text: int, image: int, output: int) -> dict[str, Any]:
    details = {"text_tokens": text, "image_tokens": image}
    return {
        "input_tokens": text + image,
        "input_tokens_details": details,
        "output_tokens": output,
        "total_tokens": text + image + output,
    }


GENERATION: Final[dict[str, Any]] = {
    "created": _CREATED,
    "data": [{"b64_json": _BASE64, "revised_prompt": "A cyberpunk Tokyo street at night…"}],
    **_OPTIONS,
    "usage": _tokens(13, 0, 196),
}
EDIT: Final[dict[str, Any]] = {
    "created": _CREATED,
    "data": [{"b64_json": _BASE64, "revised_prompt": "Put a tiny golden crown on the cat's head…"}],
    **_OPTIONS,
    "quality": "high",
    "usage": _tokens(17, 323, 7024),
}
LINK: Final[dict[str, Any]] = {
    "created": _CREATED,
    "data": [{"url": "https://…/v1/pictures/…/1.png", "revised_prompt": "A serene Japanese garden…"}],
    **_OPTIONS,
    "usage": _tokens(9, 0, 196),
}
QUOTE: Final[dict[str, Any]] = {
    "object": "image.quote",
    "micro_usd": {"low": 422_000, "high": 422_000},
    "seconds": {"low": 70, "high": 120},
    "images_left_today": 97,
    "micro_usd_left": None,
    "ignored": [],
}
MODELS: Final[dict[str, Any]] = {
    "object": "list",
    "data": [{"id": DEFAULT_MODEL, "object": "model", "created": 1_776_729_600, "owned_by": "openai"}],
}
USAGE: Final[dict[str, Any]] = {
    "object": "usage",
    "today": {"images": 3, "limit": 100, "resets_at": "2026-12-01T00:00:00+08:00"},
    "account": {
        "spent_micro_usd": 1_240_000,
        "daily_micro_usd": None,
        "total_micro_usd": 50_000_000,
        "running": 0,
        "concurrency": 2,
    },
    "days": [{"date": "2026-11-30", "images": 3, "micro_usd": 240_000}],
    "calls": [
        {
            "id": "req_7f3a…",
            "created": 1_796_000_000,
            "endpoint": "generations",
            "size": "1024x1024",
            "quality": "low",
            "n": 1,
            "images": 1,
            "status": 200,
            "code": "",
            "seconds": 24.18,
            "micro_usd": 80_000,
            "job": "job_5d1c…",
        }
    ],
    "next": None,
}
JOB: Final[dict[str, Any]] = {
    "object": "image.job",
    "id": "job_5d1c…",
    "status": "queued",
    "created": _CREATED,
}
COMPLETED_JOB: Final[dict[str, Any]] = {**JOB, "status": "completed", "result": GENERATION}
PREVIEW_EVENT: Final[dict[str, Any]] = {
    "type": "image_generation.partial_image",
    "b64_json": _BASE64,
    "index": 0,
    "created_at": _CREATED,
    **_OPTIONS,
    "partial_image_index": 0,
}
COMPLETED_EVENT: Final[dict[str, Any]] = {
    "type": "image_generation.completed",
    "b64_json": _BASE64,
    "index": 0,
    "created_at": _CREATED,
    **_OPTIONS,
    "revised_prompt": "A cyberpunk Tokyo street at night…",
    "usage": _tokens(13, 0, 396),
}
ERROR_EVENT: Final[dict[str, Any]] = {"type": "error", **ApiError("image_provider_unavailable").as_json()}
# The error beside each endpoint, one that its callers do meet.
_ERRORS: Final = {
    "several": ApiError("image_daily_limit"),
    "edit": ApiError(
        "image_too_large", f"cat.png is 31 MB; a file may be at most {MAX_FILE_BYTES // MIB} MB.", param="image"
    ),
    "compose": ApiError("invalid_request", "image takes 1 to 8 files, not 9.", param="image"),
    "json_edit": ApiError(
        "invalid_request",
        "images[0].file_id isn't supported, because this API stores no files. Send the image in image_url.",
        param="images[0].file_id",
    ),
    "quote": ApiError("crs_daily_exhausted"),
    "job": ApiError(
        "not_found", f"This API key has no job with this ID. Jobs are kept for {JOB_LIFETIME_SECONDS // 3600} hours."
    ),
    "models": ApiError("invalid_api_key"),
    "usage": ApiError("invalid_request", "format must be one of: json, csv.", param="format"),
    "errors": ApiError("concurrency_exhausted"),
}
_RESPONSES: Final[dict[str, dict[str, Any]]] = {
    "generate": GENERATION,
    "several": {
        **GENERATION,
        "data": [
            {"b64_json": "UklGRrQ…", "revised_prompt": "A small ceramic vase…"},
            {"b64_json": "UklGRn4…", "revised_prompt": "A small ceramic vase…"},
        ],
        "output_format": "webp",
        "size": "1536x1024",
        "usage": _tokens(10, 0, 392),
    },
    "edit": EDIT,
    "compose": {**EDIT, "size": "1536x1024", "usage": _tokens(18, 646, 5488)},
    "url": LINK,
    "quote": QUOTE,
    "completed_job": COMPLETED_JOB,
    "models": MODELS,
    "usage": USAGE,
}


@dataclass(frozen=True, slots=True)
class ExampleResponse:
    """An HTTP response: status, the headers worth seeing, and its highlighted body."""

    status: int
    code: str
    headers: tuple[tuple[str, str], ...]
    html: Markup


# The same for every reader: each body is highlighted once in a process.
@cache
def responses() -> dict[str, ExampleResponse]:
    """Return the response beside each sample that gets JSON."""
    accepted = (("Location", "https://…/v1/jobs/job_5d1c…"), ("Preference-Applied", "respond-async"))
    return {
        **{name: ExampleResponse(200, "", (), _json(body)) for name, body in _RESPONSES.items()},
        "job": ExampleResponse(202, "", accepted, _json(JOB)),
    }


@cache
def errors() -> dict[str, ExampleResponse]:
    """Return the error beside each sample."""
    return {name: _error(error) for name, error in _ERRORS.items()}


@cache
def event_stream() -> Markup:
    """Return the text of a stream as it is sent: a preview and the finished image."""
    return _events(PREVIEW_EVENT, COMPLETED_EVENT)


@cache
def failed_stream() -> Markup:
    """Return the text of the event that ends a stream with an error."""
    return _events(ERROR_EVENT)


def _error(error: ApiError) -> ExampleResponse:
    row = ERRORS[error.code]
    headers = [("x-request-id", "req_7f3a…")]
    if row.retry_after is not None:
        headers.append(("Retry-After", str(row.retry_after)))
    if row.should_retry is not None:
        headers.append(("x-should-retry", str(row.should_retry).lower()))
    return ExampleResponse(row.status, error.code, tuple(headers), _json(error.as_json()))


def _json(body: dict[str, Any]) -> Markup:
    return highlight(json.dumps(body, indent=2, ensure_ascii=False), "json")


def _events(*bodies: dict[str, Any]) -> Markup:
    lines = []
    for body in bodies:
        data = highlight(json.dumps(body, ensure_ascii=False), "json")
        lines.append(
            Markup('<span class="hl-keyword">event:</span> {}\n<span class="hl-keyword">data:</span> {}\n').format(
                body["type"], data
            )
        )
    return Markup("\n").join(lines)
