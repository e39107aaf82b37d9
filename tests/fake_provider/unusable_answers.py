"""Answers with status 200 that must not be used."""

import base64
import gzip
import io
import json
import zlib

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.pictures import huge_png, rotten_png
from tests.fake_provider.registry import fault

_MIB = 1024 * 1024


def _texts() -> dict[str, bytes]:
    return {
        "empty_body": b"",
        "bad_utf8": b'{"created": 1, "data": [{"revised_prompt": "\xff\xfe"}]}',
        "nan": b'{"created": NaN, "data": [{"b64_json": null}]}',
        "array": b'[{"b64_json": "iVBORw0KGgo="}]',
        "deep_json": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "null_data": b'{"created": 1, "data": null}',
        "empty_data": b'{"created": 1, "data": []}',
        "no_b64": b'{"created": 1, "data": [{}]}',
        "null_b64": b'{"created": 1, "data": [{"b64_json": null}]}',
        "empty_b64": b'{"created": 1, "data": [{"b64_json": ""}]}',
        "bad_b64": b'{"created": 1, "data": [{"b64_json": "this is *not* base64 !!!!"}]}',
        "half_b64": b'{"created": 1, "data": [{"b64_json": "iVBORw0KG"}]}',
        "long_number": b'{"created": ' + b"9" * 5_000 + b', "data": [{"b64_json": null}]}',
        "html_200": b"<!doctype html><html><body><h1>Welcome to nginx!</h1></body></html>",
        "plain_200": b"upstream connect error",
    }


def _put(name: str, text: bytes) -> None:
    @fault(name)
    def answer(exchange: Exchange) -> None:
        exchange.body(text, content_type="text/html" if text.startswith(b"<") else "application/json")


for _name, _text in _texts().items():
    _put(_name, _text)


def _put_picture(name: str, data: bytes) -> None:
    @fault(name)
    def answer(exchange: Exchange) -> None:
        exchange.json(exchange.answer(data=[{"b64_json": base64.b64encode(data).decode()}]))


_put_picture("not_image", b"this is plain text, and no picture at all")
_put_picture("html_image", b"<html><script>alert(1)</script></html>")
_put_picture("svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
_put_picture("huge_dims", huge_png())
_put_picture("rotten", rotten_png())


@fault("cut_image")
def cut_image(exchange: Exchange) -> None:
    """A PNG whose second half is missing: valid base64, and only a decoder can tell."""
    half = exchange.picture()[: len(exchange.picture()) // 2]
    exchange.json(exchange.answer(data=[{"b64_json": base64.b64encode(half).decode()}]))


@fault("truncated")
def truncated(exchange: Exchange) -> None:
    """JSON that ends early although HTTP says it is complete."""
    text = json.dumps(exchange.answer()).encode()
    exchange.body(text[: len(text) // 2])


@fault("truncated_end")
def truncated_end(exchange: Exchange) -> None:
    """Only the last brackets are missing."""
    exchange.body(json.dumps({"data": exchange.answer()["data"]}).encode()[:-2])


@fault("oversize")
def oversize(exchange: Exchange) -> None:
    """200 MB of picture, chunked, or `mib` of it."""
    exchange.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    exchange.chunk(b'{"data":[{"b64_json":"iVBORw0KGgoA')
    for _ in range(int(exchange.options.get("mib", 200))):
        exchange.chunk(b"A" * _MIB)
    exchange.chunk(b'"}]}')
    exchange.chunk(b"")


@fault("oversize_text")
def oversize_text(exchange: Exchange) -> None:
    """A long text where no picture is."""
    exchange.json({"note": "x" * (4 * _MIB), "data": []})


def _bomb(exchange: Exchange, start: bytes, filler: bytes) -> None:
    """1 GiB packed into a few MB, made while it is sent."""
    pack = zlib.compressobj(1, wbits=31)
    exchange.head(200, {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"})
    parts = [start, *[filler * _MIB] * 1024]
    for part in parts:
        packed = pack.compress(part)
        if packed:
            exchange.chunk(packed)
    exchange.chunk(pack.flush())
    exchange.chunk(b"")


@fault("gzip_bomb")
def gzip_bomb(exchange: Exchange) -> None:
    """1 GiB of zeros."""
    _bomb(exchange, b"", b"\0")


@fault("gzip_bomb_blank")
def gzip_bomb_blank(exchange: Exchange) -> None:
    """1 GiB of blanks before any JSON."""
    _bomb(exchange, b"", b" ")


@fault("gzip_bomb_picture")
def gzip_bomb_picture(exchange: Exchange) -> None:
    """1 GiB of base64."""
    _bomb(exchange, b'{"data":[{"b64_json":"iVBORw0KGgoA', b"A")


@fault("gzip_cut")
def gzip_cut(exchange: Exchange) -> None:
    """A gzip stream without its end."""
    file = io.BytesIO()
    with gzip.open(file, "wb", 1) as packed:
        packed.write(json.dumps(exchange.answer()).encode())
    exchange.body(file.getvalue()[:-20], headers={"Content-Encoding": "gzip"})
