"""Parse JSON while it arrives: base64 pictures go to files, the small rest is parsed at the end."""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol

from playground.imageapi.client.picture_files import (
    INVALID_BASE64,
    Base64File,
    InvalidBase64Error,
    UnusableResponseError,
    finish_picture_file,
)

# Every quote inside a JSON string is escaped, so this matches only a key and the start of its value.
_PICTURE = re.compile(rb'(?<!\\)"(?:b64_json"\s{0,9}:\s{0,9}"|url"\s{0,9}:\s{0,9}"(?=data:))')
_MAX_START = 48
_QUOTED = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
# Python's JSON parser recurses. The official response has three levels.
_MAX_DEPTH = 64


class PictureFolder(Protocol):
    """A place for pictures that come as base64."""

    def open_base64(self) -> Base64File: ...


class JsonStreamParser:
    """Parse one JSON object that is fed in blocks. Memory does not grow with its pictures.

    `pattern` matches a key and the start of its value; a picture follows as base64 or as a data URL. With
    `skips_pictures` they are neither decoded nor stored, as if they were damaged.
    """

    def __init__(
        self,
        files: PictureFolder,
        max_text_bytes: int,
        pattern: re.Pattern[bytes] = _PICTURE,
        *,
        skips_pictures: bool = False,
    ) -> None:
        self._files = files
        self._skips_pictures = skips_pictures
        self._pattern = pattern
        self._max_text_bytes = max_text_bytes
        # Stands in the text for each picture; random, so that no provider can write it.
        self._placeholder = f"picture {secrets.token_hex(8)} "
        self._pictures: list[Path | UnusableResponseError | OSError] = []
        self._text = bytearray()
        self._pending = b""
        self._picture: _IncomingPicture | _SkippedPicture | None = None

    @property
    def start(self) -> bytes:
        """The first bytes of the text."""
        return bytes(self._text[:_MAX_START]) or self._pending

    def feed(self, block: bytes) -> None:
        """Parse the next block. Raises UnusableResponseError."""
        while block:
            block = self._feed_text(block) if self._picture is None else self._feed_picture(self._picture, block)

    def finish(self) -> Mapping[str, Any]:
        """Return the object; `picture_path` finds the files of its pictures. Raises UnusableResponseError."""
        return parse_object(self.finish_text())

    def finish_text(self) -> bytes:
        """Return the JSON with a placeholder for each picture. Raises UnusableResponseError."""
        self._append_text(self._pending)
        self._pending = b""
        if self._picture is not None:
            raise UnusableResponseError("it ended in the middle of an image")
        return bytes(self._text)

    def stored_picture(self, text: str) -> Path | None:
        """Return the file of a value that is a placeholder. Raises UnusableResponseError, or OSError of the disk."""
        if not text.startswith(self._placeholder):
            return None
        picture = self._pictures[int(text.removeprefix(self._placeholder))]
        if isinstance(picture, Exception):
            raise picture
        return picture

    def save(self, text: str) -> Path:
        """Decode a picture that stands in the text. Raises UnusableResponseError, or OSError of the disk."""
        picture = _IncomingPicture(self._files)
        picture.feed(text.encode("ascii", "replace"))
        saved = picture.finish()
        if isinstance(saved, Exception):
            raise saved
        return saved

    def picture_path(self, entry: Mapping[str, Any]) -> Path | None:
        """Return the file of an entry's picture, if any. Raises UnusableResponseError, or OSError of the disk."""
        for name in ("b64_json", "url"):
            value = entry.get(name)
            path = self.stored_picture(value) if isinstance(value, str) else None
            if path is not None:
                return path
        # The pattern does not match a key that is written with escapes.
        inline = entry.get("b64_json")
        return self.save(inline) if isinstance(inline, str) else None

    def _feed_text(self, block: bytes) -> bytes:
        block = self._pending + block
        match = self._pattern.search(block)
        if match is None:
            # The start of a picture may be split across two blocks.
            edge = max(len(block) - _MAX_START, 0)
            self._append_text(block[:edge])
            self._pending = block[edge:]
            return b""
        self._pending = b""
        self._append_text(block[: match.end()] + f"{self._placeholder}{len(self._pictures)}".encode())
        self._picture = _SkippedPicture() if self._skips_pictures else _IncomingPicture(self._files)
        return block[match.end() :]

    def _feed_picture(self, picture: "_IncomingPicture | _SkippedPicture", block: bytes) -> bytes:
        end = block.find(b'"')
        picture.feed(block if end < 0 else block[:end])
        if end < 0:
            return b""
        self._pictures.append(picture.finish())
        self._picture = None
        return block[end:]

    def _append_text(self, text: bytes) -> None:
        self._text += text
        if len(self._text) > self._max_text_bytes:
            raise UnusableResponseError("its text is too long")


class _IncomingPicture:
    """Write a picture to its file. A failure is stored, not raised: the pictures after it may be good."""

    def __init__(self, files: PictureFolder) -> None:
        self._file: Base64File | None = None
        self._failure: UnusableResponseError | OSError | None = None
        try:
            self._file = files.open_base64()
        except OSError as error:
            self._failure = error

    def feed(self, text: bytes) -> None:
        """Decode the next part. Raises UnusableResponseError when all pictures together are too large."""
        if self._file is None or self._failure is not None:
            return
        try:
            self._file.feed(text)
        except InvalidBase64Error:
            self._failure = UnusableResponseError(INVALID_BASE64)
        except OSError as error:
            self._failure = error

    def finish(self) -> Path | UnusableResponseError | OSError:
        """Return the finished file, or the failure."""
        if self._file is not None and self._failure is None:
            try:
                return finish_picture_file(self._file)
            except (UnusableResponseError, OSError) as error:
                self._failure = error
        if self._file is not None:
            self._file.close()
        return self._failure or UnusableResponseError(INVALID_BASE64)


class _SkippedPicture:
    """A picture that nobody wants to see."""

    def feed(self, text: bytes) -> None:
        """Drop the text."""

    def finish(self) -> UnusableResponseError:
        """Return what stands for its file."""
        return UnusableResponseError("it was skipped")


def parse_object(text: bytes) -> Mapping[str, Any]:
    """Parse a JSON object. Raises UnusableResponseError, also for nesting that would exhaust the stack."""
    if _depth(text) > _MAX_DEPTH:
        raise UnusableResponseError("its JSON is nested too deeply")
    try:
        parsed = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnusableResponseError("it isn't valid JSON") from None
    if not isinstance(parsed, Mapping):
        raise UnusableResponseError("it isn't a JSON object")
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _depth(text: bytes) -> int:
    if text.count(b"[") + text.count(b"{") <= _MAX_DEPTH:
        return 0
    depth = deepest = 0
    for character in _QUOTED.sub(b"", text):
        depth += (character in b"[{") - (character in b"]}")
        deepest = max(deepest, depth)
    return deepest
