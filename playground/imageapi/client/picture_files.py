"""The files that the pictures of one call are received in, and their delivery to the caller."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from playground.imageapi.catalog import BLOCK, format_from_start
from playground.imageapi.client.base64_file import Base64File, InvalidBase64Error
from playground.imageapi.schemas import PartialPicture, ReceivedPicture

INVALID_BASE64 = "a picture was not valid base64"


class UnusableResponseError(Exception):
    """A response came and cannot be used. The text is a sentence of ours, without the provider's words."""


class SpillFile:
    """A file that goes on in another place when its disk is full; `path` changes then.

    `other_place` returns that place for a path. Raises OSError when no place takes the file.
    """

    def __init__(self, path: Path, other_place: Callable[[Path], Path] | None = None) -> None:
        self.path = path
        self._other_place = other_place
        self._written = 0
        self._file: BinaryIO = self._open()

    def write(self, block: bytes) -> None:
        """Append `block`. Raises OSError of the last place."""
        try:
            write_fully(self._file, block)
        except OSError:
            self._move()
            write_fully(self._file, block)
        self._written += len(block)

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._file.close()

    def _open(self) -> BinaryIO:
        try:
            return self.path.open("wb", buffering=0)
        except OSError:
            if self._other_place is None:
                raise
            self.path, self._other_place = self._other_place(self.path), None
            return self.path.open("wb", buffering=0)

    def _move(self) -> None:
        """Copy the written bytes to the other place. Call it in an `except` block: it may raise that error again."""
        if self._other_place is None:
            raise
        full, self.path, self._other_place = self.path, self._other_place(self.path), None
        self._file.close()
        self._file = self.path.open("wb", buffering=0)
        with full.open("rb") as written:
            left = self._written
            while left and (block := written.read(min(left, BLOCK))):
                write_fully(self._file, block)
                left -= len(block)
        full.unlink(missing_ok=True)


class PictureFiles:
    """Open numbered files for the pictures of a call, limit their bytes together, and remove those not kept.

    `spare_folder` is on another disk, or in memory, for what the disk of `folder` does not take.
    """

    def __init__(self, folder: Path, max_bytes: int, spare_folder: Path | None = None) -> None:
        self._folder = folder
        self._spare_folder = spare_folder
        self._bytes_left = max_bytes
        self._count = 0
        self._open: list[Base64File | SpillFile] = []
        self._paths: set[Path] = set()

    def open_base64(self) -> Base64File:
        """Open a file for a picture that comes as base64. Raises OSError of the disk."""
        file = Base64File(self._new_file(), self._count_bytes)
        self._open = [file]
        return file

    def open_plain(self) -> SpillFile:
        """Open a file for a picture that comes as it is. Raises OSError of the disk."""
        file = self._new_file()
        self._open.append(file)
        return file

    def keep(self, path: Path) -> None:
        """Leave the file at `path` to the caller."""
        self._paths.discard(path)

    def remove_rest(self) -> None:
        """Close and remove all files that were not kept."""
        for file in self._open:
            file.close()
        for path in self._paths:
            path.unlink(missing_ok=True)
        self._paths.clear()

    def _new_file(self) -> SpillFile:
        self._count += 1
        path = self._folder / f"received-{self._count}.part"
        self._paths.add(path)
        return SpillFile(path, self._spare_path if self._spare_folder else None)

    def _spare_path(self, path: Path) -> Path:
        if self._spare_folder is None:
            raise FileNotFoundError(path)
        self._spare_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        spare = self._spare_folder / path.name
        self._paths.add(spare)
        return spare

    def _count_bytes(self, count: int) -> None:
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise UnusableResponseError("it is too large")


class PictureDelivery:
    """Pass the pictures of a call on to its caller, who owns their files from then on."""

    def __init__(
        self,
        files: PictureFiles,
        requested: int,
        on_partial: Callable[[PartialPicture], None],
        on_picture: Callable[[ReceivedPicture], None],
    ) -> None:
        self.pictures: list[ReceivedPicture] = []
        self.has_begun = False
        self._files = files
        self._requested = requested
        self._on_partial = on_partial
        self._on_picture = on_picture

    @property
    def is_complete(self) -> bool:
        """Whether as many pictures were delivered as were requested."""
        return self.missing <= 0

    @property
    def missing(self) -> int:
        """How many pictures are still to be delivered."""
        return self._requested - len(self.pictures)

    def deliver_partial(self, path: Path, step: int, index: int | None = None) -> None:
        """Deliver a preview of picture `index`, counted from 0; of the next one when the API gave no index."""
        self.has_begun = True
        if index is None or index >= self._requested:
            index = len(self.pictures)
        self._files.keep(path)
        self._on_partial(PartialPicture(index, step, path))

    def deliver(self, path: Path, revised_prompt: str) -> None:
        """Deliver a final picture, unless all that were requested have come already."""
        if self.is_complete:
            return
        self.has_begun = True
        picture = ReceivedPicture(len(self.pictures), path, revised_prompt)
        self._files.keep(path)
        self.pictures.append(picture)
        self._on_picture(picture)


def write_fully(file: BinaryIO, block: bytes) -> None:
    """Write all of `block`; an unbuffered file may take it in parts. Raises OSError."""
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


def finish_picture_file(file: Base64File) -> Path:
    """Close the file of a picture. Raises UnusableResponseError when it is no base64 or no picture."""
    try:
        file.finish()
    except InvalidBase64Error:
        raise UnusableResponseError(INVALID_BASE64) from None
    check_picture_start(file.start)
    return file.path


def check_picture_start(start: bytes) -> None:
    """Raise UnusableResponseError unless a file that starts so is PNG, JPEG or WebP."""
    if not format_from_start(start):
        raise UnusableResponseError("what came is not a picture")
