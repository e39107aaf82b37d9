"""A call from key to pictures: who calls, what is asked, admission, the renderer, the charge, the answer."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground import shutdown
from playground.gateway import answers, books, rehearsal
from playground.gateway.admission import places
from playground.gateway.auth import authenticate
from playground.gateway.call import Call
from playground.gateway.caller import Caller
from playground.gateway.delivery import Delivery, ending, json_delivery
from playground.gateway.events import event_delivery
from playground.gateway.idempotency import BeingDelivered, Once, Replay, once_of
from playground.gateway.models import Account, Job
from playground.gateway.orders import Order, order_edit, order_generation
from playground.gateway.renderers import Picture, Rendering, registry
from playground.gateway.repeating import answer_with, answered_before, redelivery
from playground.gateway.ticket import Ticket, outcome_of
from playground.gateway.uploads import uploads
from playground.imageapi.errors import ApiError
from playground.imageapi.messages import ImageRequest
from playground.imageapi.options import Endpoint
from playground.imageapi.rehearsals import PARTIAL

# Seconds: how long a delivery may take to be noted, and how often that is looked at.
NOTED_WITHIN: Final = 5.0
LOOK_AGAIN: Final = 0.02
UPDATING: Final = "The server is being updated. Nothing was drawn or charged; try again in a minute."
UPDATING_SECONDS: Final = 30


def serve(endpoint: Endpoint, request: HttpRequest, call: Call) -> HttpResponseBase:
    """Pictures from text, or from pictures. Raises ApiError, and CallerLeft when nobody waits any more."""
    account = authenticate(request)
    call.key = account.prefix
    # The body comes at the caller's pace.
    books.let_go()
    # gunicorn hands the connection on; other servers do not, and their callers are taken to stay.
    caller = Caller(account.hash, request.META.get("gunicorn.socket"))
    if code := rehearsal.rehearsed(request, account):
        return _rehearse(code, endpoint, request, call, caller)
    with _written(account, endpoint, call), ExitStack() as held:
        if shutdown.is_updating():
            raise ApiError("service_overloaded", UPDATING, retry_after=UPDATING_SECONDS)
        held.enter_context(places.place())
        order = _order(endpoint, request, call, caller, held)
        try:
            ticket = held.enter_context(_ticket(account, order.asked, call, once_of(request, order.asked), caller))
        except Replay as replay:
            return answered_before(replay.kept, order, request, call, held)
        ticket.send()
        before = redelivery(ticket.kept)
        if before is None:
            ticket.forget_kept()
        rendering = before or registry.renderer_for(account).render(order.asked, caller, order.folder)
        held.callback(rendering.close)
        serving = _Serving(order, request, caller, call, ticket, rendering)
        return serving.stream(held) if order.asked.stream else serving.answer(held)


def _ticket(account: Account, asked: ImageRequest, call: Call, once: Once | None, caller: Caller) -> Ticket:
    """Admit the call. Who read an answer to its end may ask again before that is noted, and has to wait for it."""
    until = time.monotonic() + NOTED_WITHIN
    while True:
        try:
            return Ticket(account, asked, call, once)
        except BeingDelivered:
            if time.monotonic() > until:
                raise
            caller.wait(LOOK_AGAIN)


def _order(endpoint: Endpoint, request: HttpRequest, call: Call, caller: Caller, held: ExitStack) -> Order:
    folder = held.enter_context(uploads.folder())
    if endpoint == "edits":
        return order_edit(request, call, caller, folder)
    return order_generation(request, call, folder)


def _rehearse(code: str, endpoint: Endpoint, request: HttpRequest, call: Call, caller: Caller) -> HttpResponseBase:
    if code != PARTIAL:
        return rehearsal.rehearse(code, request, call)
    with ExitStack() as held:
        held.enter_context(places.place())
        order = _order(endpoint, request, call, caller, held)
        fewer = (order.asked.n or 1) - 1
        if not fewer:
            message = "To rehearse partial, ask for n of at least 2 pictures: one fewer comes."
            raise ApiError("invalid_request", message, param="n")
        asked = replace(order.asked, n=fewer, stream=False)
        rendering = registry.demo_renderer().render(asked, caller, order.folder)
        held.callback(rendering.close)
        drawn = [event for event in rendering if isinstance(event, Picture)]
        answer = held.enter_context(answers.pictures(order, drawn, int(time.time())))
        return json_delivery(answer, lambda: None, ending(held.pop_all(), call))


@dataclass(frozen=True, slots=True)
class _Serving:
    """A call that is admitted. What is held for it is given back when the answer is out."""

    order: Order
    request: HttpRequest
    caller: Caller
    call: Call
    ticket: Ticket
    rendering: Rendering

    def answer(self, held: ExitStack) -> Delivery:
        """All pictures in one answer."""
        drawn = self.settle([event for event in self.rendering if isinstance(event, Picture)])
        answer = answer_with(drawn, self.ticket.charged_at, self.order, self.ticket.kept, self.request)
        return json_delivery(held.enter_context(answer), self.ticket.is_whole, ending(held.pop_all(), self.call))

    def stream(self, held: ExitStack) -> Delivery:
        """Previews and pictures as events."""
        facts = (self.order, self.rendering, self.call, self.settle, self.ticket.is_whole)
        return event_delivery(*facts, held.pop_all())

    def settle(self, drawn: list[Picture]) -> list[Picture]:
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
def _written(account: Account, endpoint: Endpoint, call: Call) -> Iterator[None]:
    """Write down a call that ends here without having been admitted (usage shows one row a call, also failures)."""
    at = timezone.now()
    try:
        yield
    except Exception as error:
        if not call.is_written:
            status, code = outcome_of(error)
            facts = {"size": call.size or "", "quality": call.quality or "", "n": call.n}
            asked = Job(id=call.id, endpoint=endpoint, status=status, code=code, created_at=at, **facts)
            try:
                books.refuse(account, asked, timezone.now())
            except Exception as failure:
                # Usage lacks a row then; the caller hears why it was refused all the same.
                call.log_unexpected(failure)
        raise
