"""Where the pictures of one call go: numbered files in the run's folder, within a limit on all bytes together."""

from collections.abc import Callable
from pathlib import Path

from playground.imageapi.catalog import format_from_start
from playground.imageapi.client.base64_file import Base64File, InvalidBase64Error, SpillFile
from playground.imageapi.schemas import PartialPicture, ReceivedPicture

BAD_BASE64 = "a picture was not valid base64"


class UnusablePictureError(Exception):
    """An answer that came and cannot be used; the text is our own sentence, without the provider's words."""


class PictureFiles:
    """Opens the next file of a call, counts bytes, and removes at the end what nobody kept.

    `spare` is a folder on another disk, or in memory, for what the first one does not take.
    """

    def __init__(self, folder: Path, limit: int, spare: Path | None = None) -> None:
        self._folder = folder
        self._spare = spare
        self._left = limit
        self._number = 0
        self._open: list[Base64File | SpillFile] = []
        self._files: set[Path] = set()

    def next_path(self) -> Path:
        """A path for the next picture, `received-1.part` first."""
        self._number += 1
        path = self._folder / f"received-{self._number}.part"
        self._files.add(path)
        return path

    def count(self, size: int) -> None:
        """Say that `size` more bytes come. Raises Unusable above the limit."""
        self._left -= size
        if self._left < 0:
            raise UnusablePictureError("it is too large")

    def open_base64(self) -> Base64File:
        """A new file for a picture that comes as base64. Raises OSError of the disk."""
        file = Base64File(self.next_path(), self.count, self._elsewhere if self._spare else None)
        self._open = [file]
        return file

    def open_plain(self) -> SpillFile:
        """A new file for a picture that comes as it is. Raises OSError of the disk."""
        file = SpillFile(self.next_path(), self._elsewhere if self._spare else None)
        self._open.append(file)
        return file

    def _elsewhere(self, path: Path) -> Path:
        """Another place for the file at `path`. Raises OSError."""
        if self._spare is None:
            raise FileNotFoundError(path)
        self._spare.mkdir(parents=True, exist_ok=True, mode=0o700)
        moved = self._spare / path.name
        self._files.add(moved)
        return moved

    def keep(self, path: Path) -> None:
        """Leave this file to the caller."""
        self._files.discard(path)

    def tidy(self) -> None:
        """Close and remove everything that was not kept."""
        for file in self._open:
            file.close()
        for path in self._files:
            path.unlink(missing_ok=True)
        self._files.clear()


def finish_picture_file(file: Base64File) -> Path:
    """End a picture's file. Raises Unusable when it is no base64 or no picture."""
    try:
        file.finish()
    except InvalidBase64Error:
        raise UnusablePictureError(BAD_BASE64) from None
    check_picture_start(file.start)
    return file.path


def check_picture_start(start: bytes) -> None:
    """Look at a picture's first bytes. Raises Unusable for what is neither PNG, JPEG nor WebP."""
    if not format_from_start(start):
        raise UnusablePictureError("what came is not a picture")


class PictureDelivery:
    """What a call gave to its caller so far. Files that were given belong to the caller."""

    def __init__(
        self,
        intake: PictureFiles,
        asked: int,
        on_partial: Callable[[PartialPicture], None],
        on_picture: Callable[[ReceivedPicture], None],
    ) -> None:
        self.pictures: list[ReceivedPicture] = []
        self._intake = intake
        self._asked = asked
        self._on_partial = on_partial
        self._on_picture = on_picture
        self.has_begun = False

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for was given."""
        return len(self.pictures) >= self._asked

    @property
    def missing(self) -> int:
        """How many pictures may still be given."""
        return self._asked - len(self.pictures)

    def give_partial(self, path: Path, step: int, index: int | None = None) -> None:
        """Give a preview of the picture `index`, counted from 0; of the one that comes next when it is not said."""
        self.has_begun = True
        if index is None or index >= self._asked:
            index = len(self.pictures)
        self._intake.keep(path)
        self._on_partial(PartialPicture(index, step, path))

    def give(self, path: Path, revised_prompt: str) -> None:
        """Give a final picture, unless all that were asked for came already."""
        if self.is_complete:
            return
        self.has_begun = True
        picture = ReceivedPicture(len(self.pictures), path, revised_prompt)
        self._intake.keep(path)
        self.pictures.append(picture)
        self._on_picture(picture)
