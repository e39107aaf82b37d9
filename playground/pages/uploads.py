"""Uploads: stream the files of a form to disk within the limits, and never hold them in memory."""

import errno
import io
import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from playground.core.files import disk
from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MIB, file_field
from playground.imageapi.client.picture_files import write_fully
from playground.runs import drafts, paths

View = Callable[..., HttpResponseBase]
# Reject a larger body unread.
# The official API takes the most: 16 sources of 50 MB and a mask.
_MAX_BODY_BYTES: Final = 1024 * MIB
# Four times the block of Django: a picture of 25 MB takes 100 writes instead of 400.
_BLOCK: Final = 256 * 1024


class BoundedUpload(UploadedFile):  # type: ignore[type-arg]
    """A file of a form, deleted with the request. `size` is right also when the file was too large to store.

    A full disk does not end the upload: the form is needed for the response, and `path` raises the error.
    """

    def __init__(self, name: str, content_type: str | None) -> None:
        self._disk_error: OSError | None = None
        self._file_on_disk: Any = io.BytesIO()
        self._attempt(self._open)
        super().__init__(self._file_on_disk, name, content_type, 0)

    @property
    def path(self) -> Path:
        """The path of the file. Raises OSError when the disk was full."""
        if self._disk_error is not None:
            raise self._disk_error
        return Path(self._file_on_disk.name)

    def write_block(self, data: bytes) -> None:
        """Write the next bytes while the file is within its limit and the disk has room."""
        self.size = (self.size or 0) + len(data)
        if self.size <= drafts.draft_file_bytes():
            self._attempt(lambda: self._write(data))

    def finish(self) -> None:
        """Flush the file; empty it when it is too large."""
        if (self.size or 0) > drafts.draft_file_bytes():
            self._attempt(lambda: self._file_on_disk.truncate(0))
        self._attempt(self._file_on_disk.flush)

    def _open(self) -> None:
        # A killed server leaves its files behind; in a folder of their own the worker can prune them.
        folder = paths.forms_folder()
        folder.mkdir(parents=True, exist_ok=True)
        # Unbuffered: blocks are large already, and a full disk shows in the write that it fails.
        self._file_on_disk = tempfile.NamedTemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 (Django closes it)

    def _write(self, data: bytes) -> None:
        if not disk.has_room(len(data)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_fully(self._file_on_disk, data)

    def _attempt(self, operation: Callable[[], object]) -> None:
        """Run `operation` unless the disk was full before; when it is now, free the bytes written so far."""
        if self._disk_error is not None:
            return
        try:
            operation()
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._disk_error = error
            self._file_on_disk.truncate(0)


class DiscardedUploads(FileUploadHandler):
    """Record the names of files in forms that take none, and drop their bytes.

    Django's own handlers would write them to disk, however large they are.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Drop the bytes."""

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, file_size)


class BoundedUploadHandler(FileUploadHandler):
    """Stream every file of a form to disk; past the limits read on, so that the message can name the file."""

    chunk_size = _BLOCK

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.uploaded = BoundedUpload(self.file_name or "", self.content_type)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.total += len(raw_data)
        # A mask may come on top of the pictures.
        if self.total <= drafts.draft_total_bytes() + drafts.draft_file_bytes():
            self.uploaded.write_block(raw_data)
        else:
            self.uploaded.size = drafts.draft_file_bytes() + 1

    def file_complete(self, file_size: int) -> BoundedUpload:
        self.uploaded.finish()
        return self.uploaded


def accepts_uploads(view: View) -> View:
    """Stream the files of a view's forms within limits. CSRF is checked inside, because it reads the form."""
    # The check reads the form, and Django lets nobody replace the upload handlers after that.
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def streaming(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > _MAX_BODY_BYTES:
            raise RequestDataTooBig("the form is too large")
        request.upload_handlers = [BoundedUploadHandler(request)]
        return protected(request, *args, **kwargs)

    return streaming


def uploaded_files(request: HttpRequest, name: str) -> list[BoundedUpload]:
    """Return the files of a parameter in order, under any of its field names; an empty field has none."""
    numbered = [
        (parameter[1], file)
        for field, files in request.FILES.lists()
        if (parameter := file_field(field)) and parameter[0] == name
        for file in files
        if isinstance(file, BoundedUpload)
    ]
    # PHP sends image[0], image[1]…, and the order of the pictures matters: the mask belongs to the first.
    return [file for _, file in sorted(numbered, key=lambda entry: entry[0])]
