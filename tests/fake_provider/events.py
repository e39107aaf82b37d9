"""Event streams, good and broken, with the official names."""

import json
from typing import Any

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.registry import fault

HEAD = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}


def event_of(exchange: Exchange, kind: str, index: int = 0, **more: Any) -> dict[str, Any]:
    """The JSON of an event of that kind."""
    edits = exchange.request.path.endswith("edits")
    return {
        "type": f"{'image_edit' if edits else 'image_generation'}.{kind}",
        "b64_json": exchange.b64(index),
        "created_at": 1_777_135_432,
        "size": "1024x1024",
        "quality": exchange.request.fields.get("quality", "low"),
        "output_format": "png",
        "background": "opaque",
        **more,
    }


def framed(name: str, body: Any) -> bytes:
    """An event as it is sent."""
    return f"event: {name}\ndata: {json.dumps(body)}\n\n".encode()


def completed_of(exchange: Exchange, index: int = 0) -> dict[str, Any]:
    """The JSON of the event with a final picture."""
    details = {"image_tokens": 0, "text_tokens": 5}
    usage = {"input_tokens": 5, "output_tokens": 100, "total_tokens": 105, "input_tokens_details": details}
    return event_of(exchange, "completed", index, usage=usage)


def partials_of(exchange: Exchange, index: int = 0) -> list[dict[str, Any]]:
    """The JSON of the events with previews of it."""
    steps = range(int(exchange.request.fields.get("partial_images", 2)))
    return [event_of(exchange, "partial_image", index, partial_image_index=step) for step in steps]


def _event(exchange: Exchange, kind: str, index: int = 0, **more: Any) -> bytes:
    body = event_of(exchange, kind, index, **more)
    return framed(body["type"], body)


def _completed(exchange: Exchange, index: int = 0) -> bytes:
    body = completed_of(exchange, index)
    return framed(body["type"], body)


def _partials(exchange: Exchange, index: int = 0) -> bytes:
    return b"".join(framed(body["type"], body) for body in partials_of(exchange, index))


def _finish(exchange: Exchange) -> None:
    exchange.chunk(b"")


@fault("sse_ok")
def sse_ok(exchange: Exchange) -> None:
    """n completed events with their partial ones, then `[DONE]`."""
    exchange.head(200, HEAD)
    exchange.chunk(b": welcome\n\n")
    for index in range(exchange.request.n):
        # An empty chunk would end the stream.
        exchange.chunk(_partials(exchange, index) + _completed(exchange, index))
    exchange.chunk(b"data: [DONE]\n\n")
    _finish(exchange)


@fault("sse_partials")
def sse_partials(exchange: Exchange) -> None:
    """Partial pictures first, and the final one when `server.finale` is set."""
    exchange.head(200, HEAD)
    if partials := _partials(exchange):
        exchange.chunk(partials)
    exchange.server.finale.wait()
    exchange.chunk(_completed(exchange))
    _finish(exchange)


@fault("sse_crlf")
def sse_crlf(exchange: Exchange) -> None:
    """Lines that end in CRLF, cut into chunks of 7 bytes."""
    exchange.head(200, HEAD)
    text = _completed(exchange).replace(b"\n", b"\r\n")
    for start in range(0, len(text), 7):
        exchange.chunk(text[start : start + 7])
    _finish(exchange)


@fault("sse_plain_names")
def sse_plain_names(exchange: Exchange) -> None:
    """Events without `event:` lines, of unknown length, called JSON, without `[DONE]`."""
    exchange.head(200, {"Content-Type": "application/json"})
    lines = _completed(exchange).split(b"\n")
    exchange.write(b"\n".join(lines[1:]))


@fault("sse_unfinished")
def sse_unfinished(exchange: Exchange) -> None:
    """A completed event without the blank line that ends it."""
    exchange.head(200, HEAD)
    exchange.chunk(_completed(exchange).rstrip(b"\n"))
    _finish(exchange)


@fault("sse_answer")
def sse_answer(exchange: Exchange) -> None:
    """The whole JSON answer as one event."""
    exchange.head(200, HEAD)
    exchange.chunk(f"data: {json.dumps(exchange.answer())}\n\ndata: [DONE]\n\n".encode())
    _finish(exchange)


@fault("sse_json")
def sse_json(exchange: Exchange) -> None:
    """JSON, although a stream was asked for."""
    exchange.json(exchange.answer())


@fault("sse_cut")
def sse_cut(exchange: Exchange) -> None:
    """Cut in the middle of an event, after all but one of the pictures."""
    exchange.head(200, HEAD)
    for index in range(exchange.request.n - 1):
        exchange.chunk(_completed(exchange, index))
    event = _completed(exchange, exchange.request.n - 1)
    exchange.chunk(event[: len(event) // 2])


@fault("sse_cut_unframed")
def sse_cut_unframed(exchange: Exchange) -> None:
    """Cut between events, where HTTP does not say how long the stream is."""
    exchange.head(200, {"Content-Type": "text/event-stream"})
    for index in range(exchange.request.n - 1):
        exchange.write(_completed(exchange, index))
    exchange.write(_partials(exchange))


@fault("sse_no_picture")
def sse_no_picture(exchange: Exchange) -> None:
    """A stream that ends well without a final picture."""
    exchange.head(200, HEAD)
    exchange.chunk(_partials(exchange) + b"data: [DONE]\n\n")
    _finish(exchange)


@fault("sse_reset")
def sse_reset(exchange: Exchange) -> None:
    """A reset after a partial picture."""
    exchange.head(200, HEAD)
    exchange.chunk(_partials(exchange) or b": none\n\n")
    exchange.reset()


@fault("sse_pings")
def sse_pings(exchange: Exchange) -> None:
    """Headers at once, comments that keep the stream open, and no event."""
    exchange.head(200, HEAD)
    while True:
        exchange.chunk(b": ping\n\n")
        exchange.pause(0.02)


@fault("sse_working")
def sse_working(exchange: Exchange) -> None:
    """Comments while it works, also between the lines of an event, and then the pictures."""
    exchange.head(200, HEAD)
    for _ in range(10):
        exchange.chunk(b": working\n\n")
        exchange.pause(0.02)
    name, _, rest = _completed(exchange).partition(b"\n")
    exchange.chunk(name + b"\n: working\n")
    exchange.chunk(b":\n" + rest)
    _finish(exchange)


@fault("sse_hang")
def sse_hang(exchange: Exchange) -> None:
    """One completed picture, and then silence."""
    exchange.head(200, HEAD)
    exchange.chunk(_completed(exchange))
    exchange.hang()


def _error(exchange: Exchange, error: dict[str, Any]) -> None:
    exchange.head(200, HEAD)
    event = f"event: error\ndata: {json.dumps({'type': 'error', 'error': error})}\n\n"
    # An empty chunk would end the stream.
    exchange.chunk(_partials(exchange) + event.encode())
    _finish(exchange)


@fault("sse_error")
def sse_error(exchange: Exchange) -> None:
    """An error of the server after a partial picture."""
    _error(exchange, {"type": "server_error", "code": "server_error", "message": "The server had an error"})


@fault("sse_policy")
def sse_policy(exchange: Exchange) -> None:
    """Refused by the content policy after a partial picture."""
    _error(exchange, {"type": "image_generation_user_error", "code": "moderation_blocked", "message": "Rejected"})


@fault("sse_bad_b64")
def sse_bad_b64(exchange: Exchange) -> None:
    """A completed event whose picture is no base64."""
    exchange.head(200, HEAD)
    exchange.chunk(_event(exchange, "completed", b64_json="*" * 100))
    _finish(exchange)
