"""Connections that break or fall silent, at every stage, and answers that lead elsewhere."""

import json

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.registry import fault


@fault("reset_before")
def reset_before(exchange: Exchange) -> None:
    """A reset instead of an answer."""
    exchange.reset()


@fault("close_before")
def close_before(exchange: Exchange) -> None:
    """The end instead of an answer."""


@fault("no_http")
def no_http(exchange: Exchange) -> None:
    """Something else than HTTP."""
    exchange.write(b"SSH-2.0-OpenSSH_9.2\r\n")


@fault("hang")
def hang(exchange: Exchange) -> None:
    """No answer at all."""
    exchange.hang()


@fault("drip_headers")
def drip_headers(exchange: Exchange) -> None:
    """Headers, one byte after the other, without end."""
    exchange.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        exchange.drip(b"x" * 100)


def _half(exchange: Exchange, *, headers: dict[str, str] | None = None) -> None:
    text = json.dumps(exchange.answer()).encode()
    exchange.head(200, headers if headers is not None else {"Content-Length": str(len(text))})
    exchange.write(text[: len(text) // 2])


@fault("reset_mid")
def reset_mid(exchange: Exchange) -> None:
    """A reset in the middle of the body."""
    _half(exchange)
    exchange.reset()


@fault("short_body")
def short_body(exchange: Exchange) -> None:
    """Less than Content-Length says."""
    _half(exchange)


@fault("short_chunks")
def short_chunks(exchange: Exchange) -> None:
    """A chunked body without its end."""
    exchange.head(200, {"Transfer-Encoding": "chunked"})
    exchange.chunk(json.dumps(exchange.answer()).encode()[:1000])


@fault("heartbeat_hang")
def heartbeat_hang(exchange: Exchange) -> None:
    """Headers at once, blanks now and then, and no answer."""
    exchange.head(200, {"Content-Type": "application/json"})
    while True:
        exchange.drip(b" " * 100)


@fault("hang_mid")
def hang_mid(exchange: Exchange) -> None:
    """Half a body, and then nothing."""
    _half(exchange)
    exchange.hang()


@fault("hang_mid_unframed")
def hang_mid_unframed(exchange: Exchange) -> None:
    """Half a body of unknown length, and then nothing."""
    _half(exchange, headers={})
    exchange.hang()


@fault("drip")
def drip(exchange: Exchange) -> None:
    """A body that never stops coming, byte by byte (one in `drip` seconds)."""
    text = json.dumps(exchange.answer()).encode()
    exchange.head(200, {"Content-Length": str(len(text))})
    exchange.drip(text, float(exchange.options.get("drip", 0.02)))


@fault("early_413")
def early_413(exchange: Exchange) -> None:
    """A refusal that arrives while the client may still be sending."""
    exchange.error(413, "image_too_large", "File cat.png is over 25 MB")


def _leads_to(exchange: Exchange) -> str:
    where = exchange.options.get("to", "other")
    return {
        "other": "http://127.0.0.1:1/v1/images/generations",
        "https": "https://127.0.0.1:1/v1/images/generations",
        "loop": f"{exchange.server.origin}{exchange.request.path}",
        "public": "https://example.com/v1/images/generations",
    }[where]


@fault("redirect")
def redirect(exchange: Exchange) -> None:
    """A redirect: `status` 301 to 308, `to` other (loopback), https, public or loop."""
    exchange.body(b"", int(exchange.options.get("status", 307)), headers={"Location": _leads_to(exchange)})
