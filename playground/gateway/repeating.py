"""Answers from pictures that are kept: their addresses, and the same answer once more."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from playground.gateway import answers, kept
from playground.gateway.call import Call
from playground.gateway.events import EventStream, event_blocks
from playground.gateway.idempotency import Redelivery
from playground.gateway.models import Kept
from playground.gateway.orders import Order
from playground.gateway.renderers import Picture
from playground.imageapi.errors import ApiError


def answer_with(
    drawn: Sequence[Picture], created: int, order: Order, row: Kept | None, request: HttpRequest
) -> HttpResponse:
    """The answer with pictures, or with their addresses when these were asked for."""
    is_shown = row is not None and order.asked.response_format == "url"
    addresses = [address(request, row, one) for one in drawn] if row is not None and is_shown else []
    return answers.pictures(order, drawn, created, addresses)


def address(request: HttpRequest, row: Kept, picture: Picture) -> str:
    """Where a picture is for an hour: an address that cannot be guessed, for everyone who has it."""
    path = reverse("gateway:picture", args=(row.token, kept.name_of(picture)))
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def redelivery(row: Kept | None) -> Redelivery | None:
    """Pictures that were drawn for this call before; None when they have to be drawn."""
    if row is None:
        return None
    try:
        return Redelivery(kept.pictures_of(row)[0])
    except OSError:
        return None


def answered_before(row: Kept, order: Order, request: HttpRequest, call: Call) -> HttpResponseBase:
    """The answer of the same call, rebuilt from its pictures. Raises ApiError when they are gone."""
    try:
        drawn, created = kept.pictures_of(row)
    except OSError as error:
        raise ApiError("server_error", "The answer of the first call is gone. Nothing was charged.") from error
    if not order.asked.stream:
        if order.asked.response_format == "url":
            kept.show_again(row, timezone.now())
        return answer_with(drawn, created, order, row, request)
    call.code = "client_gone"
    drawn_again = Redelivery(drawn)
    events = event_blocks(order, drawn_again, call, lambda pictures: pictures, _nothing, on_failed=_nothing)
    return StreamingHttpResponse(
        EventStream(events, lambda: call.log(200)), content_type="text/event-stream; charset=utf-8"
    )


def _nothing() -> None:
    return
