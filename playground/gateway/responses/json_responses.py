"""Answers in JSON: pictures, which are read from their files while they are sent, jobs, models and errors."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import pybase64
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from playground.gateway.call_log import CallLog
from playground.gateway.models import CallState, ImageCall, ImageJob, StoredAnswer
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers.base import RenderedPicture, RenderingOptions
from playground.gateway.services import ledger, stored_answers
from playground.imageapi.catalog import PARAMETER, SNAPSHOTS
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_usage
from playground.imageapi.schemas import ImageRequest, Usage

# A multiple of three: base64 of any other number of bytes would end in padding.
BASE64_BLOCK_BYTES: Final = 3 * 64 * 1024


@dataclass(frozen=True, slots=True)
class Base64Picture:
    """A placeholder in JSON for the base64 of a file."""

    path: Path


class JsonWithPictures:
    """JSON text of `value`, with `length` bytes. Its files stay open until it is closed, so they can be deleted.

    Raises OSError when a file is gone.
    """

    def __init__(self, value: object) -> None:
        self._placeholder = secrets.token_hex(16)
        self._files: list[BinaryIO] = []
        with ExitStack() as files:
            self._stack = files
            text = json.dumps(value, separators=(",", ":"), default=self._open).encode()
            self._parts = text.split(self._placeholder.encode())
            self.length = sum(map(len, self._parts)) + sum(map(_base64_length, self._files))
            self._stack = files.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def blocks(self, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
        """Yield `before`, the text and `after`. Call it once. Raises OSError of the disk."""
        first, *later = self._parts
        # Send a short text with the picture after it: each block becomes at least one packet.
        text = before + first
        for file, following in zip(self._files, later, strict=True):
            while block := file.read(BASE64_BLOCK_BYTES):
                yield text + pybase64.b64encode(block)
                text = b""
            text += following
        yield text + after

    def _open(self, value: Any) -> str:
        if not isinstance(value, Base64Picture):
            raise TypeError(f"{type(value).__name__} is not JSON serializable")
        self._files.append(self._stack.enter_context(value.path.open("rb")))
        return self._placeholder


def _base64_length(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return (size + 2) // 3 * 4


MODELS: Final = PARAMETER["model"].values
# 21 April 2026, the date in the model's snapshot name.
MODEL_CREATED: Final = 1_776_729_600
PREFERENCE: Final = "respond-async"
_STATUS: Final = {
    CallState.ADMITTED: "queued",
    CallState.SENT: "in_progress",
    CallState.ANSWERED: "in_progress",
    CallState.CHARGED: "completed",
    CallState.DELIVERED: "completed",
    CallState.FAILED: "failed",
    CallState.VOID: "failed",
}
STATUSES: Final = (*dict.fromkeys(_STATUS.values()), "cancelled")
_GONE: Final = "This job's images are no longer stored. They were charged when the job completed."
_CANCELLED: Final = {
    None: "The job had already ended, so nothing changed.",
    CallState.ADMITTED: "The job was cancelled before it was sent. You weren't charged.",
}
_CANCELLED_AFTER_SENDING: Final = (
    "The job was cancelled after it was sent to the provider. You won't be charged. It counts as a concurrent "
    "request until the provider has finished."
)


def images_json(body: object, status: int = 200) -> HttpResponse:
    """Build a JSON answer without spaces between its tokens."""
    return HttpResponse(json.dumps(body, separators=(",", ":")), "application/json", status)


def response_pictures(
    parsed: ParsedRequest, pictures: Sequence[RenderedPicture], created: int, urls: Sequence[str] = ()
) -> JsonWithPictures:
    """Build the answer with all pictures, or with their `urls`. `created` is Unix time in seconds.

    Raises OSError when a picture is gone.
    """
    return JsonWithPictures(
        {"created": created, "data": pictures_json(pictures, urls), **answer_fields(parsed, pictures)}
    )


def pictures_json(pictures: Sequence[RenderedPicture], urls: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Describe the pictures of an answer, by their `urls` or with placeholders for their base64."""
    images: list[dict[str, Any]] = [{"url": url} for url in urls]
    images = images or [{"b64_json": Base64Picture(picture.path)} for picture in pictures]
    return [
        {**image, "revised_prompt": picture.revised_prompt} for image, picture in zip(images, pictures, strict=True)
    ]


def answer_fields(parsed: ParsedRequest, pictures: Sequence[RenderedPicture]) -> dict[str, Any]:
    """Return the fields of an answer that need the request: options, identifier and tokens."""
    drawn = [(picture.options.size, picture.options.quality) for picture in pictures]
    usage = usage_json(count_usage(parsed.image_request.prompt, drawn, image_tokens=parsed.image_tokens))
    options = rendering_options_json(pictures[0].options)
    return {**options, **safety_identifier_json(parsed.image_request), "usage": usage}


def rendering_options_json(options: RenderingOptions) -> dict[str, str]:
    """Return the options under their official names."""
    return {
        "background": options.background,
        "output_format": options.output_format,
        "quality": options.quality,
        "size": options.size,
    }


def safety_identifier_json(image_request: ImageRequest) -> dict[str, str]:
    """Return the identifier of the end user under its official name; nothing when the request has none."""
    return {"safety_identifier": image_request.end_user} if image_request.end_user else {}


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return the tokens under their official names."""
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "text_tokens": usage.input_text_tokens,
            "image_tokens": usage.input_image_tokens,
        },
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
    }


def model_json(name: str) -> dict[str, Any]:
    """Describe a model in the official schema. Raises ApiError `model_not_found`."""
    if name not in MODELS and name not in SNAPSHOTS:
        raise ApiError("model_not_found", param="model")
    return {"id": name, "object": "model", "created": MODEL_CREATED, "owned_by": "openai"}


def models_response() -> dict[str, Any]:
    """Describe all models in the official schema."""
    return {"object": "list", "data": [model_json(name) for name in MODELS]}


def error_json(error: ApiError, site: str) -> dict[str, Any]:
    """Convert an error to the OpenAI schema; its message ends with a link to its page, when `site` is known."""
    body = error.as_json()
    if site:
        body["error"]["message"] += f" See {site}{reverse('reference_error', args=[error.code])}"
    return body


def error_response(error: ApiError, site: str, allowed_methods: Iterable[str] = ()) -> HttpResponse:
    """Build an error answer, with headers that say whether and when to try again."""
    response = images_json(error_json(error, site), error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.row.should_retry is not None:
        response.headers["x-should-retry"] = "true" if error.row.should_retry else "false"
    # RFC 9110, 15.5.2: a 401 must name its scheme; a 405 must list the methods (15.5.6).
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == 405:
        response.headers["Allow"] = ", ".join((*allowed_methods, "OPTIONS"))
    return response


class TrackedResponse(StreamingHttpResponse):
    """An answer in blocks. `on_end` is called once, also after a disconnect."""

    def __init__(self, blocks: Iterator[bytes], content_type: str, on_end: Callable[[], object]) -> None:
        super().__init__(blocks, content_type=content_type)
        self._on_end: Callable[[], object] | None = on_end

    def close(self) -> None:
        """Call `on_end`; the server calls this at the end, also after a disconnect."""
        on_end, self._on_end = self._on_end, None
        try:
            if on_end is not None:
                on_end()
        finally:
            super().close()


def json_response(
    body: JsonWithPictures, on_delivered: Callable[[], object], on_end: Callable[[], object]
) -> TrackedResponse:
    """Build an answer in JSON; `on_delivered` is called after its last block was taken."""

    def blocks() -> Iterator[bytes]:
        yield from body.blocks()
        on_delivered()

    response = TrackedResponse(blocks(), "application/json", on_end)
    # The length lets clients detect a truncated answer.
    response.headers["Content-Length"] = str(body.length)
    return response


def on_response_end(resources: ExitStack, call_log: CallLog) -> Callable[[], None]:
    """Return a function that releases the resources of an answer, then writes its log line."""

    def end() -> None:
        try:
            resources.close()
        finally:
            call_log.write(200)

    return end


def job_status(call: ImageCall) -> str:
    """Return the status of a job: a cancelled one is never charged, also while its work is being stopped."""
    return "cancelled" if call.code == ledger.CANCELLED else _STATUS[CallState(call.state)]


def describe_job(job: ImageJob) -> dict[str, Any]:
    """Describe a job without its result."""
    body = {
        "object": "image.job",
        "id": job.pk,
        "status": job_status(job.call),
        "created": int(job.call.created_at.timestamp()),
    }
    if job.webhook_state:
        body["webhook"] = job.webhook_state
    if body["status"] == "failed":
        # A process that dies leaves no outcome; its lease ends the call with a code.
        body["error"] = job.outcome or ApiError(job.call.code).as_json()["error"]
    return body


def describe_result(job: ImageJob, now: datetime, *, has_urls: bool) -> dict[str, Any]:
    """Describe the answer of a completed job; addresses work for another hour.

    Raises ApiError `not_found` when its pictures are gone, and `image_provider_unavailable` when they can't be read.
    """
    stored_answer = StoredAnswer.objects.filter(call=job.call).first()
    if stored_answer is None or job.call.ended_at is None:
        raise ApiError("not_found", _GONE)
    try:
        pictures = stored_answers.load_pictures(stored_answer)
    except FileNotFoundError as error:
        raise ApiError("not_found", _GONE) from error
    except OSError as error:
        message = "This job's images can't be read at the moment. You weren't charged again."
        raise ApiError("image_provider_unavailable", message) from error
    urls = []
    if has_urls:
        stored_answers.publish_pictures(stored_answer, now)
        urls = [stored_answers.published_url(job.site, stored_answer, picture) for picture in pictures]
    return {
        "created": int(job.call.ended_at.timestamp()),
        "data": pictures_json(pictures, urls),
        **(job.outcome or {}),
    }


def accepted_response(job: ImageJob) -> HttpResponse:
    """Answer a call that became a job, or that was one already."""
    response = images_json(describe_job(job), 202)
    response.headers["Location"] = f"{job.site}{reverse('gateway:job', args=(job.pk,))}"
    response.headers["Preference-Applied"] = PREFERENCE
    return response


def job_response(job: ImageJob, call_log: CallLog, now: datetime) -> TrackedResponse:
    """Answer with a job and its result. Raises ApiError when its pictures are gone."""
    body = describe_job(job)
    if body["status"] == "completed":
        body["result"] = describe_result(job, now, has_urls=job.has_urls)
    with ExitStack() as resources:
        pictures = resources.enter_context(JsonWithPictures(body))
        return json_response(pictures, lambda: None, on_response_end(resources.pop_all(), call_log))


def cancelled_response(job: ImageJob, state: CallState | None) -> HttpResponse:
    """Answer a cancellation; `state` is that of the call before, None when it had ended."""
    return images_json({**describe_job(job), "message": _CANCELLED.get(state, _CANCELLED_AFTER_SENDING)})
