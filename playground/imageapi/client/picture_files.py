"""Files that the pictures of a call are received in, as they are or decoded from base64 while it arrives."""

import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from playground.imageapi.catalog import (
    BLOCK,
    OUTPUT_FORMATS,
    SIGNATURE_BYTES,
    format_from_start,
    result_format_from_start,
)

try:
    import pybase64
except ImportError:
    # Optional: it halves the CPU time of decoding.
    pybase64 = None  # type: ignore[assignment]

# Bytes before which the text is not decoded, so that a `data:` prefix is seen whole; also the length of `start`.
_HEAD = SIGNATURE_BYTES
# A media type with parameters fits; anything longer is not a `data:` address.
_MAX_PREFIX = 200
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_SHORT_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/"}
_WHITESPACE = b" \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class InvalidBase64Error(Exception):
    """The text is empty or not base64."""


class WritableFile(Protocol):
    """A file that the decoded bytes are written to."""

    path: Path

    def write(self, block: bytes) -> None: ...

    def close(self) -> None: ...


class Base64File:
    """Decode the text of a JSON string (with RFC 8259 escapes) into `file`.

    Accepts line breaks, the URL-safe alphabet, missing padding and a `data:…;base64,` prefix. `on_bytes` is called
    with each number of bytes before they are written, and may raise. `start` holds the first bytes of the picture.
    `check_start` raises for those of another file, if given.
    """

    def __init__(
        self,
        file: WritableFile,
        on_bytes: Callable[[int], None],
        check_start: Callable[[bytes], None] | None = None,
    ) -> None:
        self.start = b""
        self.check_start = check_start or check_picture_start
        self._file = file
        self._on_bytes = on_bytes
        self._carry = b""
        self._is_prefix_open = True
        self._is_padded = False

    @property
    def path(self) -> Path:
        """The path of the file, which may change while it is written."""
        return self._file.path

    def feed(self, text: bytes) -> None:
        """Decode the next part. Raises InvalidBase64Error, OSError of the disk, or what `on_bytes` raises."""
        if self._is_prefix_open:
            text = self._carry + text
            self._carry = b""
            if len(text) < _HEAD or (text.startswith(b"data:") and not self._has_comma(text)):
                self._carry = text
                return
            text = self._drop_prefix(text)
        self._decode(text)

    def finish(self) -> None:
        """Decode the rest and close the file. Raises InvalidBase64Error when the text was cut or empty."""
        if self._is_prefix_open:
            text, self._carry = self._carry, b""
            self._decode(self._drop_prefix(text))
        padless = _tidy(self._carry)
        if padless:
            self._write(padless + b"=" * (-len(padless) % 4))
        self.close()
        if not self.start:
            raise InvalidBase64Error

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._file.close()

    @staticmethod
    def _has_comma(text: bytes) -> bool:
        if b"," not in text and len(text) > _MAX_PREFIX:
            raise InvalidBase64Error
        return b"," in text

    def _drop_prefix(self, text: bytes) -> bytes:
        self._is_prefix_open = False
        return text.partition(b",")[2] if text.startswith(b"data:") else text

    def _decode(self, text: bytes) -> None:
        text = self._carry + text
        end = len(text) // 4 * 4
        try:
            self._write(memoryview(text)[:end])
            self._carry = text[end:]
        except InvalidBase64Error:
            self._decode_untidy(text)

    def _decode_untidy(self, text: bytes) -> None:
        cut = _CUT_ESCAPE.search(text, max(0, len(text) - 6))
        text, cut_escape = (text[: cut.start()], text[cut.start() :]) if cut else (text, b"")
        text = _tidy(text)
        end = len(text) // 4 * 4
        self._write(text[:end])
        self._carry = text[end:] + cut_escape

    def _write(self, text: bytes | memoryview) -> None:
        if not text:
            return
        if self._is_padded:
            raise InvalidBase64Error
        block = decode_base64(text)
        self._on_bytes(len(block))
        # Padding ends base64: more text after it is damage, not a second picture.
        self._is_padded = text[-1:] == b"="
        if len(self.start) < _HEAD:
            self.start += block[:_HEAD]
        self._file.write(block)


def decode_base64(text: bytes | memoryview) -> bytes:
    """Decode strict base64. Raises InvalidBase64Error."""
    try:
        if pybase64 is not None:
            return pybase64.b64decode(text, validate=True)
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise InvalidBase64Error from None


def _tidy(text: bytes) -> bytes:
    if b"\\" in text:
        text = _ESCAPE.sub(_unescape, text)
    return text.translate(_URL_SAFE, _WHITESPACE)


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        number = int(escape[1], 16)
        if number > 127:
            raise InvalidBase64Error
        return bytes((number,))
    try:
        return _SHORT_ESCAPES[escape[2]]
    except KeyError:
        raise InvalidBase64Error from None


INVALID_BASE64 = "a picture was not valid base64"
NOT_AN_IMAGE = "it isn't an image"


class UnusableResponseError(Exception):
    """A response arrived but cannot be used. The text is written here and quotes nothing from the provider."""


class SpillFile:
    """A file that continues in another place when its disk is full; `path` changes then.

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
        with full.open("rb") as source:
            bytes_left = self._written
            while bytes_left and (block := source.read(min(bytes_left, BLOCK))):
                write_fully(self._file, block)
                bytes_left -= len(block)
        full.unlink(missing_ok=True)


class PictureFiles:
    """Open numbered files for the pictures of a call, limit their bytes together, and remove those not kept.

    `spare_folder` is on another disk, or in memory, for what the disk of `folder` does not take. `requested_format`
    is accepted besides OUTPUT_FORMATS.
    """

    def __init__(
        self, folder: Path, max_bytes: int, spare_folder: Path | None = None, *, requested_format: str | None = None
    ) -> None:
        self._formats = (*OUTPUT_FORMATS, requested_format)
        self._folder = folder
        self._spare_folder = spare_folder
        self._bytes_left = max_bytes
        self._count = 0
        self._open: list[Base64File | SpillFile] = []
        self._paths: set[Path] = set()

    def open_base64(self) -> Base64File:
        """Open a file for a picture that comes as base64. Raises OSError of the disk."""
        file = Base64File(self._new_file(), self._count_bytes, self.check_start)
        self._open = [file]
        return file

    def open_plain(self) -> SpillFile:
        """Open a file for a picture that comes as it is. Raises OSError of the disk."""
        file = self._new_file()
        self._open.append(file)
        return file

    def check_start(self, start: bytes) -> None:
        """Raise UnusableResponseError unless a file that starts so is a picture of an accepted format."""
        if result_format_from_start(start) not in self._formats:
            raise UnusableResponseError(NOT_AN_IMAGE)

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
    file.check_start(file.start)
    return file.path


def check_picture_start(start: bytes) -> None:
    """Raise UnusableResponseError unless a file that starts so is PNG, JPEG or WebP."""
    if not format_from_start(start):
        raise UnusableResponseError(NOT_AN_IMAGE)
