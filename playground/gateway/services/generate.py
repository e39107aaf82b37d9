"""One call for pictures, from the key to the answer: parse, admit, render, charge, deliver."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.core import shutdown
from playground.core.db.transactions import release_connection
from playground.core.logging import site_url
from playground.gateway.authentication import authenticate
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey, ImageCall, ImageJob, StoredAnswer
from playground.gateway.parsing.image_check import api_error_from_exception
from playground.gateway.parsing.requests import ParsedRequest, parse_edit, parse_generation, request_folders
from playground.gateway.renderers import base
from playground.gateway.renderers.base import RenderedPicture, Rendering
from playground.gateway.responses import json_responses, rehearsal
from playground.gateway.responses.events import event_stream_response
from playground.gateway.responses.json_responses import (
    JsonWithPictures,
    TrackedResponse,
    json_response,
    on_response_end,
)
from playground.gateway.services import jobs, ledger, stored_answers
from playground.gateway.services.call_billing import CallBilling, call_outcome
from playground.gateway.services.idempotency import (
    HEADER,
    DeliveryInProgressError,
    IdempotentRequest,
    RepeatedCall,
    RepeatedJob,
    StoredRendering,
    read_idempotency_key,
)
from playground.gateway.services.jobs import JobRequest, job_threads
from playground.gateway.services.quota import open_call_limit, quote_response, wants_quote
from playground.imageapi.catalog import Endpoint
from playground.imageapi.errors import PARTIAL_REHEARSAL, ApiError

# A client that has read an answer to its end may call again before the delivery is in the ledger.
DELIVERY_WAIT_SECONDS: Final = 5.0
DELIVERY_POLL_SECONDS: Final = 0.02
UPDATING: Final = "The server is being updated. Nothing was generated or charged. Try again in a minute."
UPDATING_SECONDS: Final = 30


def handle_image_call(endpoint: Endpoint, request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    """Answer a call for pictures. Raises ApiError and ClientDisconnected."""
    api_key = authenticate(request, call_log)
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
        job_request = jobs.read_job_request(request, parsed.image_request, api_key)
        # A job has a log line of its own when it ends; that of the request says that it was accepted.
        work_log = replace(call_log, endpoint=f"{call_log.endpoint} (job)") if job_request else call_log
        try:
            billing = resources.enter_context(_admit(api_key, parsed, work_log, idempotent, job_request, client))
        except RepeatedCall as repeated:
            return _repeat_answer(repeated.stored_answer, parsed, request, call_log, resources)
        except RepeatedJob as repeated:
            return json_responses.accepted_response(repeated.job)
        call_log.is_recorded = True
        admitted = _AdmittedCall(api_key, parsed, request, work_log, billing)
        if billing.job is not None:
            return admitted.start_job(billing.job, resources)
        rendering = admitted.render(client, resources)
        if parsed.image_request.stream:
            return admitted.stream(rendering, client, resources)
        return admitted.answer(rendering, client, resources)


@dataclass(frozen=True, slots=True)
class _AdmittedCall:
    """A call that is rendered, charged and delivered. Its resources are released when the answer is out."""

    api_key: ApiKey
    parsed: ParsedRequest
    request: HttpRequest
    call_log: CallLog
    billing: CallBilling

    def render(self, client: ClientConnection, resources: ExitStack) -> Rendering:
        """Send the request to the renderer, unless its pictures were drawn before."""
        self.billing.mark_sent()
        stored = _stored_rendering(self.billing.stored_answer)
        if stored is None:
            self.billing.discard_stored_answer()
        renderer = base.renderer_for(self.api_key)
        rendering = stored or renderer.render(self.parsed.image_request, client, self.parsed.folder)
        # Resources are released in reverse: the work is over before the billing frees the slot.
        resources.callback(rendering.close)
        return rendering

    def answer(self, rendering: Rendering, client: ClientConnection, resources: ExitStack) -> TrackedResponse:
        """Deliver all pictures in one answer."""
        pictures = self.charge(rendering, client, _finished_pictures(rendering))
        body = _answer_body(pictures, self.billing.charged_at, self.parsed, self.billing.stored_answer, self.request)
        resources.enter_context(body)
        return json_response(body, self.billing.mark_delivered, on_response_end(resources.pop_all(), self.call_log))

    def stream(self, rendering: Rendering, client: ClientConnection, resources: ExitStack) -> TrackedResponse:
        """Deliver previews and pictures as events."""
        return event_stream_response(
            self.parsed,
            rendering,
            self.call_log,
            partial(self.charge, rendering, client),
            self.billing.mark_delivered,
            resources.pop_all(),
        )

    def start_job(self, job: ImageJob, resources: ExitStack) -> HttpResponse:
        """Accept the call; it goes on in another thread, which releases its resources."""
        response = json_responses.accepted_response(job)
        of_job = resources.pop_all()
        try:
            job_threads.run(job.call, self.api_key.hash, lambda connection: self.finish_job(connection, of_job))
        except RuntimeError:
            # No thread could be started.
            resources.push(of_job)
            raise
        return response

    def finish_job(self, connection: ClientConnection, resources: ExitStack) -> None:
        """Render and charge; keep the error of a job that fails."""
        status = 200
        try:
            with resources:
                try:
                    rendering = self.render(connection, resources)
                    self.charge(rendering, connection, _finished_pictures(rendering))
                except Exception as error:
                    # Before the billing ends the call: whoever reads that it failed reads why.
                    jobs.save_outcome(self.billing.call, self._error_json(error))
                    raise
        except Exception as error:
            # The outermost handler of a job. The billing has ended the call.
            status, self.call_log.code = call_outcome(error)
        finally:
            self.call_log.write(status)

    def _error_json(self, error: Exception) -> dict[str, Any]:
        if not isinstance(error, ApiError):
            self.call_log.write_error(error)
            error = api_error_from_exception(error)
        fields: dict[str, Any] = json_responses.error_json(error, self.call_log.site)["error"]
        return fields

    def charge(
        self, rendering: Rendering, client: ClientConnection, pictures: list[RenderedPicture]
    ) -> list[RenderedPicture]:
        """Charge for the pictures to deliver, at most n, if the client is still connected."""
        pictures = pictures[: self.parsed.image_request.n]
        if not pictures:
            raise ApiError("image_provider_error", "The provider didn't return an image.")
        # The charge frees the slot: the work must be over by then.
        rendering.close()
        self.billing.mark_answered()
        self.billing.store_answer(pictures)
        # The last moment without a charge: a client that has left pays nothing.
        client.wait(0)
        self.billing.charge(pictures, json_responses.answer_fields(self.parsed, pictures))
        return pictures


def _finished_pictures(rendering: Rendering) -> list[RenderedPicture]:
    return [event for event in rendering if isinstance(event, RenderedPicture)]


def _parse(
    endpoint: Endpoint, request: HttpRequest, call_log: CallLog, client: ClientConnection, resources: ExitStack
) -> ParsedRequest:
    folder = resources.enter_context(request_folders.folder())
    if endpoint == "edits":
        return parse_edit(request, call_log, client, folder)
    return parse_generation(request, call_log, folder)


def _admit(
    api_key: ApiKey,
    parsed: ParsedRequest,
    call_log: CallLog,
    idempotent: IdempotentRequest | None,
    job_request: JobRequest | None,
    client: ClientConnection,
) -> CallBilling:
    """Admit the call; wait while the delivery of an earlier call under the same key is noted."""
    deadline = time.monotonic() + DELIVERY_WAIT_SECONDS
    while True:
        try:
            return CallBilling(api_key, parsed.image_request, call_log, idempotent, job_request)
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
        site = site_url(request)
        urls = [stored_answers.published_url(site, stored_answer, picture) for picture in pictures]
    return json_responses.response_pictures(parsed, pictures, int(charged_at.timestamp()), urls)


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
        body = resources.enter_context(json_responses.response_pictures(parsed, pictures, int(time.time())))
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
