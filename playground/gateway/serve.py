"""A call for pictures from door to door: who calls, a place, what is asked, the renderer, the answer."""

import time
from contextlib import ExitStack

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from playground.gateway import answers
from playground.gateway.apps import GatewayConfig
from playground.gateway.auth import authenticate
from playground.gateway.call import Call
from playground.gateway.caller import Caller
from playground.gateway.events import EventStream, event_blocks
from playground.gateway.orders import Order, order_edit, order_generation
from playground.gateway.renderers import Picture, Rendering
from playground.imageapi.options import Endpoint


def serve(endpoint: Endpoint, request: HttpRequest, call: Call) -> HttpResponseBase:
    """Pictures from text, or from pictures. Raises ApiError, and CallerLeft when nobody waits any more."""
    gateway = GatewayConfig.current()
    account = authenticate(request)
    call.key = account.prefix
    # gunicorn hands the connection on; other servers do not, and their callers are taken to stay.
    caller = Caller(account.hash, request.META.get("gunicorn.socket"))
    with ExitStack() as held:
        held.enter_context(gateway.places.place())
        is_edit = endpoint == "edits"
        order = order_edit(request, call, caller, held) if is_edit else order_generation(request, call)
        rendering = gateway.renderer.render(order.asked, caller)
        held.callback(rendering.close)
        if order.asked.stream:
            return _stream(order, rendering, call, held.pop_all())
        drawn = [event for event in rendering if isinstance(event, Picture)]
        caller.wait(0)
        return answers.pictures(order, drawn, int(time.time()))


def _stream(order: Order, rendering: Rendering, call: Call, held: ExitStack) -> HttpResponseBase:
    # Until the last event is out: whoever closes the stream before has left.
    call.code = "client_gone"
    held.callback(call.log, 200)
    blocks = EventStream(event_blocks(order, rendering, call), held.close)
    response = StreamingHttpResponse(blocks, content_type="text/event-stream; charset=utf-8")
    # nginx would collect the events otherwise.
    response.headers["X-Accel-Buffering"] = "no"
    return response
