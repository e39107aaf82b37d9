"""The official image API of November 2026: accepts and refuses fields model by model, as its documentation says.

Its tables are written from the type files of the official Python SDK 3.57.0, and not read from the project's own list
of models: the two are compared by tests.
"""

import base64
import io
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.pictures import png
from tests.fake_provider.recorded_requests import Part
from tests.fake_provider.registry import fault

SUNBURST_FLARE: Final = ("sunburst", "flare")
V26: Final = tuple(f"gpt-image-2.6-{name}" for name in SUNBURST_FLARE)
V25: Final = tuple(f"gpt-image-2.5-{name}{date}" for name in SUNBURST_FLARE for date in ("", "-2026-09-08"))
V2: Final = ("gpt-image-2", "gpt-image-2-2026-04-21")
OLDER: Final = ("gpt-image-1.5", "gpt-image-1-mini")
MODELS: Final = (*V2, *V25, *V26, *OLDER)
FIDELITIES: Final = {"gpt-image-1.5": ("low", "high"), "gpt-image-1-mini": ("low",)}
STANDARD_SIZES: Final = ("auto", "1024x1024", "1536x1024", "1024x1536")
MIB: Final = 1024 * 1024
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><circle r="90" fill="teal"/></svg>'

COMMON: Final = frozenset(
    ("model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "stream",
     "partial_images", "user", "safety_identifier", "complexity", "frame_count", "frame_duration_ms", "svg")
)  # fmt: skip
FIELDS: Final = {"generations": COMMON | {"moderation"}, "edits": COMMON | {"input_fidelity"}}
FILES: Final = re.compile(r"image(\[\])?|mask|markup")


class Refused(Exception):
    """The API answers 400 with this code for this field."""

    def __init__(self, param: str, code: str = "invalid_value") -> None:
        super().__init__(f"{param}: {code}")
        self.param, self.code = param, code


@fault("official")
def official(exchange: Exchange) -> None:
    """The official API: an answer, or 400 with the official type, code and field."""
    request = exchange.request
    endpoint = request.path.rpartition("/")[2]
    fields = {name: _value(value) for name, value in request.fields.items()}
    try:
        check(endpoint, fields, request.parts)
    except Refused as refused:
        message = f"Invalid value for '{refused.param}'."
        exchange.error(400, refused.code, message, type="image_generation_user_error", param=refused.param)
        return
    _answer(exchange, endpoint, fields)


def check(endpoint: str, fields: Mapping[str, Any], parts: list[Part]) -> None:
    """Raise Refused for the first thing that the model does not take."""
    model = fields.get("model")
    if model not in MODELS:
        raise Refused("model", "invalid_value" if model else "missing_required_parameter")
    # In a multipart edit the object svg comes as svg[model].
    names = {name.partition("[")[0] for name in fields}
    allowed = FIELDS[endpoint] | ({"images", "mask", "moderation"} if endpoint == "edits" and not parts else set())
    for name in sorted(names - allowed):
        raise Refused(name, "unknown_parameter")
    _require("prompt", 1 <= len(str(fields.get("prompt") or "")) <= 32_000)
    _require("n", 1 <= fields.get("n", 1) <= 10)
    _check_choices(str(model), fields)
    _check_format(str(model), fields, parts)
    if fields.get("stream"):
        _require("stream", fields.get("n", 1) == 1)
        _require("partial_images", 0 <= fields.get("partial_images", 0) <= 3)
    if endpoint == "edits":
        _check_files(str(model), fields, parts)


def _check_choices(model: str, fields: Mapping[str, Any]) -> None:
    size = str(fields.get("size", "auto"))
    _require("size", size in STANDARD_SIZES or (model not in OLDER and _is_free_size(size)))
    qualities = ("auto", "low", "medium", "high", *(("xhigh", "max") if model in V25 + V26 else ()))
    _require("quality", fields.get("quality", "auto") in qualities)
    _require("background", fields.get("background", "auto") in ("auto", "opaque", "transparent"))
    _require("moderation", fields.get("moderation", "auto") in ("auto", "low"))
    if "input_fidelity" in fields:
        if model not in OLDER:
            raise Refused("input_fidelity", "invalid_input_fidelity_model")
        _require("input_fidelity", fields["input_fidelity"] in FIDELITIES[model])
    if "complexity" in fields:
        if model not in V26:
            raise Refused("complexity", "unknown_parameter")
        _require("complexity", fields["complexity"] in ("low", "medium", "high"))


def _check_format(model: str, fields: Mapping[str, Any], parts: list[Part]) -> None:
    name = fields.get("output_format", "png")
    _require("output_format", name in ("png", "jpeg", "webp", *(("gif", "svg") if model in V26 else ())))
    _require("background", fields.get("background") != "transparent" or name in ("png", "webp"))
    compression = fields.get("output_compression", 100)
    _require("output_compression", 0 <= compression <= 100 and (compression == 100 or name in ("jpeg", "webp")))
    for field, low, high in (("frame_count", 2, 16), ("frame_duration_ms", 20, 655_350)):
        if field in fields:
            if model not in V26:
                raise Refused(field, "unknown_parameter")
            _require(field, name == "gif" and low <= fields[field] <= high)
    if any(field.partition("[")[0] == "svg" for field in fields):
        if model not in V26:
            raise Refused("svg", "unknown_parameter")
        _require("svg", name == "svg")
    if name in ("gif", "svg"):
        _require("stream", not fields.get("stream"))
        _require("partial_images", not fields.get("partial_images"))
        _require("output_compression", "output_compression" not in fields)
    _require("n", name != "svg" or fields.get("n", 1) == 1)
    _require("mask", name != "gif" or not (_files(parts, "mask") or "mask" in fields))


def _check_files(model: str, fields: Mapping[str, Any], parts: list[Part]) -> None:
    for part in parts:
        if part.filename is not None and not FILES.fullmatch(part.name):
            raise Refused(part.name, "unknown_parameter")
    images = _files(parts, "image") + _files(parts, "image[]")
    if not parts:
        _require("images", 1 <= len(fields.get("images", ())) <= 16)
        return
    _require("image", 1 <= len(images) <= 16 and len(_files(parts, "image")) <= 1)
    _require("image", all(len(image) < 50 * MIB and _kind(image) in ("PNG", "WEBP", "JPEG") for image in images))
    masks, markups = _files(parts, "mask"), _files(parts, "markup")
    if markups:
        if model not in V25 + V26:
            raise Refused("markup", "unknown_parameter")
        _require("markup", not masks and _fits(markups, images[0]))
    _require("mask", not masks or (len(masks[0]) < 4 * MIB and _fits(masks, images[0])))


def _fits(overlays: list[bytes], image: bytes) -> bool:
    """Say whether the only overlay is a PNG with transparent pixels, of the size of the image."""
    if len(overlays) != 1 or _kind(overlays[0]) != "PNG":
        return False
    overlay = Image.open(io.BytesIO(overlays[0]))
    return overlay.size == Image.open(io.BytesIO(image)).size and "A" in overlay.getbands()


def _kind(data: bytes) -> str:
    try:
        return Image.open(io.BytesIO(data)).format or ""
    except OSError:
        return ""


def _files(parts: list[Part], name: str) -> list[bytes]:
    return [part.data for part in parts if part.filename is not None and part.name == name]


def _is_free_size(size: str) -> bool:
    if not re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", size, re.ASCII):
        return False
    shorter, longer = sorted(int(edge) for edge in size.split("x"))
    is_whole = shorter % 16 == longer % 16 == 0
    return is_whole and longer <= min(3840, 3 * shorter) and 655_360 <= shorter * longer <= 8_294_400


def _require(param: str, holds: bool) -> None:
    if not holds:
        raise Refused(param)


def _value(value: Any) -> Any:
    """Read a field of a form as JSON would say it."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}|true|false", value):
        return json.loads(value)
    return value


def _picture(name: str, size: str, frames: int) -> bytes:
    width, height = (int(edge) // 16 for edge in size.split("x"))
    if name == "svg":
        return SVG
    if name == "png":
        return png(width, height)
    pictures = [Image.new("RGB", (width, height), (number * 255 // frames, 80, 160)) for number in range(frames)]
    target = io.BytesIO()
    if name == "gif":
        pictures[0].save(target, "GIF", save_all=True, append_images=pictures[1:], duration=200, loop=0)
    else:
        pictures[0].save(target, name.upper())
    return target.getvalue()


def _answer(exchange: Exchange, endpoint: str, fields: Mapping[str, Any]) -> None:
    name, asked = str(fields.get("output_format", "png")), str(fields.get("size", "auto"))
    size = "1024x1024" if asked == "auto" else asked
    picture = base64.b64encode(_picture(name, size, int(fields.get("frame_count", 9)))).decode()
    usage = {"input_tokens": 50, "output_tokens": 1000, "total_tokens": 1050}
    details = {"input_tokens_details": {"image_tokens": 40, "text_tokens": 10}}
    identifier = fields.get("safety_identifier") or fields.get("user")
    answer = {
        "background": "opaque",
        "output_format": name,
        "quality": fields.get("quality", "high"),
        "size": size,
        "usage": usage | details | {"output_tokens_details": {"image_tokens": 1000, "text_tokens": 0}},
        **({"safety_identifier": identifier} if identifier else {}),
    }
    if fields.get("stream"):
        _stream(
            exchange, endpoint, {**answer, "usage": usage | details}, picture, int(fields.get("partial_images", 0))
        )
        return
    if name == "svg":
        answer["svg_usage"] = {**usage, "model": "author", "reasoning_tokens": 0}
    exchange.json({"created": 1_795_000_000, "data": [{"b64_json": picture}] * int(fields.get("n", 1)), **answer})


def _stream(exchange: Exchange, endpoint: str, answer: Mapping[str, Any], picture: str, partials: int) -> None:
    prefix = {"generations": "image_generation", "edits": "image_edit"}[endpoint]
    exchange.head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
    plain = {"b64_json": picture, "created_at": 1_795_000_000, **answer}
    events = [{**plain, "type": f"{prefix}.partial_image", "partial_image_index": step} for step in range(partials)]
    for event in [*events, {**plain, "type": f"{prefix}.completed"}]:
        exchange.chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
    exchange.chunk(b"")
