"""Server-sent events of `stream=true`, with the official names and fields."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from playground.gateway.answers import error_as_json, look_as_json, usage_as_json
from playground.gateway.call import Call
from playground.gateway.caller import CallerLeft
from playground.gateway.delivery import Delivery, ending
from playground.gateway.orders import Order
from playground.gateway.refusals import error_of
from playground.gateway.renderers import Picture, Preview, Rendering
from playground.gateway.spelled import InBase64, Spelled
from playground.imageapi.errors import ApiError
from playground.imageapi.options import Endpoint
from playground.imageapi.tokens import usage_of

logger = logging.getLogger("playground.gateway.events")
# A comment: it sends the headers at once, so that proxies see an answer and clients a request id.
ACCEPTED: Final = b": accepted\n\n"
_KINDS: Final[dict[Endpoint, str]] = {"generations": "image_generation", "edits": "image_edit"}


def event_delivery(
    order: Order,
    rendering: Rendering,
    call: Call,
    settle: Callable[[list[Picture]], list[Picture]],
    on_whole: Callable[[], object],
    held: ExitStack,
) -> Delivery:
    """The events of a call; a failure after the first byte is an `error` event. Sets `call.code`.

    `settle` charges for all pictures before the first of them is shown, and answers with those to show; `on_whole` is
    called after the last event. What is `held` is given back at the end; after a failure before it is told, for
    whoever hears of it may call again at once, and the slot must be free by then.
    """
    # Until the last event is out: whoever closes the stream before has left.
    call.code = "client_gone"
    blocks = _blocks(order, rendering, call, settle, on_whole, held.close)
    response = Delivery(blocks, "text/event-stream; charset=utf-8", ending(held, call))
    # nginx would collect the events otherwise.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _blocks(
    order: Order,
    rendering: Rendering,
    call: Call,
    settle: Callable[[list[Picture]], list[Picture]],
    on_whole: Callable[[], object],
    on_failed: Callable[[], object],
) -> Iterator[bytes]:
    yield ACCEPTED
    try:
        yield from _picture_events(order, rendering, settle)
    except CallerLeft:
        return
    except ApiError as error:
        call.code = error.code
        _end(on_failed)
        yield from _event("error", error_as_json(error, call.site))
    except Exception as error:  # the outermost handler of a stream
        call.log_unexpected(error)
        call.code = "server_error"
        _end(on_failed)
        yield from _event("error", error_as_json(error_of(error), call.site))
    else:
        call.code = ""
        on_whole()


def _end(on_failed: Callable[[], object]) -> None:
    """End the call in the books. Where that fails, its lease runs out; the caller hears of the error in any case."""
    try:
        on_failed()
    except Exception as error:
        logger.error("a call could not be ended in the books: %s", type(error).__name__)


def _picture_events(
    order: Order, rendering: Rendering, settle: Callable[[list[Picture]], list[Picture]]
) -> Iterator[bytes]:
    previews: Counter[int] = Counter()
    finished: list[Picture] = []
    kind = _KINDS[order.asked.endpoint]
    for event in rendering:
        if isinstance(event, Preview):
            try:
                preview = _event(f"{kind}.partial_image", _preview(event))
            except OSError:
                # Its file is gone; a preview must not end a call that is paid for.
                continue
            previews[event.index] += 1
            yield from preview
        else:
            finished.append(event)
    for picture in settle(finished):
        yield from _event(f"{kind}.completed", _completed(order, picture, previews[picture.index]))


def _preview(preview: Preview) -> dict[str, Any]:
    return {**_picture(preview), "partial_image_index": preview.step}


def _completed(order: Order, picture: Picture, previews: int) -> dict[str, Any]:
    # Prompt and sources are read once: their tokens stand in the first event alone, so that events add up.
    prompt, image_tokens = ("", 0) if picture.index else (order.asked.prompt, order.image_tokens)
    looks = [(picture.look.size, picture.look.quality)]
    usage = usage_of(prompt, looks, previews=previews, image_tokens=image_tokens)
    return {
        **_picture(picture),
        "revised_prompt": picture.revised_prompt,
        "usage": usage_as_json(usage),
    }


def _picture(event: Preview | Picture) -> dict[str, Any]:
    # `index` is ours: the official events do not say which of n pictures they show.
    return {
        "b64_json": InBase64(event.path),
        "index": event.index,
        "created_at": int(time.time()),
        **look_as_json(event.look),
    }


def _event(name: str, fields: dict[str, Any]) -> Iterator[bytes]:
    """An event in blocks. Raises OSError when a picture in it is gone."""
    return _spelled(name, Spelled({"type": name, **fields}))


def _spelled(name: str, spelled: Spelled) -> Iterator[bytes]:
    with spelled as data:
        yield from data.blocks(f"event: {name}\ndata: ".encode(), b"\n\n")
