"""JSON with pictures in it, spelled out block by block: they are read from their files while it is sent."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import pybase64

# Three bytes are four letters: a block of any other number would end in padding.
BLOCK: Final = 3 * 64 * 1024


@dataclass(frozen=True, slots=True)
class InBase64:
    """Stands in JSON for what is in a file."""

    path: Path


class Spelled:
    """`value` as JSON text, `length` bytes of it. Its files are open until it is closed, so they may be removed.

    Raises OSError when one of them is gone.
    """

    def __init__(self, value: object) -> None:
        self._mark = secrets.token_hex(16)
        self._files: list[BinaryIO] = []
        with ExitStack() as opened:
            self._opened = opened
            text = json.dumps(value, separators=(",", ":"), default=self._open).encode()
            self._texts = text.split(self._mark.encode())
            self.length = sum(map(len, self._texts)) + sum(map(_length_in_base64, self._files))
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def blocks(self, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
        """The text, once, between what comes `before` and `after` it. Raises OSError of the disk."""
        first, *others = self._texts
        # Short texts go with the picture behind them: a block is a packet at least.
        text = before + first
        for file, following in zip(self._files, others, strict=True):
            while block := file.read(BLOCK):
                yield text + pybase64.b64encode(block)
                text = b""
            text += following
        yield text + after

    def _open(self, value: Any) -> str:
        if not isinstance(value, InBase64):
            raise TypeError(f"{type(value).__name__} is no JSON")
        self._files.append(self._opened.enter_context(value.path.open("rb")))
        return self._mark


def _length_in_base64(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return (size + 2) // 3 * 4
