"""Rehearsals: what a visitor would see of an error, as a card, and the answer that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from playground.imageapi import faults
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.messages import ImageRequest
from playground.imageapi.profiles import BUILTIN
from playground.imageapi.rehearsals import CODES, HEADER
from playground.imageapi.saying import read_saying
from playground.pages import cards, told
from playground.pages.cards import Card
from playground.pages.examples import examples
from playground.pages.reference import exchange
from playground.pages.reference.exchange import Exchange
from playground.runs.models import Run, State

_STATES: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}
LANGUAGES: Final = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An error as it would come. `answer` is None for what no API answers with; `said` is the message by language."""

    card: Card
    answer: Exchange | None
    said: Mapping[str, tuple[str, str]]


def rehearse(request: HttpRequest, code: str) -> Rehearsal:
    """Bring that error about, free of charge. Raises KeyError for an unknown code."""
    asked = ImageRequest("generations", examples()[0].prompt, size="1024x1024", quality="low", n=1)
    secret = exchange.demo_key(request)
    answer = (
        exchange.call(secret, asked.endpoint, asked.parameters(), headers={HEADER: code}) if code in CODES else None
    )
    error = ApiError(ERRORS[code].code) if answer is None else error_of(answer, secret)
    run = _run(asked, error, secret)
    return Rehearsal(_harmless(cards.card(run)), answer, {name: _said(run, name) for name in LANGUAGES})


def error_of(answer: Exchange, secret: str) -> ApiError:
    """The error that a client understands from an answer."""
    if answer.status == 0:
        return ApiError("unknown_outcome")
    if answer.status == 200:
        return faults.garbled("it ended too early", request_id=answer.request_id)
    headers = {"Retry-After": answer.headers.get("retry-after", ""), "x-request-id": answer.request_id}
    said = read_saying(answer.said)
    return faults.of_answer(answer.status, headers, said, answer.body, secret, now=timezone.now())


def _run(asked: ImageRequest, error: ApiError, secret: str) -> Run:
    """A run that ended so. It is not saved: rehearsals are no history."""
    now = timezone.now()
    facts = {"param": error.param, "retry_after": error.retry_after, "status": error.status or None}
    return Run(
        api=BUILTIN,
        account=BUILTIN,
        endpoint=asked.endpoint,
        parameters=asked.parameters(),
        state=_STATES.get(error.code, State.FAILED),
        error=error.code,
        error_facts={name: value for name, value in facts.items() if value is not None}
        | ({"provider_said": error.provider_said} if error.provider_said else {}),
        charged=error.charged,
        request_id=error.request_id,
        key_last4=secret[-4:],
        is_demo=True,
        created_at=now,
        claimed_at=now,
        sent_at=now if error.code not in ("network_unreachable", "key_forgotten") else None,
        finished_at=now,
    )


def _harmless(card: Card) -> Card:
    """The card, with steps that lead to the form instead of to a run that is not there."""
    form = reverse("generate")
    steps = [
        one
        if one.method == "post"
        else replace(one, url=f"{form}#{one.url.partition('#')[2]}" if one.url.startswith("/") else one.url)
        for one in card.actions
    ]
    return replace(card, actions=steps, clinic_url="")


def _said(run: Run, language: str) -> tuple[str, str]:
    """Headline and message in that language."""
    with translation.override(language):
        return told.headline(run), told.message(run, 0, timezone.now())
