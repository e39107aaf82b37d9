"""Server-sent events of `stream=true`, with the official names and fields."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientDisconnected
from playground.gateway.parsing.image_check import api_error_from_exception
from playground.gateway.parsing.requests import ParsedRequest
from playground.gateway.renderers.base import RenderedPicture, RenderedPreview, Rendering
from playground.gateway.responses.json_responses import (
    Base64Picture,
    JsonWithPictures,
    TrackedResponse,
    error_json,
    on_response_end,
    rendering_options_json,
    safety_identifier_json,
    usage_json,
)
from playground.imageapi.catalog import EVENT_PREFIXES, STREAM_COMMENT_SECONDS
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_usage

logger = logging.getLogger("playground.gateway.responses.events")
# A comment that sends the headers at once: proxies see an answer, and clients a request id.
ACCEPTED: Final = b": accepted\n\n"
WORKING: Final = b": working\n\n"


def event_stream_response(
    parsed: ParsedRequest,
    rendering: Rendering,
    call_log: CallLog,
    charge: Callable[[list[RenderedPicture]], list[RenderedPicture]],
    on_delivered: Callable[[], object],
    resources: ExitStack,
) -> TrackedResponse:
    """Build the event stream of a call; a failure after the first byte is an `error` event.

    `charge` charges for all pictures before the first of them is sent, and returns those to send; `on_delivered` is
    called after the last event. The resources are released at the end, and after a failure before its event: the
    client may call again at once, and the slot must be free by then.
    """
    # Stays when the client disconnects before the last event.
    call_log.code = "client_gone"
    blocks = _event_blocks(parsed, rendering, call_log, charge, on_delivered, resources.close)
    response = TrackedResponse(blocks, "text/event-stream; charset=utf-8", on_response_end(resources, call_log))
    # Keeps nginx from buffering the events.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _event_blocks(
    parsed: ParsedRequest,
    rendering: Rendering,
    call_log: CallLog,
    charge: Callable[[list[RenderedPicture]], list[RenderedPicture]],
    on_delivered: Callable[[], object],
    on_failed: Callable[[], object],
) -> Iterator[bytes]:
    yield ACCEPTED
    try:
        yield from _picture_events(parsed, rendering, charge)
    # Nobody is there to read an event.
    except ClientDisconnected:
        return
    except ApiError as error:
        call_log.code = error.code
        _run_on_failed(on_failed)
        yield from _format_event("error", error_json(error, call_log.site))
    except Exception as error:  # the outermost handler of a stream
        call_log.write_error(error)
        call_log.code = "server_error"
        _run_on_failed(on_failed)
        yield from _format_event("error", error_json(api_error_from_exception(error), call_log.site))
    else:
        call_log.code = ""
        on_delivered()


def _run_on_failed(on_failed: Callable[[], object]) -> None:
    """End the call without a charge. When that fails its lease runs out; the client gets the error in any case."""
    try:
        on_failed()
    except Exception as error:
        logger.error("a failed call could not be ended: %s", type(error).__name__)


def _picture_events(
    parsed: ParsedRequest, rendering: Rendering, charge: Callable[[list[RenderedPicture]], list[RenderedPicture]]
) -> Iterator[bytes]:
    previews: Counter[int] = Counter()
    finished: list[RenderedPicture] = []
    kind = EVENT_PREFIXES[parsed.image_request.endpoint]
    written_at = time.monotonic()
    for event in rendering:
        if event is None:
            if time.monotonic() - written_at >= STREAM_COMMENT_SECONDS:
                yield WORKING
                written_at = time.monotonic()
            continue
        if isinstance(event, RenderedPreview):
            try:
                preview = _format_event(f"{kind}.partial_image", _preview_fields(event))
            except OSError:
                # Its file is gone; a preview must not end a paid call.
                continue
            previews[event.index] += 1
            yield from preview
            written_at = time.monotonic()
        else:
            finished.append(event)
    for picture in charge(finished):
        yield from _format_event(f"{kind}.completed", _completed_fields(parsed, picture, previews[picture.index]))


def _preview_fields(preview: RenderedPreview) -> dict[str, Any]:
    return {**_picture_fields(preview), "partial_image_index": preview.step}


def _completed_fields(parsed: ParsedRequest, picture: RenderedPicture, previews: int) -> dict[str, Any]:
    # Only the first event has the tokens of prompt and sources, so that the sum over all events is right.
    prompt, image_tokens = ("", 0) if picture.index else (parsed.image_request.prompt, parsed.image_tokens)
    options = [(picture.options.size, picture.options.quality)]
    usage = count_usage(prompt, options, previews=previews, image_tokens=image_tokens)
    return {
        **_picture_fields(picture),
        "revised_prompt": picture.revised_prompt,
        **safety_identifier_json(parsed.image_request),
        "usage": usage_json(usage),
    }


def _picture_fields(event: RenderedPreview | RenderedPicture) -> dict[str, Any]:
    # `index` is an extension: the official events do not tell n pictures apart.
    return {
        "b64_json": Base64Picture(event.path),
        "index": event.index,
        "created_at": int(time.time()),
        **rendering_options_json(event.options),
    }


def _format_event(name: str, fields: dict[str, Any]) -> Iterator[bytes]:
    """Open the files of an event at once, and return its blocks. Raises OSError when a file is gone."""
    return _event_bytes(name, JsonWithPictures({"type": name, **fields}))


def _event_bytes(name: str, data: JsonWithPictures) -> Iterator[bytes]:
    with data:
        yield from data.blocks(f"event: {name}\ndata: ".encode(), b"\n\n")
