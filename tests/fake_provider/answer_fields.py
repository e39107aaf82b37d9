"""Answers of which one field is not as it should be: of another type or case, odd, too long, or not there at all."""

from collections.abc import Callable
from typing import Any, Final

from tests.fake_provider.events import HEAD, completed_of, framed, partials_of
from tests.fake_provider.exchange import Exchange
from tests.fake_provider.registry import fault

_ABSENT: Final = object()
# What becomes of a field, given what it was.
KINDS: Final[dict[str, Callable[[Any], Any]]] = {
    "absent": lambda _: _ABSENT,
    "null": lambda _: None,
    "true": lambda _: True,
    "number": lambda _: 7,
    "negative": lambda _: -1.5,
    "huge": lambda _: 10**30,
    "float": lambda _: 1e300,
    "empty": lambda _: "",
    "word": lambda _: "standard",
    "upper": lambda value: str(value).upper(),
    "padded": lambda value: f" {value}\n",
    "chinese": lambda _: "标准",
    "markup": lambda _: "<b>hd</b>",
    "nul": lambda _: "h\0d",
    "surrogate": lambda _: "h\ud800d",
    "long": lambda _: "x" * 100_000,
    "list": lambda _: [],
    "object": lambda _: {},
}
_USAGE: Final = (
    "usage",
    "usage/input_tokens",
    "usage/output_tokens",
    "usage/total_tokens",
    "usage/input_tokens_details",
    "usage/input_tokens_details/image_tokens",
    "usage/input_tokens_details/text_tokens",
)
_WORDS: Final = ("size", "quality", "output_format", "background")
# The fields of an answer, of one that names an address, of events and of an error; "" is the whole object.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "answer": ("created", "data", "data/0", "data/0/b64_json", "data/0/revised_prompt", *_WORDS, *_USAGE),
    "address": ("data/0/url",),
    "completed": ("", "type", "b64_json", "revised_prompt", "created_at", *_WORDS, *_USAGE),
    "partial": ("", "type", "b64_json", "partial_image_index", "index", *_WORDS),
    "error": ("error", "error/message", "error/type", "error/code", "error/param"),
}
# With these wrong, the first of two pictures cannot be had.
_PICTURES: Final = (
    ("answer", "data/0"),
    ("answer", "data/0/b64_json"),
    ("address", "data/0/url"),
    ("completed", ""),
    ("completed", "b64_json"),
)


def name_of(place: str, field: str, kind: str) -> str:
    """The fault with that field of that kind."""
    return f"field+in={place}+field={field.replace('/', '.')}+kind={kind}"


ALL: Final = [name_of(place, field, kind) for place, fields in FIELDS.items() for field in fields for kind in KINDS]

# Every kind once, and every field once, of one kind or another.
ONE_OF_EACH: Final = [name_of("answer", "quality", kind) for kind in KINDS] + [
    name_of(place, field, list(KINDS)[number % len(KINDS)])
    for number, (place, field) in enumerate((place, field) for place, fields in FIELDS.items() for field in fields)
]


def came_of(name: str) -> tuple[str, int]:
    """The code (empty for none) and the pictures when two are asked of that fault."""
    options = dict(option.split("=", 1) for option in name.split("+")[1:])
    place, field = options["in"], options["field"].replace(".", "/")
    if place == "error":
        return "invalid_request", 0
    if (place, field) == ("answer", "data"):
        return "garbled_response", 0
    # Base64 may have blanks around it.
    is_lost = (place, field) in _PICTURES and not (options["kind"] == "padded" and field.endswith("b64_json"))
    return "", 1 if is_lost else 2


@fault("field")
def field(exchange: Exchange) -> None:
    """A good answer, or a plain refusal, of which one field is of another kind: see FIELDS and KINDS."""
    options = exchange.options
    place, path = options.get("in", "answer"), options.get("field", "quality").replace(".", "/")
    change = KINDS[options.get("kind", "word")]
    if place in ("answer", "address"):
        body = exchange.answer()
        if place == "address":
            body["data"][0] = {"url": "http://127.0.0.1:1/1.png"}
        exchange.json(_changed(body, path, change))
    elif place == "error":
        refusal = {
            "message": "Not so.",
            "type": "invalid_request_error",
            "code": "unsupported_value",
            "param": "user",
        }
        exchange.json(_changed({"error": refusal}, path, change), 400)
    else:
        _stream(exchange, place, path, change)


def _stream(exchange: Exchange, place: str, path: str, change: Callable[[Any], Any]) -> None:
    exchange.head(200, HEAD)
    is_changed = False
    for index in range(exchange.request.n):
        for body in (*partials_of(exchange, index), completed_of(exchange, index)):
            is_first = not is_changed and place in body["type"]
            is_changed |= is_first
            exchange.chunk(framed(body["type"], _changed(body, path, change) if is_first else body))
    exchange.chunk(b"")


def _changed(body: dict[str, Any], path: str, change: Callable[[Any], Any]) -> Any:
    """The body with what is at `path` changed."""
    whole: dict[str, Any] = {"": body}
    *parents, last = ["", *filter(None, path.split("/"))]
    inner: Any = whole
    for parent in parents:
        inner = inner[int(parent) if isinstance(inner, list) else parent]
    key: Any = int(last) if isinstance(inner, list) else last
    value = change(inner.get(key) if isinstance(inner, dict) else inner[key])
    if value is not _ABSENT:
        inner[key] = value
    elif isinstance(inner, list) or key in inner:
        del inner[key]
    return whole.get("")
