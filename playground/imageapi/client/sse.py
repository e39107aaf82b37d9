"""Server-sent events (WHATWG HTML, 9.2) of an image API: previews and pictures while they come.

Event names and fields are those of the official OpenAI SDK: `image_generation.partial_image` and `.completed`,
`image_edit.…` alike; an optional `[DONE]` ends the stream.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playground.imageapi.client.json_stream import JsonStreamParser
from playground.imageapi.client.picture_files import UnusablePictureError
from playground.imageapi.client.response import (
    ErrorAnswer,
    ErrorFields,
    ImageEntry,
    read_entries,
    read_entry,
    read_error_fields,
    whole_number,
)
from playground.imageapi.client.response_body import BodyBrokenError

_LONGEST_NAME = 200
_DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event: its types, its JSON object, and where its pictures are. `is_done` is the end of the stream.

    `types` are what the event's line and its JSON call it; they may differ. `failure` says why its JSON is unusable.
    """

    types: tuple[str, ...]
    body: Mapping[str, Any]
    diverter: JsonStreamParser
    is_done: bool = False
    failure: UnusablePictureError | None = None

    def is_called(self, *endings: str) -> bool:
        """Whether a type of it has one of these endings."""
        return any(one.endswith(endings) for one in self.types)


@dataclass(frozen=True, slots=True)
class StreamPreview:
    """A partial picture. `step` counts from 0 within its picture; `index` is the picture's, when the API says it."""

    path: Path
    step: int
    index: int | None = None


@dataclass(frozen=True, slots=True)
class StreamFinished:
    """A final picture, if only a damaged one, and the fields around it."""

    entry: ImageEntry
    body: Mapping[str, Any]


def read_events(blocks: Iterable[bytes], new_diverter: Callable[[], JsonStreamParser]) -> Iterator[StreamEvent]:
    """The events of a stream. Raises Unusable and Broke."""
    reader = _EventReader(new_diverter)
    for piece, is_end in _split_lines(blocks):
        event = reader.take(piece, is_end)
        if event is not None:
            yield event
    last = reader.last()
    if last is not None:
        yield last


def read_stream_pictures(
    events: Iterable[StreamEvent], *, is_framed: bool
) -> Iterator[StreamPreview | StreamFinished]:
    """The pictures of a stream, until `[DONE]` or its end.

    `is_framed`: HTTP says where the stream ends; otherwise an end without `[DONE]` may as well be a cut.
    Raises ErrorSaid, Unusable, Broke, and what `events` raises.
    """
    for event in events:
        if event.is_done:
            return
        if "error" in event.types or event.body.get("error"):
            raise ErrorAnswer(read_error_fields(event.body) or ErrorFields(), is_event=True)
        yield from _pictures_in(event)
    if not is_framed:
        raise BodyBrokenError(timed_out=False)


def _pictures_in(event: StreamEvent) -> Iterator[StreamPreview | StreamFinished]:
    if event.is_called("partial_image"):
        entry = read_entry(event.body, event.diverter)
        # A preview may be damaged or missing: the picture comes all the same.
        if entry is not None and entry.path is not None:
            yield StreamPreview(
                entry.path, whole_number(event.body.get("partial_image_index")), _index_in(event.body)
            )
        return
    # A whole answer may come in one event, and a picture by an unknown name; other events hold neither.
    entry = read_entry(event.body, event.diverter)
    entries = read_entries(event.body, event.diverter) or ([entry] if entry else [])
    if not entries and (event.failure or event.is_called("completed")):
        entries = [ImageEntry(None, "", "", event.failure)]
    for one in entries:
        failure = one.failure or (UnusablePictureError("an event held no picture") if one.path is None else None)
        yield StreamFinished(replace(one, failure=failure), event.body)


def _index_in(body: Mapping[str, Any]) -> int | None:
    """Which of the n pictures: a field of the built-in API, beyond the official schema."""
    index = body.get("index")
    return index if isinstance(index, int) and not isinstance(index, bool) and index >= 0 else None


class _EventReader:
    """Puts lines together to events. The value of `data` goes to a Diverter piece by piece."""

    def __init__(self, new_diverter: Callable[[], JsonStreamParser]) -> None:
        self._new_diverter = new_diverter
        self._diverter: JsonStreamParser | None = None
        self._name = b""
        self._start = b""
        self._field: bytes | None = None

    def take(self, piece: bytes, is_end: bool) -> StreamEvent | None:
        """Take a piece of a line; the event that ends with it, if one does."""
        if self._field is None:
            self._start += piece
            if not self._start and is_end:
                return self._dispatch()
            if b":" not in self._start and not is_end and len(self._start) < _LONGEST_NAME:
                return None
            self._field, _, piece = self._start.partition(b":")
            self._start = b""
            self._begin(self._field)
            piece = piece.removeprefix(b" ")
        self._add(self._field, piece)
        if is_end:
            self._field = None
        return None

    def last(self) -> StreamEvent | None:
        """The event that the stream ended with before its blank line; None when it was cut."""
        event = self._dispatch()
        return None if event is None or event.failure else event

    def _begin(self, field: bytes) -> None:
        if field == b"event":
            self._name = b""
        if field == b"data":
            if self._diverter is None:
                self._diverter = self._new_diverter()
            else:
                self._diverter.feed(b"\n")

    def _add(self, field: bytes, piece: bytes) -> None:
        if field == b"event":
            self._name = (self._name + piece)[:_LONGEST_NAME]
        if field == b"data" and self._diverter is not None:
            self._diverter.feed(piece)

    def _dispatch(self) -> StreamEvent | None:
        name, self._name = self._name.decode(errors="replace").strip(), b""
        diverter, self._diverter = self._diverter, None
        if diverter is None:
            return None
        if diverter.opening.strip().startswith(_DONE):
            return StreamEvent((), {}, diverter, is_done=True)
        try:
            body = diverter.finish()
        except UnusablePictureError as unusable:
            return StreamEvent((name,), {}, diverter, failure=unusable)
        inner = body.get("type")
        return StreamEvent((name, inner) if isinstance(inner, str) else (name,), body, diverter)


def _split_lines(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of lines, and whether their line ends with them. Lines end with CR, LF or CRLF."""
    held = b""
    for block in blocks:
        block = held + block if held else block
        held = b"\r" if block.endswith(b"\r") else b""
        if b"\r" in block:
            block = block[: len(block) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = block.split(b"\n")
        for line in lines:
            yield line, True
        if rest:
            yield rest, False
