"""Answers from pictures that are kept: their addresses, and the same answer once more."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from playground.core import shutdown
from playground.core.logging import site_url
from playground.gateway.authentication import authenticate
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey, ImageCall, StoredAnswer
from playground.gateway.parsing.multipart import uploads
from playground.gateway.parsing.requests import ParsedRequest, parse_edit, parse_generation
from playground.gateway.renderers import registry
from playground.gateway.renderers.base import RenderedPicture, Rendering
from playground.gateway.responses import image_response, rehearsal
from playground.gateway.responses.events import event_stream_response
from playground.gateway.responses.image_response import (
    JsonWithPictures,
    TrackedResponse,
    json_response,
    response_headers,
)
from playground.gateway.services import charges, stored_answers
from playground.gateway.services.call_billing import CallBilling, call_outcome
from playground.gateway.services.idempotency import (
    HEADER,
    DeliveryInProgress,
    IdempotentRequest,
    Redelivery,
    Replay,
    read_idempotency_key,
)
from playground.gateway.services.quota import places
from playground.imageapi.catalog import Endpoint
from playground.imageapi.errors import PARTIAL_REHEARSAL, ApiError
from playground.imageapi.schemas import ImageRequest


def respond_with_images(
    drawn: Sequence[RenderedPicture],
    at: datetime,
    order: ParsedRequest,
    row: StoredAnswer | None,
    request: HttpRequest,
) -> JsonWithPictures:
    """The answer with pictures that were charged `at` a moment, or with addresses when these were asked for."""
    is_shown = row is not None and order.asked.response_format == "url"
    addresses = [picture_url(request, row, one) for one in drawn] if row is not None and is_shown else []
    return image_response.response_pictures(order, drawn, int(at.timestamp()), addresses)


def picture_url(request: HttpRequest, row: StoredAnswer, picture: RenderedPicture) -> str:
    """Where a picture is for an hour: an address that cannot be guessed, for everyone who has it."""
    path = reverse("gateway:picture", args=(row.token, stored_answers.published_name(picture.index, picture.look)))
    return f"{site_url(request)}{path}"


def repeat_response(row: StoredAnswer | None) -> Redelivery | None:
    """Pictures that were drawn for this call before; None when they have to be drawn."""
    if row is None:
        return None
    try:
        return Redelivery(stored_answers.load_pictures(row))
    except OSError:
        return None


def repeated_response(
    row: StoredAnswer, order: ParsedRequest, request: HttpRequest, call: CallLog, held: ExitStack
) -> TrackedResponse:
    """The answer of the same call, rebuilt from its pictures. Raises ApiError when they cannot be had.

    What is `held` is given back when the answer is out.
    """
    try:
        drawn = stored_answers.load_pictures(row)
        if order.asked.stream:
            return event_stream_response(order, Redelivery(drawn), call, _stored_pictures, _ignore, held.pop_all())
        answer = held.enter_context(
            respond_with_images(drawn, row.job.ended_at or row.created_at, order, row, request)
        )
    except FileNotFoundError as error:
        raise ApiError("idempotency_expired", param=HEADER) from error
    except OSError as error:
        message = "The answer to the first call cannot be read at the moment. Nothing was charged now."
        raise ApiError("image_provider_unavailable", message) from error
    if order.asked.response_format == "url":
        stored_answers.publish_pictures(row, timezone.now())
    return json_response(answer, _ignore, response_headers(held.pop_all(), call))


def _stored_pictures(drawn: list[RenderedPicture]) -> list[RenderedPicture]:
    return drawn


def _ignore() -> None:
    return


# Seconds: how long a delivery may take to be noted, and how often that is looked at.
SENT_WITHIN_SECONDS: Final = 5.0
IN_PROGRESS_POLL_SECONDS: Final = 0.02
UPDATING: Final = "The server is being updated. Nothing was drawn or charged; try again in a minute."
UPDATING_SECONDS: Final = 30


def handle_image_call(endpoint: Endpoint, request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """Pictures from text, or from pictures. Raises ApiError, and CallerLeft when nobody waits any more."""
    account = authenticate(request)
    call.key = account.prefix
    # The body comes at the caller's pace.
    charges.release_db_connection()
    # gunicorn hands the connection on; other servers do not, and their callers are taken to stay.
    caller = ClientConnection(account.hash, request.META.get("gunicorn.socket"))
    if code := rehearsal.requested_rehearsal(request, account):
        return _rehearse(code, endpoint, request, call, caller)
    with _write_pictures(account, endpoint, call), ExitStack() as held:
        if shutdown.is_updating():
            raise ApiError("service_overloaded", UPDATING, retry_after=UPDATING_SECONDS)
        held.enter_context(places.place())
        order = _parse(endpoint, request, call, caller, held)
        try:
            ticket = held.enter_context(
                _admit(account, order.asked, call, read_idempotency_key(request, order.asked), caller)
            )
        except Replay as replay:
            return repeated_response(replay.kept, order, request, call, held)
        ticket.send()
        before = repeat_response(ticket.kept)
        if before is None:
            ticket.forget_kept()
        rendering = before or registry.renderer_for(account).render(order.asked, caller, order.folder)
        held.callback(rendering.close)
        serving = _ImageCallHandler(order, request, caller, call, ticket, rendering)
        return serving.stream(held) if order.asked.stream else serving.answer(held)


def _admit(
    account: ApiKey, asked: ImageRequest, call: CallLog, once: IdempotentRequest | None, caller: ClientConnection
) -> CallBilling:
    """Admit the call. Who read an answer to its end may ask again before that is noted, and has to wait for it."""
    until = time.monotonic() + SENT_WITHIN_SECONDS
    while True:
        try:
            return CallBilling(account, asked, call, once)
        except DeliveryInProgress:
            if time.monotonic() > until:
                raise
            caller.wait(IN_PROGRESS_POLL_SECONDS)


def _parse(
    endpoint: Endpoint, request: HttpRequest, call: CallLog, caller: ClientConnection, held: ExitStack
) -> ParsedRequest:
    folder = held.enter_context(uploads.folder())
    if endpoint == "edits":
        return parse_edit(request, call, caller, folder)
    return parse_generation(request, call, folder)


def _rehearse(
    code: str, endpoint: Endpoint, request: HttpRequest, call: CallLog, caller: ClientConnection
) -> HttpResponseBase:
    if code != PARTIAL_REHEARSAL:
        return rehearsal.respond_rehearsal(code, request, call)
    with ExitStack() as held:
        held.enter_context(places.place())
        order = _parse(endpoint, request, call, caller, held)
        fewer = (order.asked.n or 1) - 1
        if not fewer:
            message = "To rehearse partial, ask for n of at least 2 pictures: one fewer comes."
            raise ApiError("invalid_request", message, param="n")
        asked = replace(order.asked, n=fewer, stream=False)
        rendering = registry.demo_renderer().render(asked, caller, order.folder)
        held.callback(rendering.close)
        drawn = [event for event in rendering if isinstance(event, RenderedPicture)]
        answer = held.enter_context(image_response.response_pictures(order, drawn, int(time.time())))
        return json_response(answer, lambda: None, response_headers(held.pop_all(), call))


@dataclass(frozen=True, slots=True)
class _ImageCallHandler:
    """A call that is admitted. What is held for it is given back when the answer is out."""

    order: ParsedRequest
    request: HttpRequest
    caller: ClientConnection
    call: CallLog
    ticket: CallBilling
    rendering: Rendering

    def answer(self, held: ExitStack) -> TrackedResponse:
        """All pictures in one answer."""
        drawn = self.settle([event for event in self.rendering if isinstance(event, RenderedPicture)])
        answer = respond_with_images(drawn, self.ticket.charged_at, self.order, self.ticket.kept, self.request)
        return json_response(
            held.enter_context(answer), self.ticket.is_whole, response_headers(held.pop_all(), self.call)
        )

    def stream(self, held: ExitStack) -> TrackedResponse:
        """Previews and pictures as events."""
        facts = (self.order, self.rendering, self.call, self.settle, self.ticket.is_whole)
        return event_stream_response(*facts, held.pop_all())

    def settle(self, drawn: list[RenderedPicture]) -> list[RenderedPicture]:
        """Charge for what is delivered: at most as many pictures as were asked for, if the caller is still there."""
        drawn = drawn[: self.order.asked.n]
        if not drawn:
            raise ApiError("image_provider_error", "The provider sent no picture.")
        # The slot is given back with the charge: the work must be over by then.
        self.rendering.close()
        self.ticket.answer()
        self.ticket.keep(drawn)
        self.caller.wait(0)
        self.ticket.charge(drawn)
        return drawn


@contextmanager
def _write_pictures(account: ApiKey, endpoint: Endpoint, call: CallLog) -> Iterator[None]:
    """Write down a call that ends here without having been admitted (usage shows one row a call, also failures)."""
    at = timezone.now()
    try:
        yield
    except Exception as error:
        if not call.is_written:
            status, code = call_outcome(error)
            facts = {"size": call.size or "", "quality": call.quality or "", "n": call.n}
            asked = ImageCall(id=call.id, endpoint=endpoint, status=status, code=code, created_at=at, **facts)
            try:
                charges.record_refusal(account, asked, timezone.now())
            except Exception as failure:
                # Usage lacks a row then; the caller hears why it was refused all the same.
                call.log_unexpected(failure)
        raise
