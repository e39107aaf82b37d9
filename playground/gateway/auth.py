"""Who calls: the bearer key of a request."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from playground.imageapi.demokeys import is_demo_key
from playground.imageapi.errors import ApiError

PREFIX_LENGTH: Final = 11


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may call. `prefix` is for logs, `account` tells callers apart; the key is not kept."""

    prefix: str
    account: str


def authenticate(request: HttpRequest) -> Key:
    """The key in `Authorization: Bearer …` (RFC 6750). Raises ApiError `invalid_api_key`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise ApiError("invalid_api_key", "Send your API key as 'Authorization: Bearer cr_…'.")
    if not is_demo_key(token, settings.SECRET_KEY):
        raise ApiError("invalid_api_key")
    return Key(token[:PREFIX_LENGTH], hashlib.sha256(token.encode()).hexdigest())
