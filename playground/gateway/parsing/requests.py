"""HTTP requests to image requests: JSON for pictures from text, a form with files for edits."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.http import HttpRequest

from playground.core.files import scratch
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

SWEEP_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """The image request of a call, the folder of its files, and the tokens of its source pictures."""

    image_request: ImageRequest
    folder: Path
    image_tokens: int = 0


class RequestFolders:
    """Temporary folders for the files of requests, below `root`. Folders of killed workers are removed every hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_sweep = 0.0

    @property
    def root(self) -> Path:
        """Folder of all these folders."""
        return scratch.scratch_folder("uploads")

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
                if unix_now - folder.stat().st_mtime > scratch.LEFT_BEHIND_SECONDS:
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
    return ParsedRequest(image_request, folder)


def parse_edit(request: HttpRequest, call_log: CallLog, client: ClientConnection, folder: Path) -> ParsedRequest:
    """Parse a form; its files go to `folder`. Raises ApiError and ClientDisconnected."""
    form = read_edit_form(request, folder)
    call_log.ignored = ignored_fields("edits", form.fields)
    image_request = parse_fields("edits", form.fields)
    call_log.add_request(image_request)
    _check_count(form)
    paths = UploadedPaths(tuple(image.path for image in form.images), form.mask.path if form.mask else None)
    (check,) = client.submit(file_checks, [PoolTask(paths)])
    checked = client.wait_for(check)
    if isinstance(checked, RejectedFile):
        raise image_error(checked, [image.name for image in form.images], form.mask.name if form.mask else "")
    images = tuple(_source(image, facts.format) for image, facts in zip(form.images, checked, strict=True))
    mask = _source(form.mask, "png") if form.mask else None
    size = (
        nearest_size(checked[0].width, checked[0].height).name if image_request.size == AUTO else image_request.size
    )
    image_request = replace(image_request, images=images, mask=mask, size=size)
    call_log.add_request(image_request)
    return ParsedRequest(image_request, folder, _image_tokens(checked, image_request))


def _check_count(form: EditForm) -> None:
    if not form.images and form.mask:
        message = "A mask needs an image: send the picture that it belongs to as image."
        raise ApiError("invalid_request", message, param="image")
    if not form.images:
        message = f"image is required: send 1 to {MAX_SOURCES} pictures as files."
        raise ApiError("invalid_request", message, param="image")


def _source(upload: UploadedFile, format: str) -> SourceImage:
    return SourceImage(upload.path, upload.name, MEDIA_TYPES[format], upload.size)


def _image_tokens(checked: tuple[ImageFacts, ...], image_request: ImageRequest) -> int:
    return sum(
        count_input_tokens(facts.width, facts.height, image_request.input_fidelity or "low") for facts in checked
    )


request_folders = RequestFolders()
