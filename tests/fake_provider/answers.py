"""Answers that must be understood, though some are odd."""

import base64
import functools
import gzip
import io
import json
import textwrap

from PIL import Image

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.pictures import noise_png, png
from tests.fake_provider.registry import fault


@fault("ok")
def ok(exchange: Exchange) -> None:
    """A good answer; an event stream when one is asked for, and a check where one is."""
    if exchange.request.path.endswith("/content_provenance_checks"):
        provenance_check(exchange)
    elif exchange.request.wants_events:
        from tests.fake_provider.events import sse_ok

        sse_ok(exchange)
    else:
        exchange.json(exchange.answer())


def provenance_check(exchange: Exchange) -> None:
    """Credentials are trusted where there is a `caBX` chunk; a watermark is in every picture but GIFs."""
    parts = exchange.request.parts
    if [part.name for part in parts] != ["file"] or not parts[0].filename:
        exchange.error(400, "missing_required_parameter", "Missing required parameter: 'file'.", param="file")
        return
    facts = {"generated_at": "2026-11-30T12:00:00Z", "model": "gpt-image-2"}
    is_signed, is_marked = b"caBX" in parts[0].data, not parts[0].data.startswith(b"GIF8")
    credentials = {"outcome": "detected", "validation_state": "trusted", "issuer": "OpenAI OpCo, LLC", **facts}
    exchange.json(
        {
            "object": "content_provenance_check",
            "created_at": 1_795_000_000,
            "results": [
                {"type": "c2pa"}
                | (credentials if is_signed else {"outcome": "not_detected", "validation_state": "not_present"}),
                {"type": "synthid"}
                | ({"outcome": "detected", **facts} if is_marked else {"outcome": "not_detected"}),
            ],
        }
    )


@functools.cache
def _large_answer(n: int, size: int) -> bytes:
    picture = base64.b64encode(noise_png(size)).decode()
    return json.dumps({"created": 1_777_135_432, "data": [{"b64_json": picture}] * n}).encode()


@functools.cache
def _large_stream(partials: int, size: int) -> bytes:
    picture = base64.b64encode(noise_png(size)).decode()
    events = [("partial_image", {"partial_image_index": step}) for step in range(partials)] + [("completed", {})]
    return b"".join(
        f"event: image_generation.{name}\ndata: {json.dumps({'b64_json': picture, **more})}\n\n".encode()
        for name, more in events
    )


@fault("large")
def large(exchange: Exchange) -> None:
    """Pictures of 2.08 MB, or of `bytes`: 2.77 MB JSON each. In a stream one picture with previews of that size."""
    size = int(exchange.options.get("bytes", 2_080_000))
    if exchange.request.wants_events:
        partials = int(exchange.request.fields.get("partial_images", 2))
        exchange.head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        exchange.chunk(_large_stream(partials, size))
        exchange.chunk(b"")
        return
    exchange.body(_large_answer(exchange.request.n, int(exchange.options.get("bytes", 2_080_000))))


@fault("stale")
def stale(exchange: Exchange) -> None:
    """Promises to keep the connection and closes it."""
    exchange.body(json.dumps(exchange.answer()).encode(), headers={"Connection": "keep-alive"})


@fault("open_after")
def open_after(exchange: Exchange) -> None:
    """Complete by its Content-Length, and then the connection stays open."""
    exchange.json(exchange.answer())
    exchange.hang()


@fault("heartbeat")
def heartbeat(exchange: Exchange) -> None:
    """Blanks keep the connection alive before the JSON comes, chunked."""
    exchange.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    for blank in (b" ", b"\n", b"\r\n", b"   "):
        exchange.chunk(blank)
    exchange.chunk(json.dumps(exchange.answer()).encode())
    exchange.chunk(b"")


@fault("gzip_ok")
def gzip_ok(exchange: Exchange) -> None:
    """Gzip that the client did not request."""
    packed = gzip.compress(json.dumps(exchange.answer()).encode(), 1)
    exchange.body(packed, headers={"Content-Encoding": "gzip"})


@fault("wrong_ctype")
def wrong_ctype(exchange: Exchange) -> None:
    """JSON called HTML."""
    exchange.body(json.dumps(exchange.answer()).encode(), content_type="text/html")


@fault("no_usage")
def no_usage(exchange: Exchange) -> None:
    """Pictures and nothing else."""
    exchange.json({"data": exchange.answer()["data"]})


@fault("bom")
def bom(exchange: Exchange) -> None:
    """A byte order mark first."""
    exchange.body(b"\xef\xbb\xbf" + json.dumps(exchange.answer()).encode())


@fault("created_text")
def created_text(exchange: Exchange) -> None:
    """`created` as text."""
    exchange.json(exchange.answer(created="1777135432"))


def _answer_with(exchange: Exchange, written: str) -> None:
    """A good answer whose base64 stands in the JSON text as `written`."""
    text = json.dumps(exchange.answer(data=[{"b64_json": "PICTURE"}]))
    exchange.body(text.replace("PICTURE", written).encode())


@fault("b64_lines")
def b64_lines(exchange: Exchange) -> None:
    """Base64 with line breaks, escaped as JSON demands."""
    _answer_with(exchange, "\\r\\n".join(textwrap.wrap(exchange.b64(), 76)) + "\\n")


@fault("b64_raw_lines")
def b64_raw_lines(exchange: Exchange) -> None:
    """Base64 with line breaks as they are, which JSON forbids."""
    _answer_with(exchange, "\n".join(textwrap.wrap(exchange.b64(), 64)))


@fault("b64_urlsafe")
def b64_urlsafe(exchange: Exchange) -> None:
    """The URL-safe alphabet, without padding."""
    _answer_with(exchange, exchange.b64().replace("+", "-").replace("/", "_").rstrip("="))


@fault("b64_prefix")
def b64_prefix(exchange: Exchange) -> None:
    """A data URL instead of base64."""
    _answer_with(exchange, f"data:image/png;base64,{exchange.b64()}")


@fault("b64_escaped")
def b64_escaped(exchange: Exchange) -> None:
    """Every slash, plus and equals sign escaped, as PHP and Go do."""
    written = exchange.b64().replace("/", "\\/").replace("+", "\\u002b").replace("=", "\\u003d")
    _answer_with(exchange, f"data:image\\/png;base64,{written}")


@fault("key_escaped")
def key_escaped(exchange: Exchange) -> None:
    """The key itself written with an escape."""
    exchange.body(json.dumps(exchange.answer()).replace("b64_json", "b64\\u005fjson").encode())


@fault("pretty")
def pretty(exchange: Exchange) -> None:
    """Indented JSON."""
    exchange.body(json.dumps(exchange.answer(), indent=4, sort_keys=True).encode())


@fault("fewer")
def fewer(exchange: Exchange) -> None:
    """One picture, however many were asked for."""
    exchange.json(exchange.answer(data=[{"b64_json": exchange.b64()}]))


@fault("more")
def more(exchange: Exchange) -> None:
    """Twelve pictures, however many were asked for."""
    exchange.json(exchange.answer(data=[{"b64_json": exchange.b64(index)} for index in range(12)]))


@fault("wrong_format")
def wrong_format(exchange: Exchange) -> None:
    """A WebP, whatever was asked for."""
    file = io.BytesIO()
    Image.new("RGB", (1024, 1024), "teal").save(file, "WEBP")
    exchange.json(exchange.answer(data=[{"b64_json": base64.b64encode(file.getvalue()).decode()}]))


@fault("wrong_size")
def wrong_size(exchange: Exchange) -> None:
    """A picture of 512 x 512, whatever was asked for."""
    exchange.json(exchange.answer(data=[{"b64_json": base64.b64encode(png(512, 512)).decode()}]))


def _revised(exchange: Exchange, prompt: str | None) -> None:
    exchange.json(exchange.answer(data=[{"b64_json": exchange.b64(), "revised_prompt": prompt}]))


@fault("revised_ok")
def revised_ok(exchange: Exchange) -> None:
    """A revised prompt."""
    _revised(exchange, "A small vase with a sunflower")


@fault("revised_xss")
def revised_xss(exchange: Exchange) -> None:
    """A revised prompt that is a script."""
    _revised(exchange, "<script>alert(1)</script><img src=x onerror=alert(2)>")


@fault("revised_long")
def revised_long(exchange: Exchange) -> None:
    """A revised prompt of 200,000 characters."""
    _revised(exchange, "long " * 40_000)


@fault("revised_null")
def revised_null(exchange: Exchange) -> None:
    """A revised prompt that is null."""
    _revised(exchange, None)


@fault("revised_odd")
def revised_odd(exchange: Exchange) -> None:
    """A revised prompt with NUL and half a surrogate pair."""
    _revised(exchange, "a\0b\ud800c")


@fault("same_twice")
def same_twice(exchange: Exchange) -> None:
    """The same picture for every entry."""
    exchange.json(exchange.answer(data=[{"b64_json": exchange.b64()}] * exchange.request.n))


@fault("duplicate_keys")
def duplicate_keys(exchange: Exchange) -> None:
    """`b64_json` and `data` twice; the last one counts, as in every JSON reader."""
    first, last = exchange.b64(0), exchange.b64(1)
    exchange.body(
        f'{{"data":[{{"b64_json":"{first}"}}],"data":[{{"b64_json":"{first}","b64_json":"{last}"}}]}}'.encode()
    )
