"""From a request to what is asked of the renderer: a JSON body for pictures from text, a form for edits."""

from dataclasses import dataclass, replace
from math import log
from pathlib import Path

from django.http import HttpRequest

from playground.gateway.body import read_json
from playground.gateway.call import Call
from playground.gateway.caller import Caller
from playground.gateway.form import Form, Upload, read_form
from playground.gateway.looking import Files, Seen, Unusable
from playground.gateway.parse import ignored_fields, parse_fields
from playground.gateway.refusals import file_checks, refusal
from playground.gateway.renderers.pool import Task
from playground.imageapi.errors import ApiError
from playground.imageapi.messages import ImageRequest, Source
from playground.imageapi.options import AUTO, MAX_SOURCES, MEDIA_TYPES, SIZES
from playground.imageapi.tokens import input_tokens


@dataclass(frozen=True, slots=True)
class Order:
    """What a call asks for, the folder of its files, and how many tokens its pictures have."""

    asked: ImageRequest
    folder: Path
    image_tokens: int = 0


def order_generation(request: HttpRequest, call: Call, folder: Path) -> Order:
    """What a JSON body asks for. Raises ApiError, and CallerLeft."""
    fields = read_json(request)
    call.ignored = ignored_fields("generations", fields)
    asked = parse_fields("generations", fields)
    call.describe(asked)
    return Order(asked, folder)


def order_edit(request: HttpRequest, call: Call, caller: Caller, folder: Path) -> Order:
    """What a form asks for; its files go to `folder`. Raises ApiError, and CallerLeft."""
    form = read_form(request, folder)
    call.ignored = ignored_fields("edits", form.fields)
    asked = parse_fields("edits", form.fields)
    call.describe(asked)
    _check_count(form)
    files = Files(tuple(one.path for one in form.images), form.mask.path if form.mask else None)
    (looked,) = file_checks.submit([Task(files)], owner=caller.account)
    seen = caller.wait_for(looked)
    if isinstance(seen, Unusable):
        raise refusal(seen, [image.name for image in form.images], form.mask.name if form.mask else "")
    images = tuple(_source(upload, one.format) for upload, one in zip(form.images, seen, strict=True))
    mask = _source(form.mask, "png") if form.mask else None
    size = nearest_size(seen[0].width, seen[0].height) if asked.size == AUTO else asked.size
    asked = replace(asked, images=images, mask=mask, size=size)
    call.describe(asked)
    return Order(asked, folder, _image_tokens(seen, asked))


def nearest_size(width: int, height: int) -> str:
    """The square, portrait or landscape size whose aspect is nearest to that of a picture (edits, `size=auto`)."""
    aspect = log(width / height)
    return min(SIZES[:3], key=lambda size: abs(log(size.width / size.height) - aspect)).name


def _check_count(form: Form) -> None:
    if not form.images and form.mask:
        message = "A mask needs an image: send the picture that it belongs to as image."
        raise ApiError("invalid_request", message, param="image")
    if not form.images:
        message = f"image is required: send 1 to {MAX_SOURCES} pictures as files."
        raise ApiError("invalid_request", message, param="image")


def _source(upload: Upload, format: str) -> Source:
    return Source(upload.path, upload.name, MEDIA_TYPES[format], upload.size)


def _image_tokens(seen: tuple[Seen, ...], asked: ImageRequest) -> int:
    return sum(input_tokens(one.width, one.height, asked.input_fidelity or "low") for one in seen)
