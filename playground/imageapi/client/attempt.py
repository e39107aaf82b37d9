"""One attempt of a call: send the request, and read the response to its last byte."""

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import requests
import urllib3

from playground.imageapi.catalog import Limits
from playground.imageapi.client import error_mapping, retry
from playground.imageapi.client.json_stream import JsonStreamParser, parse_object
from playground.imageapi.client.picture_files import PictureFiles, UnusableResponseError
from playground.imageapi.client.response import (
    BodyBrokenError,
    ErrorFields,
    ImageEntry,
    ReportedError,
    read_blocks,
    read_details,
    read_error_fields,
    read_json,
    read_start,
    skip_blanks,
    sum_usage,
)
from playground.imageapi.client.sse import StreamPreview, read_events, read_stream_pictures
from playground.imageapi.client.transport import DEADLINE, CancellableSocket, open_session, set_alarm
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import PartialPicture, ReceivedPicture
from playground.imageapi.untrusted_text import header_value

_STORED_HEADERS = ("x-request-id", "openai-processing-ms", "x-ignored", "cf-ray", "date", "content-type")
# First letters of data, event, id and retry, and of a comment. Some APIs stream with a wrong content type.
_EVENT_STARTS = (b"d", b"e", b"i", b"r", b":")
# Nothing was sent, so a second attempt is safe; the pause is for a server that is just restarting.
_SECONDS_BEFORE_RECONNECT = 0.5


class AttemptFailed(Exception):
    """The attempt has no result. The request may be sent again after `retry_after` seconds; None means never."""

    def __init__(self, error: ApiError, retry_after: float | None = None) -> None:
        self.error = error
        self.retry_after = retry_after
        super().__init__(error.code)


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """A complete response: the entries that were not delivered yet, and the fields around them."""

    entries: list[ImageEntry]
    details: Mapping[str, Any]
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class PictureDelivery:
    """Pass the pictures of a call on to its caller, who owns their files from then on."""

    def __init__(
        self,
        files: PictureFiles,
        requested: int,
        on_partial: Callable[[PartialPicture], None],
        on_picture: Callable[[ReceivedPicture], None],
        wants_preview: Callable[[], bool] = lambda: True,
    ) -> None:
        self.wants_preview = wants_preview
        self.pictures: list[ReceivedPicture] = []
        self.has_begun = False
        self._files = files
        self._requested = requested
        self._on_partial = on_partial
        self._on_picture = on_picture

    @property
    def is_complete(self) -> bool:
        """True when as many pictures were delivered as were requested."""
        return self.missing <= 0

    @property
    def missing(self) -> int:
        """The number of pictures that are still to be delivered."""
        return self._requested - len(self.pictures)

    def deliver_partial(self, path: Path, step: int, index: int | None = None) -> None:
        """Deliver a preview of picture `index`, counted from 0; of the next one when the API gave no index."""
        self.has_begun = True
        if index is None or index >= self._requested:
            index = len(self.pictures)
        self._files.keep(path)
        self._on_partial(PartialPicture(index, step, path))

    def deliver(self, path: Path, revised_prompt: str, *, has_next: bool = False) -> None:
        """Deliver a final picture, unless all that were requested have come already.

        `has_next`: the next one is here, too.
        """
        if self.is_complete:
            return
        self.has_begun = True
        picture = ReceivedPicture(len(self.pictures), path, revised_prompt, has_next)
        self._files.keep(path)
        self.pictures.append(picture)
        self._on_picture(picture)


@dataclass(slots=True)
class Attempt:
    """Send a request through `connection`. `seconds` is how long the API may be silent."""

    connection: CancellableSocket
    files: PictureFiles
    delivery: PictureDelivery
    limits: Limits
    key: str = field(repr=False)
    seconds: float
    has_begun: bool = field(default=False, init=False)

    def run(self, request: requests.Request) -> AttemptResult:
        """Send the request and read its response. Delivers pictures of an event stream. Raises AttemptFailed."""
        try:
            with open_session(self.connection) as session, self._send(session, request) as response:
                return self._read(response)
        finally:
            self.connection.release()

    def _send(self, session: requests.Session, request: requests.Request) -> requests.Response:
        prepared = session.prepare_request(request)
        # The deadline's alarm aborts the connection; the socket's own timeout is for an alarm that is late.
        timeout = self.seconds + 1
        try:
            # Redirects are not followed: the request is a POST that costs money, and its key is for one host.
            response = session.send(prepared, stream=True, timeout=timeout, allow_redirects=False)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self._connection_failure(
                "head", isinstance(error, requests.ReadTimeout), error_mapping.unreachable_reason(error)
            ) from None
        if self.connection.abort_reason:
            response.close()
            raise self._connection_failure("head", False, "it was aborted")
        return response

    def _connection_failure(self, stage: error_mapping.Stage, timed_out: bool, reason: str) -> AttemptFailed:
        error = error_mapping.error_from_connection(self.connection, stage, timed_out=timed_out, reason=reason)
        is_unsent = error.code == "network_unreachable" and not self.connection.abort_reason
        return AttemptFailed(error, _SECONDS_BEFORE_RECONNECT if is_unsent else None)

    def _read(self, response: requests.Response) -> AttemptResult:
        if not 200 <= response.status_code < 300:
            self._raise_refusal(response)
        try:
            return self._read_success(response)
        except BodyBrokenError as broken:
            # Blanks that keep a connection open are not yet a body.
            failed = self._connection_failure("body" if self.has_begun else "head", broken.timed_out, "")
        except UnusableResponseError as unusable:
            failed = AttemptFailed(error_mapping.garbled_error(str(unusable)))
        except ReportedError as reported:
            failed = AttemptFailed(self._error_from_report(response, reported))
        except OSError:
            failed = AttemptFailed(error_mapping.not_stored_error())
        failed.error.request_id = _request_id(response)
        raise failed

    def _raise_refusal(self, response: requests.Response) -> NoReturn:
        status, headers, now = response.status_code, response.headers, datetime.datetime.now(datetime.UTC)
        if status < 400:
            raise AttemptFailed(error_mapping.garbled_error("it leads elsewhere", request_id=_request_id(response)))
        alarm = set_alarm(self.limits.error_body_seconds, lambda: self.connection.abort(DEADLINE))
        body = read_start(response, self.connection, self.limits.error_bytes)
        alarm.cancel()
        error = error_from_refusal(status, headers, body, self.key, now)
        raise AttemptFailed(error, retry.wait_before_retry(error, headers, self.limits.max_retry_after, now))

    def _error_from_report(self, response: requests.Response, reported: ReportedError) -> ApiError:
        now = datetime.datetime.now(datetime.UTC)
        error = error_mapping.error_from_response(
            response.status_code, response.headers, reported.fields, "", self.key, now=now
        )
        if reported.is_event and error.code in ("server_error", "garbled_response"):
            # The work had begun when the server failed, and nothing says how far it got.
            return ApiError("unknown_outcome", provider_message=error.provider_message)
        if self.delivery.has_begun and error.charged == "no":
            error.charged = "maybe"
        return error

    def _read_success(self, response: requests.Response) -> AttemptResult:
        blocks = read_blocks(response, self.connection, self.limits.answer_bytes)
        blocks = skip_blanks(blocks, self.limits.text_bytes)
        first = next(blocks, b"")
        blocks = itertools.chain((first,), blocks)
        if first.startswith(b"{"):
            self.has_begun = True
            entries, body = read_json(blocks, self.files, self.limits.text_bytes)
            details = read_details(body)
        elif first.startswith(_EVENT_STARTS):
            entries, details = self._read_stream(response, blocks)
        else:
            raise UnusableResponseError("it isn't JSON" if first else "it is empty")
        return AttemptResult(entries, details, _request_id(response), _stored_headers(response))

    def _new_parser(self, is_preview: bool) -> JsonStreamParser:
        skips = is_preview and not self.delivery.wants_preview()
        return JsonStreamParser(self.files, self.limits.text_bytes, skips_pictures=skips)

    def _read_stream(
        self, response: requests.Response, blocks: Iterator[bytes]
    ) -> tuple[list[ImageEntry], dict[str, Any]]:
        """Deliver the pictures. Return the damaged ones, and the last event's fields with the tokens of all."""
        details: dict[str, Any] = {}
        damaged: list[ImageEntry] = []
        body: Mapping[str, Any] = {}
        is_framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        events = read_events(blocks, self._new_parser)
        for item in read_stream_pictures(events, is_framed=is_framed):
            self.has_begun = True
            if isinstance(item, StreamPreview):
                self.delivery.deliver_partial(item.path, item.step, item.index)
                continue
            if item.body and item.body is not body:
                body, event_details = item.body, read_details(item.body)
                details = event_details | {"usage": sum_usage(details.get("usage"), event_details["usage"])}
            if item.entry.path is None:
                damaged.append(item.entry)
            else:
                self.delivery.deliver(item.entry.path, item.entry.revised_prompt)
            if self.delivery.is_complete:
                break
        # A stream that ends in order without a picture says nothing about the charge.
        if not self.delivery.pictures and not damaged:
            raise BodyBrokenError(timed_out=False)
        return damaged, details


def error_from_refusal(
    status: int, headers: Mapping[str, str], body: bytes, key: str, now: datetime.datetime
) -> ApiError:
    """Return the error that a response with an error status means."""
    return error_mapping.error_from_response(status, headers, _error_fields(body), _message_text(body), key, now=now)


def _request_id(response: requests.Response) -> str:
    return header_value(response.headers.get("x-request-id", ""))


def _stored_headers(response: requests.Response) -> dict[str, str]:
    headers = response.headers
    return {name: header_value(headers[name], 200) for name in _STORED_HEADERS if name in headers}


def _error_fields(body: bytes) -> ErrorFields | None:
    try:
        return read_error_fields(parse_object(body.strip()))
    except UnusableResponseError:
        return None


def _message_text(body: bytes) -> str:
    text = body.decode(errors="replace")
    return "" if text.lstrip().startswith(("{", "[")) else text
