"""Requests that the fake provider received."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Recorded:
    """One request. `length` is in bytes of the body; `body` is empty when the server keeps none."""

    method: str
    path: str
    headers: Mapping[str, str]
    length: int
    body: bytes = field(repr=False)

    @cached_property
    def json(self) -> Any:
        """The body as JSON; an empty object for a multipart body."""
        return {} if self._boundary else json.loads(self.body or b"{}")

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of a multipart body, in order."""
        if not self._boundary:
            return []
        pieces = self.body.split(b"--" + self._boundary.encode())[1:-1]
        return [_part(piece.removeprefix(b"\r\n").removesuffix(b"\r\n")) for piece in pieces]

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The fields that are no files, of a JSON or a multipart body."""
        texts = {part.name: part.data.decode() for part in self.parts if part.filename is None}
        return texts or self.json

    @property
    def n(self) -> int:
        """The number of pictures in the request."""
        return int(self.fields.get("n") or 1)

    @property
    def wants_events(self) -> bool:
        """Say if the request wants an event stream."""
        return str(self.fields.get("stream", "")).lower() == "true"

    @cached_property
    def _boundary(self) -> str:
        message = Message()
        # Names of headers come in any case (RFC 9110, 5.1).
        named = (value for name, value in self.headers.items() if name.lower() == "content-type")
        message["Content-Type"] = next(named, "")
        return str(message.get_param("boundary") or "")


def _part(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    # Names stand between quotes, with anything but a quote in them.
    words = dict(re.findall(r'; (\w+)="([^"]*)"', lines["Content-Disposition"]))
    return Part(
        words["name"],
        words.get("filename"),
        lines.get("Content-Type", ""),
        data,
    )
