"""The file that a picture arrives in: written in blocks, and continued elsewhere when its disk is full."""

import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_COPIED = 256 * 1024


class SpillFile:
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
                write_fully(self._file, block)
                left -= len(block)
        full.unlink(missing_ok=True)


def write_fully(file: BinaryIO, block: bytes) -> None:
    """Write `block` as a whole; an unbuffered file may take it in parts. Raises OSError."""
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


try:
    import pybase64
except ImportError:
    # It halves the CPU of decoding, and nothing else.
    pybase64 = None  # type: ignore[assignment]

_HEAD = 64
_LONGEST_PREFIX = 200
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_SHORT_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/"}
_WHITESPACE = b" \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class InvalidBase64Error(Exception):
    """Text that is not base64, or nothing at all."""


def decode_base64(text: bytes | memoryview) -> bytes:
    """Bytes of strict base64 text. Raises BadBase64."""
    try:
        if pybase64 is not None:
            return pybase64.b64decode(text, validate=True)
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise InvalidBase64Error from None


class Base64File:
    """Decodes the text of a JSON string (RFC 8259 escapes and all) into a file.

    Accepts line breaks, the URL-safe alphabet, missing padding and a `data:…;base64,` prefix; anything else that is
    not base64 raises BadBase64. `count` is told every number of bytes before they are written, and may raise.
    `elsewhere` names another place for what the disk does not take: `path` changes then.
    """

    def __init__(
        self, path: Path, count: Callable[[int], None], elsewhere: Callable[[Path], Path] | None = None
    ) -> None:
        self.start = b""
        self._count = count
        self._file = SpillFile(path, elsewhere)
        self._carry = b""
        self._is_headless = True
        self._is_ended = False

    @property
    def path(self) -> Path:
        """Where it is now."""
        return self._file.path

    def feed(self, text: bytes) -> None:
        """Take the next part of the text. Raises BadBase64, OSError of the disk, or what `count` raises."""
        if self._is_headless:
            text = self._carry + text
            self._carry = b""
            if len(text) < _HEAD or (text.startswith(b"data:") and not self._has_comma(text)):
                self._carry = text
                return
            text = self._behind_prefix(text)
        self._decode(text)

    def finish(self) -> None:
        """End the text and close the file. Raises BadBase64 when it was cut or empty."""
        if self._is_headless:
            text, self._carry = self._carry, b""
            self._decode(self._behind_prefix(text))
        rest = _tidy(self._carry)
        if rest:
            self._write(rest + b"=" * (-len(rest) % 4))
        self.close()
        if not self.start:
            raise InvalidBase64Error

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._file.close()

    @staticmethod
    def _has_comma(text: bytes) -> bool:
        if b"," not in text and len(text) > _LONGEST_PREFIX:
            raise InvalidBase64Error
        return b"," in text

    def _behind_prefix(self, text: bytes) -> bytes:
        self._is_headless = False
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
        text, rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, b"")
        text = _tidy(text)
        end = len(text) // 4 * 4
        self._write(text[:end])
        self._carry = text[end:] + rest

    def _write(self, text: bytes | memoryview) -> None:
        if not text:
            return
        if self._is_ended:
            raise InvalidBase64Error
        block = decode_base64(text)
        self._count(len(block))
        self._is_ended = text[-1:] == b"="
        if len(self.start) < _HEAD:
            self.start += block[:_HEAD]
        self._file.write(block)


def _tidy(text: bytes) -> bytes:
    if b"\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return text.translate(_URL_SAFE, _WHITESPACE)


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        number = int(found[1], 16)
        if number > 127:
            raise InvalidBase64Error
        return bytes((number,))
    try:
        return _SHORT_ESCAPES[found[2]]
    except KeyError:
        raise InvalidBase64Error from None
