"""Parse HTTP requests to image requests: JSON for pictures from text, a form with files for edits."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest

from playground.core.files import data_dir
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.parsing.image_check import ImageFacts, RejectedFile, UploadedPaths, file_checks, image_error
from playground.gateway.parsing.json_body import JSON, read_json, read_json_edit
from playground.gateway.parsing.multipart import EditUpload, UploadedFile, read_edit_form
from playground.imageapi.catalog import (
    ALPHA_FORMATS,
    AUTO,
    FILE_EXTENSIONS,
    MAX_SOURCES,
    MEDIA_TYPES,
    Endpoint,
    Parameter,
    nearest_size,
    parameters_for,
    prompt_length,
)
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import count_input_tokens
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.processes.pool import PoolTask

Value = str | int | bool


def parse_fields(endpoint: Endpoint, fields: Mapping[str, object]) -> ImageRequest:
    """Build the request with all defaults; null counts as not sent, as in the official API.

    Files are checked elsewhere. Raises ApiError with the field in `param`, and with the parameter's own code or
    `invalid_request`.
    """
    texts = (row for row in parameters_for(endpoint) if row.kind != "file")
    values = {row.name: _check_value(row, endpoint, fields.get(row.name)) for row in texts}
    image_request = ImageRequest.from_parameters(endpoint, values)
    if not image_request.prompt.strip() and endpoint == "generations":
        raise ApiError("invalid_request", "prompt must not be empty.", param="prompt")
    if image_request.background == "transparent" and image_request.output_format not in ALPHA_FORMATS:
        message = f"background=transparent needs output_format {' or '.join(ALPHA_FORMATS)}."
        raise ApiError("invalid_request", message, param="background")
    return image_request


def ignored_fields(endpoint: Endpoint, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the unknown field names, at most 20, quoted for a header."""
    names = {row.name for row in parameters_for(endpoint) if row.kind != "file"}
    unknown = [name for name in fields if name not in names]
    return tuple(quote(name[:64], safe="[]")[:64] for name in unknown[:20])


def _check_value(parameter: Parameter, endpoint: Endpoint, value: object) -> Value | None:
    if value is None:
        if parameter.required:
            raise ApiError("invalid_request", f"{parameter.name} is required.", param=parameter.name)
        return parameter.default_for(endpoint)
    if parameter.kind == "boolean":
        return _check_boolean(parameter, value)
    if parameter.kind == "integer":
        return _check_integer(parameter, value)
    return _check_text(parameter, endpoint, value)


def _check_boolean(parameter: Parameter, value: object) -> bool:
    if not isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be true or false.", param=parameter.name)
    return value


def _check_integer(parameter: Parameter, value: object) -> int:
    minimum, maximum = parameter.minimum, parameter.maximum
    # JSON has one number type, so 2.0 is the integer 2. In Python bool is an int, in JSON it is not.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError("invalid_request", f"{parameter.name} must be an integer.", param=parameter.name)
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise ApiError(
            "invalid_request", f"{parameter.name} must be between {minimum} and {maximum}.", param=parameter.name
        )
    return value


def _check_text(parameter: Parameter, endpoint: Endpoint, value: object) -> str:
    accepted = parameter.accepts(endpoint)
    if not isinstance(value, str):
        raise ApiError("invalid_request", f"{parameter.name} must be a string.", param=parameter.name)
    value = parameter.aliases.get(value, value)
    if accepted and value not in accepted:
        message = f"{parameter.name} must be one of: {', '.join(accepted)}."
        raise ApiError(parameter.error, message, param=parameter.name)
    if parameter.max_length is not None and (length := prompt_length(value)) > parameter.max_length:
        message = f"{parameter.name} has {length} characters; the maximum is {parameter.max_length}."
        raise ApiError("invalid_request", message, param=parameter.name)
    return value


# A killed worker leaves at most 200 MB a call; listing the folder more often gains nothing.
SWEEP_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """The image request of a call, the folder of its files, and the tokens of its source pictures.

    `requested_size` may be `auto`; the image request has the size that it becomes.
    """

    image_request: ImageRequest
    folder: Path
    requested_size: str
    image_tokens: int = 0


class RequestFolders:
    """Temporary folders for the files of requests, below `root`. Folders of killed workers are removed every hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_sweep = 0.0

    @property
    def root(self) -> Path:
        """Folder of all these folders."""
        return data_dir.scratch_folder("uploads")

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Create a folder that only this user can read, and remove it at the end."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._sweep_if_due(time.monotonic())
        folder = Path(tempfile.mkdtemp(dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, unix_now: float) -> None:
        """Remove folders that killed workers left; `unix_now` is in seconds of Unix time."""
        for folder in self.root.iterdir():
            # Another worker may sweep at the same time.
            with suppress(FileNotFoundError):
                if unix_now - folder.stat().st_mtime > data_dir.LEFT_BEHIND_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

    def _sweep_if_due(self, now: float) -> None:
        with self._lock:
            if now < self._next_sweep:
                return
            self._next_sweep = now + SWEEP_SECONDS
        self.sweep(time.time())


def parse_generation(request: HttpRequest, call_log: CallLog, folder: Path) -> ParsedRequest:
    """Parse a JSON body. Raises ApiError and ClientDisconnected."""
    fields = read_json(request)
    call_log.ignored = ignored_fields("generations", fields)
    image_request = parse_fields("generations", fields)
    call_log.add_request(image_request)
    return ParsedRequest(image_request, folder, image_request.size or AUTO)


def parse_edit(request: HttpRequest, call_log: CallLog, client: ClientConnection, folder: Path) -> ParsedRequest:
    """Parse a form or JSON; the files go to `folder`. Raises ApiError and ClientDisconnected."""
    body = read_json_edit(request, folder) if request.content_type == JSON else read_edit_form(request, folder)
    call_log.ignored = ignored_fields("edits", body.fields)
    image_request = parse_fields("edits", body.fields)
    call_log.add_request(image_request)
    form = body if isinstance(body, EditUpload) else body.collect(client)
    _check_count(form)
    paths = UploadedPaths(tuple(image.path for image in form.images), form.mask.path if form.mask else None)
    (check,) = client.submit(file_checks, [PoolTask(paths)])
    checked = client.wait_for(check)
    if isinstance(checked, RejectedFile):
        raise image_error(checked, form.images, form.mask)
    images = tuple(_source(image, facts.format) for image, facts in zip(form.images, checked, strict=True))
    mask = _source(form.mask, "png") if form.mask else None
    requested_size = image_request.size or AUTO
    size = nearest_size(checked[0].width, checked[0].height).name if requested_size == AUTO else requested_size
    image_request = replace(image_request, images=images, mask=mask, size=size)
    call_log.add_request(image_request)
    return ParsedRequest(image_request, folder, requested_size, _image_tokens(checked, image_request))


def _check_count(form: EditUpload) -> None:
    if not form.images and form.mask:
        message = "A mask needs an image: send the image it applies to as image."
        raise ApiError("invalid_request", message, param="image")
    if not form.images:
        message = f"image is required: send 1 to {MAX_SOURCES} image files."
        raise ApiError("invalid_request", message, param="image")


def _source(upload: UploadedFile, format: str) -> SourceImage:
    # A provider may read the format from the name; data URLs have none.
    name = f"{upload.name}.{FILE_EXTENSIONS[format]}" if upload.field else upload.name
    return SourceImage(upload.path, name, MEDIA_TYPES[format], upload.size, field=upload.field)


def _image_tokens(checked: tuple[ImageFacts, ...], image_request: ImageRequest) -> int:
    return sum(
        count_input_tokens(facts.width, facts.height, image_request.input_fidelity or "low") for facts in checked
    )


request_folders = RequestFolders()
