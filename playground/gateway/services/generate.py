"""One call for pictures, from the key to the answer: parse, admit, render, charge, deliver."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from playground.core import shutdown
from playground.core.db.connections import release_connection
from playground.core.logging import site_url
from playground.gateway.authentication import authenticate
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey, ImageCall, StoredAnswer
from playground.gateway.parsing.requests import ParsedRequest, parse_edit, parse_generation, request_folders
from playground.gateway.renderers import base
from playground.gateway.renderers.base import RenderedPicture, Rendering
from playground.gateway.responses import image_response, rehearsal
from playground.gateway.responses.events import event_stream_response
from playground.gateway.responses.image_response import (
    JsonWithPictures,
    TrackedResponse,
    json_response,
    on_response_end,
)
from playground.gateway.services import ledger, stored_answers
from playground.gateway.services.call_billing import CallBilling, call_outcome
from playground.gateway.services.idempotency import (
    HEADER,
    DeliveryInProgressError,
    IdempotentRequest,
    RepeatedCall,
    StoredRendering,
    read_idempotency_key,
)
from playground.gateway.services.quota import open_call_limit
from playground.gateway.services.quotes import quote_response, wants_quote
from playground.imageapi.catalog import Endpoint
from playground.imageapi.errors import PARTIAL_REHEARSAL, ApiError
from playground.imageapi.schemas import ImageRequest

# A client that has read an answer to its end may call again before the delivery is in the ledger.
DELIVERY_WAIT_SECONDS: Final = 5.0
DELIVERY_POLL_SECONDS: Final = 0.02
UPDATING: Final = "The server is being updated. Nothing was drawn or charged; try again in a minute."
UPDATING_SECONDS: Final = 30


def handle_image_call(endpoint: Endpoint, request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    """Answer a call for pictures. Raises ApiError and ClientDisconnected."""
    api_key = authenticate(request)
    call_log.key = api_key.prefix
    # The client decides how long the body takes.
    release_connection()
    # Only gunicorn passes the socket on; with other servers a client counts as connected until the end.
    client = ClientConnection(api_key.hash, request.META.get("gunicorn.socket"))
    is_quote = wants_quote(request)
    code = rehearsal.requested_rehearsal(request, api_key)
    # A quote is for all pictures; of the rehearsals only this one draws.
    if code and not (is_quote and code == PARTIAL_REHEARSAL):
        return _rehearse(code, endpoint, request, call_log, client)
    # Usage shows calls; a quote is none.
    refusals = nullcontext() if is_quote else _record_refusals(api_key, endpoint, call_log)
    with refusals, ExitStack() as resources:
        if shutdown.is_updating():
            raise ApiError("service_overloaded", UPDATING, retry_after=UPDATING_SECONDS)
        resources.enter_context(open_call_limit.open_call())
        parsed = _parse(endpoint, request, call_log, client, resources)
        if is_quote:
            return quote_response(api_key, parsed, request, call_log)
        idempotent = read_idempotency_key(request, parsed.image_request)
        try:
            billing = resources.enter_context(_admit(api_key, parsed.image_request, call_log, idempotent, client))
        except RepeatedCall as repeated:
            return _repeat_answer(repeated.stored_answer, parsed, request, call_log, resources)
        billing.mark_sent()
        stored = _stored_rendering(billing.stored_answer)
        if stored is None:
            billing.discard_stored_answer()
        rendering = stored or base.renderer_for(api_key).render(parsed.image_request, client, parsed.folder)
        # Resources are released in reverse: the work is over before the billing frees the slot.
        resources.callback(rendering.close)
        admitted = _AdmittedCall(parsed, request, client, call_log, billing, rendering)
        return admitted.stream(resources) if parsed.image_request.stream else admitted.answer(resources)


@dataclass(frozen=True, slots=True)
class _AdmittedCall:
    """A call that is rendered, charged and delivered. Its resources are released when the answer is out."""

    parsed: ParsedRequest
    request: HttpRequest
    client: ClientConnection
    call_log: CallLog
    billing: CallBilling
    rendering: Rendering

    def answer(self, resources: ExitStack) -> TrackedResponse:
        """Deliver all pictures in one answer."""
        pictures = self.charge([event for event in self.rendering if isinstance(event, RenderedPicture)])
        body = _answer_body(pictures, self.billing.charged_at, self.parsed, self.billing.stored_answer, self.request)
        resources.enter_context(body)
        return json_response(body, self.billing.mark_delivered, on_response_end(resources.pop_all(), self.call_log))

    def stream(self, resources: ExitStack) -> TrackedResponse:
        """Deliver previews and pictures as events."""
        return event_stream_response(
            self.parsed,
            self.rendering,
            self.call_log,
            self.charge,
            self.billing.mark_delivered,
            resources.pop_all(),
        )

    def charge(self, pictures: list[RenderedPicture]) -> list[RenderedPicture]:
        """Charge for the pictures to deliver, at most n, if the client is still connected."""
        pictures = pictures[: self.parsed.image_request.n]
        if not pictures:
            raise ApiError("image_provider_error", "The provider didn't return an image.")
        # The charge frees the slot: the work must be over by then.
        self.rendering.close()
        self.billing.mark_answered()
        self.billing.store_answer(pictures)
        # The last moment without a charge: a client that has left pays nothing.
        self.client.wait(0)
        self.billing.charge(pictures)
        return pictures


def _parse(
    endpoint: Endpoint, request: HttpRequest, call_log: CallLog, client: ClientConnection, resources: ExitStack
) -> ParsedRequest:
    folder = resources.enter_context(request_folders.folder())
    if endpoint == "edits":
        return parse_edit(request, call_log, client, folder)
    return parse_generation(request, call_log, folder)


def _admit(
    api_key: ApiKey,
    image_request: ImageRequest,
    call_log: CallLog,
    idempotent: IdempotentRequest | None,
    client: ClientConnection,
) -> CallBilling:
    """Admit the call; wait while the delivery of an earlier call under the same key is noted."""
    deadline = time.monotonic() + DELIVERY_WAIT_SECONDS
    while True:
        try:
            return CallBilling(api_key, image_request, call_log, idempotent)
        except DeliveryInProgressError:
            if time.monotonic() > deadline:
                raise
            client.wait(DELIVERY_POLL_SECONDS)


def _answer_body(
    pictures: Sequence[RenderedPicture],
    charged_at: datetime,
    parsed: ParsedRequest,
    stored_answer: StoredAnswer | None,
    request: HttpRequest,
) -> JsonWithPictures:
    """Build the answer with the pictures, or with their addresses when the request wants these."""
    urls: list[str] = []
    if stored_answer is not None and parsed.image_request.response_format == "url":
        urls = [_picture_url(request, stored_answer, picture) for picture in pictures]
    return image_response.response_pictures(parsed, pictures, int(charged_at.timestamp()), urls)


def _picture_url(request: HttpRequest, stored_answer: StoredAnswer, picture: RenderedPicture) -> str:
    """Build the address of a picture. It works for an hour, without a key, and cannot be guessed."""
    name = stored_answers.published_name(picture.index, picture.options)
    return f"{site_url(request)}{reverse('gateway:picture', args=(stored_answer.token, name))}"


def _stored_rendering(stored_answer: StoredAnswer | None) -> StoredRendering | None:
    """Return pictures that an earlier call drew; None when they must be drawn."""
    if stored_answer is None:
        return None
    try:
        return StoredRendering(stored_answers.load_pictures(stored_answer))
    except OSError:
        return None


def _repeat_answer(
    stored_answer: StoredAnswer,
    parsed: ParsedRequest,
    request: HttpRequest,
    call_log: CallLog,
    resources: ExitStack,
) -> TrackedResponse:
    """Build the answer of a delivered call again from its pictures. Raises ApiError when they are gone."""
    try:
        pictures = stored_answers.load_pictures(stored_answer)
        if parsed.image_request.stream:
            rendering = StoredRendering(pictures)
            return event_stream_response(
                parsed, rendering, call_log, lambda pictures: pictures, lambda: None, resources.pop_all()
            )
        charged_at = stored_answer.call.ended_at or stored_answer.created_at
        body = resources.enter_context(_answer_body(pictures, charged_at, parsed, stored_answer, request))
    except FileNotFoundError as error:
        raise ApiError("idempotency_expired", param=HEADER) from error
    except OSError as error:
        message = "The response to the first request can't be read at the moment. You weren't charged again."
        raise ApiError("image_provider_unavailable", message) from error
    if parsed.image_request.response_format == "url":
        stored_answers.publish_pictures(stored_answer, timezone.now())
    return json_response(body, lambda: None, on_response_end(resources.pop_all(), call_log))


def _rehearse(
    code: str, endpoint: Endpoint, request: HttpRequest, call_log: CallLog, client: ClientConnection
) -> HttpResponseBase:
    if code != PARTIAL_REHEARSAL:
        return rehearsal.respond_rehearsal(code, request, call_log)
    with ExitStack() as resources:
        resources.enter_context(open_call_limit.open_call())
        parsed = _parse(endpoint, request, call_log, client, resources)
        count = (parsed.image_request.n or 1) - 1
        if not count:
            message = "To simulate partial, request at least 2 images (n=2): you get one fewer."
            raise ApiError("invalid_request", message, param="n")
        image_request = replace(parsed.image_request, n=count, stream=False)
        rendering = base.demo_renderer().render(image_request, client, parsed.folder)
        resources.callback(rendering.close)
        pictures = [event for event in rendering if isinstance(event, RenderedPicture)]
        body = resources.enter_context(image_response.response_pictures(parsed, pictures, int(time.time())))
        return json_response(body, lambda: None, on_response_end(resources.pop_all(), call_log))


@contextmanager
def _record_refusals(api_key: ApiKey, endpoint: Endpoint, call_log: CallLog) -> Iterator[None]:
    """Record a call that ends before its admission: usage shows a row for each call, refused ones too."""
    created_at = timezone.now()
    try:
        yield
    except Exception as error:
        if not call_log.is_recorded:
            status, code = call_outcome(error)
            call = ImageCall(
                id=call_log.id,
                endpoint=endpoint,
                status=status,
                code=code,
                created_at=created_at,
                size=call_log.size or "",
                quality=call_log.quality or "",
                n=call_log.n,
            )
            try:
                ledger.record_refusal(api_key, call, timezone.now())
            except Exception as failure:
                # Usage lacks the row then. The client still gets the reason of the refusal.
                call_log.write_error(failure)
        raise
