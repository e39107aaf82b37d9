"""Answers that point to their pictures instead of holding them."""

import functools

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.registry import FAULTS, fault

_MIB = 1024 * 1024


def _answer(exchange: Exchange, *urls: str) -> None:
    exchange.json({"created": 1_777_135_432, "data": [{"url": url, "revised_prompt": "as asked"} for url in urls]})


def _put(name: str, serve: "functools.partial[None] | None" = None) -> None:
    """A fault that points to a file of its own address; `serve` answers for the file, by default with the picture."""

    @fault(name)
    def answer(exchange: Exchange) -> None:
        if exchange.request.method == "GET":
            (serve or _picture)(exchange)
        else:
            place = exchange.request.path.strip("/").split("/", 1)[0]
            files = range(exchange.request.n)
            _answer(exchange, *(f"{exchange.server.origin}/{place}/files/{index}.png" for index in files))


def _picture(exchange: Exchange) -> None:
    exchange.body(exchange.picture(int(exchange.request.path[-5])), content_type="image/png")


def _body(text: bytes, content_type: str, status: int = 200) -> "functools.partial[None]":
    return functools.partial(Exchange.body, body=text, content_type=content_type, status=status)


def _slow(exchange: Exchange) -> None:
    exchange.head(200, {"Content-Type": "image/png"})
    while True:
        exchange.drip(exchange.picture())


def _big(exchange: Exchange) -> None:
    exchange.head(200, {"Content-Type": "image/png"})
    exchange.write(exchange.picture())
    for _ in range(40):
        exchange.write(b"\0" * _MIB)


def _second_fails(exchange: Exchange) -> None:
    if exchange.request.path.endswith("0.png"):
        _picture(exchange)
    else:
        exchange.error(404, "not_found", "gone")


def _to_internal(exchange: Exchange) -> None:
    exchange.body(b"", 302, headers={"Location": f"http://127.0.0.1:{exchange.options['port']}/secret.png"})


_put("url_ok")
_put("url_404", _body(b"gone", "text/plain", 404))
_put("url_html", _body(b"<html>expired</html>", "text/html"))
_put("url_svg", _body(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"))
_put("url_slow", functools.partial(_slow))
_put("url_big", functools.partial(_big))
_put("url_second_fails", functools.partial(_second_fails))
_put("url_redirect_internal", functools.partial(_to_internal))


@fault("url_internal")
def url_internal(exchange: Exchange) -> None:
    """Points to a server of the inner network: loopback at the option `port`."""
    _answer(exchange, f"http://127.0.0.1:{exchange.options['port']}/secret.png")


@fault("url_file")
def url_file(exchange: Exchange) -> None:
    """Points to a file of the client's own machine."""
    _answer(exchange, "file:///etc/passwd")


@fault("url_metadata")
def url_metadata(exchange: Exchange) -> None:
    """Points to a cloud's metadata service."""
    _answer(exchange, "https://169.254.169.254/latest/meta-data/")


@fault("url_data")
def url_data(exchange: Exchange) -> None:
    """A data URL as address."""
    _answer(exchange, f"data:image/png;base64,{exchange.b64()}")


__all__ = ["FAULTS"]
