"""One sending of a request: from the first byte out to the last byte in."""

import datetime
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import requests
import urllib3

from playground.imageapi.catalog import Limits
from playground.imageapi.client import error_mapping
from playground.imageapi.client.deadlines import set_alarm
from playground.imageapi.client.json_stream import JsonStreamParser, parse_object
from playground.imageapi.client.picture_files import PictureDelivery, PictureFiles, UnusablePictureError
from playground.imageapi.client.response import (
    ErrorAnswer,
    ErrorFields,
    ImageEntry,
    read_details,
    read_error_fields,
    read_json,
    sum_usage,
)
from playground.imageapi.client.response_body import BodyBrokenError, first_block, read_blocks, read_start
from playground.imageapi.client.sse import StreamPreview, read_events, read_stream_pictures
from playground.imageapi.client.transport import CancellableSocket, open_session
from playground.imageapi.errors import ApiError
from playground.imageapi.untrusted_text import header_value

_KEPT_HEADERS = ("x-request-id", "openai-processing-ms", "x-ignored", "cf-ray", "date", "content-type")
_EVENT_STARTS = (b"d", b"e", b"i", b"r", b":")
_SECONDS_BEFORE_RECONNECT = 0.5


class AttemptFailed(Exception):
    """An attempt without a result. After `retry_after` seconds it may be made once more; None: never."""

    def __init__(self, error: ApiError, retry_after: float | None = None) -> None:
        self.error = error
        self.retry_after = retry_after
        super().__init__(error.code)


@dataclass(frozen=True, slots=True)
class UpstreamAnswer:
    """A complete answer: entries that were not delivered yet, and what it says around them."""

    entries: list[ImageEntry]
    details: Mapping[str, Any]
    request_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Attempt:
    """Sends a request along `road` and reads what comes. `seconds` is how long silence may last at most."""

    road: CancellableSocket
    intake: PictureFiles
    delivery: PictureDelivery
    limits: Limits
    key: str = field(repr=False)
    seconds: float
    has_begun: bool = field(default=False, init=False)

    def run(self, request: requests.Request) -> UpstreamAnswer:
        """The answer. Pictures of an event stream are delivered on the way. Raises Failed."""
        try:
            with open_session(self.road) as session, self._send(session, request) as response:
                return self._read(response)
        finally:
            self.road.release()

    def _send(self, session: requests.Session, request: requests.Request) -> requests.Response:
        prepared = session.prepare_request(request)
        # The deadline's alarm cuts the road; the socket's own limit is there in case the alarm is late.
        timeout = self.seconds + 1
        try:
            response = session.send(prepared, stream=True, timeout=timeout, allow_redirects=False)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self._broken(
                "head", isinstance(error, requests.ReadTimeout), error_mapping.unreachable_reason(error)
            ) from None
        if self.road.why_cut:
            response.close()
            raise self._broken("head", False, "it was cut")
        return response

    def _broken(self, stage: error_mapping.Stage, timed_out: bool, why: str) -> AttemptFailed:
        error = error_mapping.error_from_connection(self.road, stage, timed_out=timed_out, why=why)
        is_unsent = error.code == "network_unreachable" and not self.road.why_cut
        return AttemptFailed(error, _SECONDS_BEFORE_RECONNECT if is_unsent else None)

    def _read(self, response: requests.Response) -> UpstreamAnswer:
        if not 200 <= response.status_code < 300:
            self._refuse(response)
        try:
            return self._read_answer(response)
        except BodyBrokenError as broke:
            # Blanks that keep a connection open are no answer yet.
            failed = self._broken("body" if self.has_begun else "head", broke.timed_out, "")
        except UnusablePictureError as unusable:
            failed = AttemptFailed(error_mapping.garbled_error(str(unusable)))
        except ErrorAnswer as error:
            failed = AttemptFailed(self._said(response, error))
        except OSError:
            failed = AttemptFailed(error_mapping.not_stored_error())
        failed.error.request_id = _request_id(response)
        raise failed

    def _refuse(self, response: requests.Response) -> NoReturn:
        status, headers, now = response.status_code, response.headers, datetime.datetime.now(datetime.UTC)
        if status < 400:
            raise AttemptFailed(error_mapping.garbled_error("it leads elsewhere", request_id=_request_id(response)))
        alarm = set_alarm(self.limits.error_body_seconds, lambda: self.road.cut(error_mapping.DEADLINE))
        body = read_start(response, self.road, self.limits.error_bytes)
        alarm.cancel()
        error = error_mapping.error_from_answer(
            status, headers, _error_fields_in(body), _read_text(body), self.key, now=now
        )
        raise AttemptFailed(
            error, error_mapping.wait_before_retry(error, headers, self.limits.longest_retry_after, now)
        )

    def _said(self, response: requests.Response, problem: ErrorAnswer) -> ApiError:
        now = datetime.datetime.now(datetime.UTC)
        error = error_mapping.error_from_answer(
            response.status_code, response.headers, problem.said, "", self.key, now=now
        )
        if problem.is_event and error.code in ("server_error", "garbled_response"):
            # The work had begun when the server failed, and nobody says how far it went.
            return ApiError("unknown_outcome", provider_said=error.provider_said)
        if self.delivery.has_begun and error.charged == "no":
            error.charged = "maybe"
        return error

    def _read_answer(self, response: requests.Response) -> UpstreamAnswer:
        blocks = first_block(read_blocks(response, self.road, self.limits.answer_bytes), self.limits.text_bytes)
        first = next(blocks, b"")
        blocks = itertools.chain((first,), blocks)
        if first.startswith(b"{"):
            self.has_begun = True
            entries, body = read_json(blocks, self.intake, self.limits.text_bytes)
            details = read_details(body)
        elif first.startswith(_EVENT_STARTS):
            entries, details = self._read_stream(response, blocks)
        else:
            raise UnusablePictureError("it is not JSON" if first else "it is empty")
        return UpstreamAnswer(entries, details, _request_id(response), _kept_headers(response))

    def _read_stream(
        self, response: requests.Response, blocks: Iterator[bytes]
    ) -> tuple[list[ImageEntry], dict[str, Any]]:
        """Deliver the pictures; the damaged ones, and what the last event says with the tokens of all together."""
        details: dict[str, Any] = {}
        damaged: list[ImageEntry] = []
        body: Mapping[str, Any] = {}
        is_framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        events = read_events(blocks, lambda: JsonStreamParser(self.intake, self.limits.text_bytes))
        for found in read_stream_pictures(events, is_framed=is_framed):
            self.has_begun = True
            if isinstance(found, StreamPreview):
                self.delivery.give_partial(found.path, found.step, found.index)
                continue
            if found.body and found.body is not body:
                body, told = found.body, read_details(found.body)
                details = told | {"usage": sum_usage(details.get("usage"), told["usage"])}
            if found.entry.path is None:
                damaged.append(found.entry)
            else:
                self.delivery.give(found.entry.path, found.entry.revised_prompt)
            if self.delivery.is_complete:
                break
        if not self.delivery.pictures and not damaged:
            raise BodyBrokenError(timed_out=False)
        return damaged, details


def _request_id(response: requests.Response) -> str:
    return header_value(response.headers.get("x-request-id", ""))


def _kept_headers(response: requests.Response) -> dict[str, str]:
    headers = response.headers
    return {name: header_value(headers[name], 200) for name in _KEPT_HEADERS if name in headers}


def _error_fields_in(body: bytes) -> ErrorFields | None:
    try:
        return read_error_fields(parse_object(body.strip()))
    except UnusablePictureError:
        return None


def _read_text(body: bytes) -> str:
    text = body.decode(errors="replace")
    return "" if text.lstrip().startswith(("{", "[")) else text
