"""Read server-sent events (WHATWG HTML, 9.2) of an image API: previews and pictures as they arrive.

Event names and fields are those of the official OpenAI SDK: `image_generation.partial_image` and `.completed`, or
the same of `image_edit`. An optional `[DONE]` ends the stream.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playground.imageapi.client.json_stream import JsonStreamParser
from playground.imageapi.client.picture_files import UnusableResponseError
from playground.imageapi.client.response import (
    BodyBrokenError,
    ErrorFields,
    ImageEntry,
    ReportedError,
    read_entries,
    read_entry,
    read_error_fields,
    whole_number,
)

# Names of fields and events are short; a longer line without a colon is no event stream.
_MAX_NAME = 200
_DONE = b"[DONE]"
_PREVIEW = "partial_image"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event with its JSON object. `is_done` marks the end of the stream.

    `types` are the names in the event's line and in its JSON, which may differ. `parser` knows where its pictures
    are. `failure` is why its JSON is unusable.
    """

    types: tuple[str, ...]
    body: Mapping[str, Any]
    parser: JsonStreamParser
    is_done: bool = False
    failure: UnusableResponseError | None = None

    def has_type(self, *suffixes: str) -> bool:
        """Say whether one of the types has one of these suffixes."""
        return any(name.endswith(suffixes) for name in self.types)


@dataclass(frozen=True, slots=True)
class StreamPreview:
    """A partial picture. `step` counts from 0 within its picture; `index` is the picture's, if the API sent it."""

    path: Path
    step: int
    index: int | None = None


@dataclass(frozen=True, slots=True)
class StreamPicture:
    """A final picture, also a damaged one, and the fields of its event."""

    entry: ImageEntry
    body: Mapping[str, Any]


def read_events(blocks: Iterable[bytes], new_parser: Callable[[bool], JsonStreamParser]) -> Iterator[StreamEvent]:
    """Yield the events of a stream. Raises UnusableResponseError and BodyBrokenError.

    `new_parser` is called for each, with True when its name, which comes first, is that of a preview.
    """
    reader = _EventReader(new_parser)
    for piece, is_end in _split_lines(blocks):
        event = reader.feed(piece, is_end)
        if event is not None:
            yield event
    last = reader.finish()
    if last is not None:
        yield last


def read_stream_pictures(
    events: Iterable[StreamEvent], *, is_framed: bool
) -> Iterator[StreamPreview | StreamPicture]:
    """Yield the pictures of a stream, until `[DONE]` or its end.

    `is_framed`: HTTP tells where the stream ends; otherwise an end without `[DONE]` may be a broken connection.
    Raises ReportedError, UnusableResponseError, BodyBrokenError, and what `events` raises.
    """
    for event in events:
        if event.is_done:
            return
        if "error" in event.types or event.body.get("error"):
            raise ReportedError(read_error_fields(event.body) or ErrorFields(), is_event=True)
        yield from _event_pictures(event)
    if not is_framed:
        raise BodyBrokenError(timed_out=False)


def _event_pictures(event: StreamEvent) -> Iterator[StreamPreview | StreamPicture]:
    if event.has_type(_PREVIEW):
        entry = read_entry(event.body, event.parser)
        # A preview may be damaged or missing: the picture is still to come.
        if entry is not None and entry.path is not None:
            yield StreamPreview(
                entry.path, whole_number(event.body.get("partial_image_index")), _read_index(event.body)
            )
        return
    # Some APIs send a whole response as one event, or a picture under an unknown name.
    entry = read_entry(event.body, event.parser)
    entries = read_entries(event.body, event.parser) or ([entry] if entry else [])
    if not entries and (event.failure or event.has_type("completed")):
        entries = [ImageEntry(None, "", "", event.failure)]
    for entry in entries:
        failure = entry.failure
        if failure is None and entry.path is None:
            failure = UnusableResponseError("an event contained no image")
        yield StreamPicture(replace(entry, failure=failure), event.body)


def _read_index(body: Mapping[str, Any]) -> int | None:
    """Return which of the n pictures it is: a field of the built-in API that the official schema lacks."""
    index = body.get("index")
    return index if isinstance(index, int) and not isinstance(index, bool) and index >= 0 else None


class _EventReader:
    """Assemble events from lines. The value of `data` is parsed piece by piece."""

    def __init__(self, new_parser: Callable[[bool], JsonStreamParser]) -> None:
        self._new_parser = new_parser
        self._parser: JsonStreamParser | None = None
        self._name = b""
        self._line_start = b""
        self._field: bytes | None = None

    def feed(self, piece: bytes, is_end: bool) -> StreamEvent | None:
        """Read a piece of a line, the last one if `is_end`. Return the event that an empty line completes."""
        if self._field is None:
            self._line_start += piece
            if not self._line_start and is_end:
                return self._finish_event()
            if b":" not in self._line_start and not is_end and len(self._line_start) < _MAX_NAME:
                return None
            self._field, _, piece = self._line_start.partition(b":")
            self._line_start = b""
            self._begin_field(self._field)
            piece = piece.removeprefix(b" ")
        self._add(self._field, piece)
        if is_end:
            self._field = None
        return None

    def finish(self) -> StreamEvent | None:
        """Return the event whose empty line is missing at the end of the stream; None when it was cut."""
        event = self._finish_event()
        return None if event is None or event.failure else event

    def _begin_field(self, field: bytes) -> None:
        if field == b"event":
            self._name = b""
        if field == b"data":
            if self._parser is None:
                self._parser = self._new_parser(self._name.strip().endswith(_PREVIEW.encode()))
            else:
                self._parser.feed(b"\n")

    def _add(self, field: bytes, piece: bytes) -> None:
        if field == b"event":
            self._name = (self._name + piece)[:_MAX_NAME]
        if field == b"data" and self._parser is not None:
            self._parser.feed(piece)

    def _finish_event(self) -> StreamEvent | None:
        name, self._name = self._name.decode(errors="replace").strip(), b""
        parser, self._parser = self._parser, None
        if parser is None:
            return None
        if parser.start.strip().startswith(_DONE):
            return StreamEvent((), {}, parser, is_done=True)
        try:
            body = parser.finish()
        except UnusableResponseError as unusable:
            return StreamEvent((name,), {}, parser, failure=unusable)
        body_type = body.get("type")
        return StreamEvent((name, body_type) if isinstance(body_type, str) else (name,), body, parser)


def _split_lines(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of lines, and whether their line ends with them. Lines end with CR, LF or CRLF."""
    carry = b""
    for block in blocks:
        block = carry + block if carry else block
        carry = b"\r" if block.endswith(b"\r") else b""
        if b"\r" in block:
            block = block[: len(block) - len(carry)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, unfinished = block.split(b"\n")
        for line in lines:
            yield line, True
        if unfinished:
            yield unfinished, False
