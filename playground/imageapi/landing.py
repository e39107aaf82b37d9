"""The file that a picture arrives in: written in blocks, and continued elsewhere when its disk is full."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_COPIED = 256 * 1024


class Landing:
    """A file at `path`. `elsewhere` names another place for what the disk does not take: `path` changes then."""

    def __init__(self, path: Path, elsewhere: Callable[[Path], Path] | None = None) -> None:
        """Raises OSError when there is no place for it."""
        self.path = path
        self._elsewhere = elsewhere
        self._written = 0
        self._file: BinaryIO = self._open()

    def write(self, block: bytes) -> None:
        """Add `block`. Raises OSError of the last disk there is."""
        try:
            write_all(self._file, block)
        except OSError:
            self._move()
            write_all(self._file, block)
        self._written += len(block)

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._file.close()

    def _open(self) -> BinaryIO:
        try:
            return self.path.open("wb", buffering=0)
        except OSError:
            if self._elsewhere is None:
                raise
            self.path, self._elsewhere = self._elsewhere(self.path), None
            return self.path.open("wb", buffering=0)

    def _move(self) -> None:
        """Go on elsewhere with what was written so far. To be called while an OSError is handled: raises it again."""
        if self._elsewhere is None:
            raise
        full, self.path, self._elsewhere = self.path, self._elsewhere(self.path), None
        self._file.close()
        self._file = self.path.open("wb", buffering=0)
        with full.open("rb") as written:
            left = self._written
            while left and (block := written.read(min(left, _COPIED))):
                write_all(self._file, block)
                left -= len(block)
        full.unlink(missing_ok=True)


def write_all(file: BinaryIO, block: bytes) -> None:
    """Write `block` as a whole; an unbuffered file may take it in parts. Raises OSError."""
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]
