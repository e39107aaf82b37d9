"""Answers from pictures that are kept: their addresses, and the same answer once more."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from playground.gateway import answers, kept
from playground.gateway.call import Call
from playground.gateway.delivery import Delivery, ending, json_delivery
from playground.gateway.events import event_delivery
from playground.gateway.idempotency import HEADER, Redelivery
from playground.gateway.models import Kept
from playground.gateway.orders import Order
from playground.gateway.renderers import Picture
from playground.gateway.spelled import Spelled
from playground.imageapi.errors import ApiError
from playground.web.requests import site_url


def answer_with(
    drawn: Sequence[Picture], at: datetime, order: Order, row: Kept | None, request: HttpRequest
) -> Spelled:
    """The answer with pictures that were charged `at` a moment, or with addresses when these were asked for."""
    is_shown = row is not None and order.asked.response_format == "url"
    addresses = [address(request, row, one) for one in drawn] if row is not None and is_shown else []
    return answers.pictures(order, drawn, int(at.timestamp()), addresses)


def address(request: HttpRequest, row: Kept, picture: Picture) -> str:
    """Where a picture is for an hour: an address that cannot be guessed, for everyone who has it."""
    path = reverse("gateway:picture", args=(row.token, kept.name_of(picture.index, picture.look)))
    return f"{site_url(request)}{path}"


def redelivery(row: Kept | None) -> Redelivery | None:
    """Pictures that were drawn for this call before; None when they have to be drawn."""
    if row is None:
        return None
    try:
        return Redelivery(kept.pictures_of(row))
    except OSError:
        return None


def answered_before(row: Kept, order: Order, request: HttpRequest, call: Call, held: ExitStack) -> Delivery:
    """The answer of the same call, rebuilt from its pictures. Raises ApiError when they cannot be had.

    What is `held` is given back when the answer is out.
    """
    try:
        drawn = kept.pictures_of(row)
        if order.asked.stream:
            return event_delivery(order, Redelivery(drawn), call, _as_they_are, _ignore, held.pop_all())
        answer = held.enter_context(answer_with(drawn, row.job.ended_at or row.created_at, order, row, request))
    except FileNotFoundError as error:
        raise ApiError("idempotency_expired", param=HEADER) from error
    except OSError as error:
        message = "The answer to the first call cannot be read at the moment. Nothing was charged now."
        raise ApiError("image_provider_unavailable", message) from error
    if order.asked.response_format == "url":
        kept.show_again(row, timezone.now())
    return json_delivery(answer, _ignore, ending(held.pop_all(), call))


def _as_they_are(drawn: list[Picture]) -> list[Picture]:
    return drawn


def _ignore() -> None:
    return
