"""Server-sent events of `stream=true`, with the official names and fields."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientDisconnected
from playground.gateway.parsing.image_check import api_error_from
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers.base import RenderedPicture, RenderedPreview, Rendering
from playground.gateway.responses.image_response import (
    Base64Picture,
    JsonWithPictures,
    TrackedResponse,
    end_response,
    error_json,
    rendering_options_json,
    usage_json,
)
from playground.imageapi.catalog import EVENT_PREFIXES
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_usage

logger = logging.getLogger("playground.gateway.responses.events")
# A comment: it sends the headers at once, so that proxies see an answer and clients a request id.
ACCEPTED: Final = b": accepted\n\n"


def event_stream_response(
    parsed: ParsedRequest,
    rendering: Rendering,
    call_log: CallLog,
    settle: Callable[[list[RenderedPicture]], list[RenderedPicture]],
    on_whole: Callable[[], object],
    resources: ExitStack,
) -> TrackedResponse:
    """The events of a call; a failure after the first byte is an `error` event. Sets `call.code`.

    `settle` charges for all pictures before the first of them is shown, and answers with those to show; `on_whole` is
    called after the last event. What is `held` is given back at the end; after a failure before it is told, for
    whoever hears of it may call again at once, and the slot must be free by then.
    """
    # Until the last event is out: whoever closes the stream before has left.
    call_log.code = "client_gone"
    blocks = _event_blocks(parsed, rendering, call_log, settle, on_whole, resources.close)
    response = TrackedResponse(blocks, "text/event-stream; charset=utf-8", end_response(resources, call_log))
    # nginx would collect the events otherwise.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _event_blocks(
    parsed: ParsedRequest,
    rendering: Rendering,
    call_log: CallLog,
    settle: Callable[[list[RenderedPicture]], list[RenderedPicture]],
    on_whole: Callable[[], object],
    on_failed: Callable[[], object],
) -> Iterator[bytes]:
    yield ACCEPTED
    try:
        yield from _picture_events(parsed, rendering, settle)
    except ClientDisconnected:
        return
    except ApiError as error:
        call_log.code = error.code
        _end(on_failed)
        yield from _format_event("error", error_json(error, call_log.site))
    except Exception as error:  # the outermost handler of a stream
        call_log.write_error(error)
        call_log.code = "server_error"
        _end(on_failed)
        yield from _format_event("error", error_json(api_error_from(error), call_log.site))
    else:
        call_log.code = ""
        on_whole()


def _end(on_failed: Callable[[], object]) -> None:
    """End the call in the books. Where that fails, its lease runs out; the caller hears of the error in any case."""
    try:
        on_failed()
    except Exception as error:
        logger.error("a call could not be ended in the books: %s", type(error).__name__)


def _picture_events(
    parsed: ParsedRequest, rendering: Rendering, settle: Callable[[list[RenderedPicture]], list[RenderedPicture]]
) -> Iterator[bytes]:
    previews: Counter[int] = Counter()
    finished: list[RenderedPicture] = []
    kind = EVENT_PREFIXES[parsed.image_request.endpoint]
    for event in rendering:
        if isinstance(event, RenderedPreview):
            try:
                preview = _format_event(f"{kind}.partial_image", _preview(event))
            except OSError:
                # Its file is gone; a preview must not end a call that is paid for.
                continue
            previews[event.index] += 1
            yield from preview
        else:
            finished.append(event)
    for picture in settle(finished):
        yield from _format_event(f"{kind}.completed", _completed(parsed, picture, previews[picture.index]))


def _preview(preview: RenderedPreview) -> dict[str, Any]:
    return {**_picture_event(preview), "partial_image_index": preview.step}


def _completed(parsed: ParsedRequest, picture: RenderedPicture, previews: int) -> dict[str, Any]:
    # Prompt and sources are read once: their tokens stand in the first event alone, so that events add up.
    prompt, image_tokens = ("", 0) if picture.index else (parsed.image_request.prompt, parsed.image_tokens)
    options = [(picture.options.size, picture.options.quality)]
    usage = count_usage(prompt, options, previews=previews, image_tokens=image_tokens)
    return {
        **_picture_event(picture),
        "revised_prompt": picture.revised_prompt,
        "usage": usage_json(usage),
    }


def _picture_event(event: RenderedPreview | RenderedPicture) -> dict[str, Any]:
    # `index` is ours: the official events do not say which of n pictures they show.
    return {
        "b64_json": Base64Picture(event.path),
        "index": event.index,
        "created_at": int(time.time()),
        **rendering_options_json(event.options),
    }


def _format_event(name: str, fields: dict[str, Any]) -> Iterator[bytes]:
    """An event in blocks. Raises OSError when a picture in it is gone."""
    return _spelled(name, JsonWithPictures({"type": name, **fields}))


def _spelled(name: str, spelled: JsonWithPictures) -> Iterator[bytes]:
    with spelled as data:
        yield from data.blocks(f"event: {name}\ndata: ".encode(), b"\n\n")
