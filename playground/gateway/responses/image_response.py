"""JSON with pictures in it, spelled out block by block: they are read from their files while it is sent."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import pybase64
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from playground.gateway.call_log import CallLog
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers.base import RenderedPicture, RenderingOptions
from playground.imageapi.catalog import PARAMETER
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_usage
from playground.imageapi.schemas import Usage

# Three bytes are four letters: a block of any other number would end in padding.
BASE64_BLOCK_BYTES: Final = 3 * 64 * 1024


@dataclass(frozen=True, slots=True)
class Base64Picture:
    """Stands in JSON for what is in a file."""

    path: Path


class JsonWithPictures:
    """`value` as JSON text, `length` bytes of it. Its files are open until it is closed, so they may be removed.

    Raises OSError when one of them is gone.
    """

    def __init__(self, value: object) -> None:
        self._mark = secrets.token_hex(16)
        self._files: list[BinaryIO] = []
        with ExitStack() as opened:
            self._opened = opened
            text = json.dumps(value, separators=(",", ":"), default=self._open).encode()
            self._texts = text.split(self._mark.encode())
            self.length = sum(map(len, self._texts)) + sum(map(_base64_length, self._files))
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def blocks(self, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
        """The text, once, between what comes `before` and `after` it. Raises OSError of the disk."""
        first, *others = self._texts
        # Short texts go with the picture behind them: a block is a packet at least.
        text = before + first
        for file, following in zip(self._files, others, strict=True):
            while block := file.read(BASE64_BLOCK_BYTES):
                yield text + pybase64.b64encode(block)
                text = b""
            text += following
        yield text + after

    def _open(self, value: Any) -> str:
        if not isinstance(value, Base64Picture):
            raise TypeError(f"{type(value).__name__} is no JSON")
        self._files.append(self._opened.enter_context(value.path.open("rb")))
        return self._mark


def _base64_length(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return (size + 2) // 3 * 4


MODELS: Final = PARAMETER["model"].values
# 21 April 2026, the date in the model's snapshot name.
MODEL_CREATED: Final = 1_776_729_600


def images_json(body: object, status: int = 200) -> HttpResponse:
    """A JSON answer, without the spaces that readers of megabytes would pay for."""
    return HttpResponse(json.dumps(body, separators=(",", ":")), "application/json", status)


def response_pictures(
    parsed: ParsedRequest, pictures: Sequence[RenderedPicture], created: int, addresses: Sequence[str] = ()
) -> JsonWithPictures:
    """Build the answer with all pictures, or with their addresses. `created` is Unix time in seconds.

    Raises OSError when a picture is gone.
    """
    shown: list[dict[str, Any]] = [{"url": one} for one in addresses]
    shown = shown or [{"b64_json": Base64Picture(one.path)} for one in pictures]
    data = [{**one, "revised_prompt": picture.revised_prompt} for one, picture in zip(shown, pictures, strict=True)]
    options = [(one.options.size, one.options.quality) for one in pictures]
    usage = usage_json(count_usage(parsed.image_request.prompt, options, image_tokens=parsed.image_tokens))
    return JsonWithPictures(
        {"created": created, "data": data, **rendering_options_json(pictures[0].options), "usage": usage}
    )


def rendering_options_json(options: RenderingOptions) -> dict[str, str]:
    """What pictures were rendered as, under the official names."""
    return {
        "background": options.background,
        "output_format": options.output_format,
        "quality": options.quality,
        "size": options.size,
    }


def usage_json(usage: Usage) -> dict[str, Any]:
    """Tokens under the official names."""
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
    """One model in the official shape. Raises ApiError `model_not_found`."""
    if name not in MODELS:
        raise ApiError("model_not_found", param="model")
    return {"id": name, "object": "model", "created": MODEL_CREATED, "owned_by": "openai"}


def models_response() -> dict[str, Any]:
    """All models in the official shape."""
    return {"object": "list", "data": [model_json(name) for name in MODELS]}


def error_json(error: ApiError, site: str) -> dict[str, Any]:
    """An error in the OpenAI schema; its message ends with the address on `site`, if known, of its code's page."""
    body = error.as_json()
    if site:
        body["error"]["message"] += f" See {site}{reverse('reference_error', args=[error.code])}"
    return body


def error_response(error: ApiError, site: str, allowed_methods: Iterable[str] = ()) -> HttpResponse:
    """An error in the OpenAI schema, with the headers that tell clients whether and when to try again."""
    response = images_json(error_json(error, site), error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.row.should_retry is not None:
        response.headers["x-should-retry"] = "true" if error.row.should_retry else "false"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == 405:
        response.headers["Allow"] = ", ".join((*allowed_methods, "OPTIONS"))
    return response


class TrackedResponse(StreamingHttpResponse):
    """An answer in blocks. `on_end` is called once, at the end or when the caller left before."""

    def __init__(self, blocks: Iterator[bytes], content_type: str, on_end: Callable[[], object]) -> None:
        super().__init__(blocks, content_type=content_type)
        self._on_end: Callable[[], object] | None = on_end

    def close(self) -> None:
        """Called by the server at the end, also when the caller left."""
        on_end, self._on_end = self._on_end, None
        try:
            if on_end is not None:
                on_end()
        finally:
            super().close()


def json_response(
    answer: JsonWithPictures, on_whole: Callable[[], object], on_end: Callable[[], object]
) -> TrackedResponse:
    """An answer in JSON; `on_whole` is called after its last block was taken."""

    def blocks() -> Iterator[bytes]:
        yield from answer.blocks()
        on_whole()

    response = TrackedResponse(blocks(), "application/json", on_end)
    # With a length, whoever reads it knows a cut answer from a whole one.
    response.headers["Content-Length"] = str(answer.length)
    return response


def end_response(resources: ExitStack, call_log: CallLog) -> Callable[[], None]:
    """What ends an answer: all that was `held` for it is given back, then its line is written."""

    def end() -> None:
        try:
            resources.close()
        finally:
            call_log.write(200)

    return end
