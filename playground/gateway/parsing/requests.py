"""From a request to what is asked of the renderer: a JSON body for pictures from text, a form for edits."""

from dataclasses import dataclass, replace
from pathlib import Path

from django.http import HttpRequest

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.parsing.image_check import ImageFacts, RejectedFile, UploadedPaths, file_checks, image_error
from playground.gateway.parsing.multipart import EditForm, UploadedFile, read_edit_form
from playground.gateway.parsing.validation import ignored_fields, parse_fields, read_json
from playground.imageapi.catalog import AUTO, MAX_SOURCES, MEDIA_TYPES, nearest_size
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_input_tokens
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.processes.pool import PoolTask


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """What a call asks for, the folder of its files, and how many tokens its pictures have."""

    asked: ImageRequest
    folder: Path
    image_tokens: int = 0


def parse_generation(request: HttpRequest, call: CallLog, folder: Path) -> ParsedRequest:
    """What a JSON body asks for. Raises ApiError, and CallerLeft."""
    fields = read_json(request)
    call.ignored = ignored_fields("generations", fields)
    asked = parse_fields("generations", fields)
    call.describe(asked)
    return ParsedRequest(asked, folder)


def parse_edit(request: HttpRequest, call: CallLog, caller: ClientConnection, folder: Path) -> ParsedRequest:
    """What a form asks for; its files go to `folder`. Raises ApiError, and CallerLeft."""
    form = read_edit_form(request, folder)
    call.ignored = ignored_fields("edits", form.fields)
    asked = parse_fields("edits", form.fields)
    call.describe(asked)
    _check_count(form)
    files = UploadedPaths(tuple(one.path for one in form.images), form.mask.path if form.mask else None)
    (looked,) = caller.submit(file_checks, [PoolTask(files)])
    seen = caller.wait_for(looked)
    if isinstance(seen, RejectedFile):
        raise image_error(seen, [image.name for image in form.images], form.mask.name if form.mask else "")
    images = tuple(_source(upload, one.format) for upload, one in zip(form.images, seen, strict=True))
    mask = _source(form.mask, "png") if form.mask else None
    size = nearest_size(seen[0].width, seen[0].height).name if asked.size == AUTO else asked.size
    asked = replace(asked, images=images, mask=mask, size=size)
    call.describe(asked)
    return ParsedRequest(asked, folder, _image_tokens(seen, asked))


def _check_count(form: EditForm) -> None:
    if not form.images and form.mask:
        message = "A mask needs an image: send the picture that it belongs to as image."
        raise ApiError("invalid_request", message, param="image")
    if not form.images:
        message = f"image is required: send 1 to {MAX_SOURCES} pictures as files."
        raise ApiError("invalid_request", message, param="image")


def _source(upload: UploadedFile, format: str) -> SourceImage:
    return SourceImage(upload.path, upload.name, MEDIA_TYPES[format], upload.size)


def _image_tokens(seen: tuple[ImageFacts, ...], asked: ImageRequest) -> int:
    return sum(count_input_tokens(one.width, one.height, asked.input_fidelity or "low") for one in seen)
