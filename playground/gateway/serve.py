"""A call from key to pictures: who calls, what is asked, admission, the renderer, the charge, the answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.gateway import answers, books, rehearsal
from playground.gateway.apps import GatewayConfig
from playground.gateway.auth import authenticate
from playground.gateway.call import Call
from playground.gateway.caller import Caller
from playground.gateway.delivery import Delivery
from playground.gateway.events import EventStream, event_blocks
from playground.gateway.idempotency import Replay, once_of
from playground.gateway.models import Account, Job
from playground.gateway.orders import Order, order_edit, order_generation
from playground.gateway.renderers import Picture, Rendering
from playground.gateway.repeating import answer_with, answered_before, redelivery
from playground.gateway.ticket import Ticket, outcome_of
from playground.imageapi.errors import ApiError
from playground.imageapi.options import Endpoint
from playground.imageapi.rehearsals import PARTIAL


def serve(endpoint: Endpoint, request: HttpRequest, call: Call) -> HttpResponseBase:
    """Pictures from text, or from pictures. Raises ApiError, and CallerLeft when nobody waits any more."""
    account = authenticate(request)
    call.key = account.prefix
    # gunicorn hands the connection on; other servers do not, and their callers are taken to stay.
    caller = Caller(account.hash, request.META.get("gunicorn.socket"))
    if code := rehearsal.rehearsed(request, account):
        return _rehearse(code, endpoint, request, call, caller)
    gateway = GatewayConfig.current()
    with _written(account, endpoint, call), ExitStack() as held:
        held.enter_context(gateway.places.place())
        order = _order(endpoint, request, call, caller, held)
        try:
            ticket = held.enter_context(Ticket(account, order.asked, call, once_of(request, order.asked)))
        except Replay as replay:
            return answered_before(replay.kept, order, request, call)
        ticket.send()
        rendering = redelivery(ticket.kept) or gateway.renderer_for(account).render(order.asked, caller)
        held.callback(rendering.close)
        serving = _Serving(order, request, caller, call, ticket, rendering)
        answer = serving.stream if order.asked.stream else serving.answer
        return answer(held.pop_all)


def _order(endpoint: Endpoint, request: HttpRequest, call: Call, caller: Caller, held: ExitStack) -> Order:
    if endpoint == "edits":
        return order_edit(request, call, caller, held)
    return order_generation(request, call)


def _rehearse(code: str, endpoint: Endpoint, request: HttpRequest, call: Call, caller: Caller) -> HttpResponseBase:
    if code != PARTIAL:
        return rehearsal.rehearse(code, request, call)
    gateway = GatewayConfig.current()
    with ExitStack() as held:
        held.enter_context(gateway.places.place())
        order = _order(endpoint, request, call, caller, held)
        fewer = (order.asked.n or 1) - 1
        if not fewer:
            message = "To rehearse partial, ask for n of at least 2 pictures: one fewer comes."
            raise ApiError("invalid_request", message, param="n")
        asked = replace(order.asked, n=fewer, stream=False)
        rendering = gateway.renderer.render(asked, caller)
        held.callback(rendering.close)
        drawn = [event for event in rendering if isinstance(event, Picture)]
        return answers.pictures(order, drawn, int(time.time()))


@dataclass(frozen=True, slots=True)
class _Serving:
    """A call that is admitted. `keep` hands over what is held until the answer is out."""

    order: Order
    request: HttpRequest
    caller: Caller
    call: Call
    ticket: Ticket
    rendering: Rendering

    def answer(self, keep: Callable[[], ExitStack]) -> HttpResponseBase:
        """All pictures in one answer."""
        drawn = self.settle([event for event in self.rendering if isinstance(event, Picture)])
        answer = answer_with(drawn, int(time.time()), self.order, self.ticket.kept, self.request)
        return Delivery(answer, self.ticket.is_whole, self._ended(keep()))

    def stream(self, keep: Callable[[], ExitStack]) -> HttpResponseBase:
        """Previews and pictures as events."""
        # Until the last event is out: whoever closes the stream before has left.
        self.call.code = "client_gone"
        held = keep()
        events = event_blocks(
            self.order, self.rendering, self.call, self.settle, self.ticket.is_whole, on_failed=held.close
        )
        blocks = EventStream(events, self._ended(held))
        response = StreamingHttpResponse(blocks, content_type="text/event-stream; charset=utf-8")
        # nginx would collect the events otherwise.
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _ended(self, held: ExitStack) -> Callable[[], None]:
        def end() -> None:
            try:
                held.close()
            finally:
                self.call.log(200)

        return end

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
            books.refuse(account, asked, timezone.now())
        raise
