"""Who calls: the bearer key of a request."""

import time

from django.http import HttpRequest

from playground.gateway import books, keys
from playground.gateway.caller import Caller
from playground.gateway.guesses import Guesses
from playground.gateway.models import Account
from playground.imageapi.errors import ApiError

guesses = Guesses()


def authenticate(request: HttpRequest) -> Account:
    """The account of the key in `Authorization: Bearer …` (RFC 6750).

    Raises ApiError `invalid_api_key` or `key_expired`, and CallerLeft when a guesser does not wait for the answer.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise ApiError("invalid_api_key", "Send your API key as 'Authorization: Bearer cr_…'.")
    account = keys.find(token)
    if account is None:
        books.let_go()
        _slow_down(request)
        raise ApiError("invalid_api_key")
    keys.check(account)
    return account


def _slow_down(request: HttpRequest) -> None:
    seconds = guesses.add(request.META.get("REMOTE_ADDR", ""), time.monotonic())
    if seconds:
        with guesses.waiting():
            Caller("", request.META.get("gunicorn.socket")).wait(seconds)
