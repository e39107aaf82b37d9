"""Decode the base64 of a picture while it arrives, and write it to a file."""

import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

try:
    import pybase64
except ImportError:
    # Optional: it halves the CPU time of decoding.
    pybase64 = None  # type: ignore[assignment]

# Bytes before which the text is not decoded, so that a `data:` prefix is seen whole; also the length of `start`.
_HEAD = 64
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
    """

    def __init__(self, file: WritableFile, on_bytes: Callable[[int], None]) -> None:
        self.start = b""
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
        text, rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, b"")
        text = _tidy(text)
        end = len(text) // 4 * 4
        self._write(text[:end])
        self._carry = text[end:] + rest

    def _write(self, text: bytes | memoryview) -> None:
        if not text:
            return
        if self._is_padded:
            raise InvalidBase64Error
        block = decode_base64(text)
        self._on_bytes(len(block))
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
