"""JSON without its pictures: base64 values go to files while they arrive, the small rest is parsed at the end."""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from playground.imageapi.client.base64_file import Base64File, InvalidBase64Error
from playground.imageapi.client.picture_files import (
    BAD_BASE64,
    PictureFiles,
    UnusablePictureError,
    finish_picture_file,
)

# Inside a JSON string every quote is escaped, so these can only be a key and the start of its value.
_PICTURE = re.compile(rb'(?<!\\)"(?:b64_json"\s{0,9}:\s{0,9}"|url"\s{0,9}:\s{0,9}"(?=data:))')
_LONGEST_START = 48
_QUOTED = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_DEEPEST = 64


class _Incoming:
    """A picture on its way into its file. What goes wrong is kept: the pictures behind it may be good."""

    def __init__(self, intake: PictureFiles) -> None:
        self._file: Base64File | None = None
        self._failure: UnusablePictureError | OSError | None = None
        try:
            self._file = intake.open_base64()
        except OSError as error:
            self._failure = error

    def feed(self, text: bytes) -> None:
        """Take the next part of the base64 text. Raises Unusable when all pictures together are too large."""
        if self._file is None or self._failure is not None:
            return
        try:
            self._file.feed(text)
        except InvalidBase64Error:
            self._failure = UnusablePictureError(BAD_BASE64)
        except OSError as error:
            self._failure = error

    def finish(self) -> Path | UnusablePictureError | OSError:
        """The finished file, or why there is none."""
        if self._file is not None and self._failure is None:
            try:
                return finish_picture_file(self._file)
            except (UnusablePictureError, OSError) as error:
                self._failure = error
        if self._file is not None:
            self._file.close()
        return self._failure or UnusablePictureError(BAD_BASE64)


class JsonStreamParser:
    """One JSON text, fed in blocks. Memory does not grow with its pictures."""

    def __init__(self, intake: PictureFiles, text_bytes: int) -> None:
        self._intake = intake
        self._text_bytes = text_bytes
        self._token = f"picture {secrets.token_hex(8)} "
        self._pictures: list[Path | UnusablePictureError | OSError] = []
        self._text = bytearray()
        self._pending = b""
        self._picture: _Incoming | None = None

    def feed(self, block: bytes) -> None:
        """Take the next block. Raises Unusable."""
        while block:
            block = self._feed_text(block) if self._picture is None else self._feed_picture(self._picture, block)

    def finish(self) -> Mapping[str, Any]:
        """The parsed object; `picture_of` finds the files of its pictures. Raises Unusable."""
        self._keep_text(self._pending)
        self._pending = b""
        if self._picture is not None:
            raise UnusablePictureError("it ended within a picture")
        return parse_object(bytes(self._text))

    def picture_of(self, entry: Mapping[str, Any]) -> Path | None:
        """The file of an entry's picture; None when it has none. Raises Unusable, or OSError of the disk."""
        for name in ("b64_json", "url"):
            value = entry.get(name)
            if isinstance(value, str) and value.startswith(self._token):
                picture = self._pictures[int(value.removeprefix(self._token))]
                if isinstance(picture, Exception):
                    raise picture
                return picture
        # The key was written with escapes, so that it was not seen on the way.
        inline = entry.get("b64_json")
        return self._save(inline) if isinstance(inline, str) else None

    @property
    def opening(self) -> bytes:
        """The first bytes of the text so far."""
        return bytes(self._text[:_LONGEST_START]) or self._pending

    def _feed_text(self, block: bytes) -> bytes:
        block = self._pending + block
        found = _PICTURE.search(block)
        if found is None:
            # The start of a picture may stand across two blocks.
            edge = max(len(block) - _LONGEST_START, 0)
            self._keep_text(block[:edge])
            self._pending = block[edge:]
            return b""
        self._pending = b""
        self._keep_text(block[: found.end()] + f"{self._token}{len(self._pictures)}".encode())
        self._picture = _Incoming(self._intake)
        return block[found.end() :]

    def _feed_picture(self, picture: _Incoming, block: bytes) -> bytes:
        end = block.find(b'"')
        picture.feed(block if end < 0 else block[:end])
        if end < 0:
            return b""
        self._pictures.append(picture.finish())
        self._picture = None
        return block[end:]

    def _keep_text(self, text: bytes) -> None:
        self._text += text
        if len(self._text) > self._text_bytes:
            raise UnusablePictureError("its text is too long")

    def _save(self, text: str) -> Path:
        picture = _Incoming(self._intake)
        picture.feed(text.encode("ascii", "replace"))
        saved = picture.finish()
        if isinstance(saved, Exception):
            raise saved
        return saved


def parse_object(text: bytes) -> Mapping[str, Any]:
    """The JSON object in `text`. Raises Unusable for anything else, and before a deep text can exhaust the stack."""
    if _depth(text) > _DEEPEST:
        raise UnusablePictureError("its JSON is nested too deeply")
    try:
        parsed = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnusablePictureError("it is not valid JSON") from None
    if not isinstance(parsed, Mapping):
        raise UnusablePictureError("it is not a JSON object")
    return parsed


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _depth(text: bytes) -> int:
    if text.count(b"[") + text.count(b"{") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for one in _QUOTED.sub(b"", text):
        depth += (one in b"[{") - (one in b"]}")
        deepest = max(deepest, depth)
    return deepest
