"""Files on their way in: streamed to disk, never kept in memory, and not written beyond the limits."""

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
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB, file_field
from playground.imageapi.client.picture_files import write_fully
from playground.runs import folders

View = Callable[..., HttpResponseBase]
# Who sends more than this is not heard out.
_MOST_READ: Final = 1024 * MIB
_BLOCK: Final = 256 * 1024


class BoundedUpload(UploadedFile):  # type: ignore[type-arg]
    """A file of a form, until the request is over. `size` is true even of one that could not be kept.

    A disk without room is no reason to break the form off: `path` says so when somebody wants the file.
    """

    def __init__(self, name: str, content_type: str | None) -> None:
        self._full: OSError | None = None
        self._kept: Any = io.BytesIO()
        self._attempt(self._open)
        super().__init__(self._kept, name, content_type, 0)

    @property
    def path(self) -> Path:
        """Where its bytes are. Raises OSError when the disk had no room for them."""
        if self._full is not None:
            raise self._full
        return Path(self._kept.name)

    def write_some(self, data: bytes) -> None:
        """Keep the next bytes, as long as the file is within its limit and the disk has room."""
        self.size = (self.size or 0) + len(data)
        if self.size <= MAX_FILE_BYTES:
            self._attempt(lambda: self._write(data))

    def finish(self) -> None:
        """All bytes have come."""
        if (self.size or 0) > MAX_FILE_BYTES:
            self._attempt(lambda: self._kept.truncate(0))
        self._attempt(self._kept.flush)

    def _open(self) -> None:
        folder = _made(folders.forms_folder())
        self._kept = tempfile.NamedTemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 (Django closes it)

    def _write(self, data: bytes) -> None:
        if not disk.has_room(len(data)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_fully(self._kept, data)

    def _attempt(self, act: Callable[[], object]) -> None:
        """Do it, unless the disk was full before; when it is now, give back what was written so far."""
        if self._full is not None:
            return
        try:
            act()
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._full = error
            self._kept.truncate(0)


class UnkeptUploads(FileUploadHandler):
    """Notes the files of forms that ask for none, and keeps nothing of them.

    Django would put them on the disk, however large they are.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some of its bytes, which nobody asked for."""

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """The file as it was called, and empty."""
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, file_size)


class BoundedUploadHandler(FileUploadHandler):
    """Streams every file of a form to disk; past the limits it goes on reading, so that the answer can say which."""

    chunk_size = _BLOCK

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.uploaded = BoundedUpload(self.file_name or "", self.content_type)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some of its bytes."""
        self.total += len(raw_data)
        # A mask may come on top of the pictures.
        if self.total <= MAX_TOTAL_BYTES + MAX_FILE_BYTES:
            self.uploaded.write_some(raw_data)
        else:
            self.uploaded.size = MAX_FILE_BYTES + 1

    def file_complete(self, file_size: int) -> BoundedUpload:
        """The file as the form gets it."""
        self.uploaded.finish()
        return self.uploaded


def accepts_uploads(view: View) -> View:
    """The view, with files streamed within limits. Nothing may look into the form before that, CSRF included."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def streaming(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_READ:
            raise RequestDataTooBig("the form is too large")
        request.upload_handlers = [BoundedUploadHandler(request)]
        return protected(request, *args, **kwargs)

    return streaming


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def uploaded_files(request: HttpRequest, name: str) -> list[BoundedUpload]:
    """The files of the parameter in order, under any of its names; a field left empty in a browser has none."""
    placed = [
        (known[1], one)
        for field, files in request.FILES.lists()
        if (known := file_field(field)) and known[0] == name
        for one in files
        if isinstance(one, BoundedUpload)
    ]
    return [one for _, one in sorted(placed, key=lambda one: one[0])]


def unknown_file_fields(request: HttpRequest) -> list[str]:
    """Fields with files that no form of ours has."""
    return [field for field in request.FILES if file_field(field) is None]
