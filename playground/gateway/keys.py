"""API keys: made, hashed, and found again by their hash."""

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from playground.gateway.models import PREFIX_LENGTH, Account
from playground.gateway.writing import writing
from playground.imageapi.demokeys import is_demo_key
from playground.imageapi.errors import ApiError

RANDOM_BYTES: Final = 20


def hash_of(key: str) -> str:
    """What is kept of a key. It has 160 random bits, so that a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """A key of 160 random bits: `cr_` and 32 letters and digits, whose first eight no other key has."""
    while True:
        key = f"cr_{base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()}"
        if not Account.objects.filter(prefix=key[:PREFIX_LENGTH]).exists():
            return key


def find(key: str) -> Account | None:
    """The account of a key; None when there is no such key. A demo key opens its account with its first call."""
    account = Account.objects.filter(hash=hash_of(key)).first()
    if account is None and is_demo_key(key, settings.SECRET_KEY):
        facts = {"prefix": key[:PREFIX_LENGTH], "is_demo": True}
        with writing():
            account, _ = Account.objects.get_or_create(hash=hash_of(key), defaults=facts)
    return account


def check(account: Account, at: datetime | None = None) -> None:
    """Raises ApiError `key_expired`, or `invalid_api_key` for one that is disabled."""
    if account.expires_at is not None and account.expires_at <= (at or timezone.now()):
        raise ApiError("key_expired")
    if account.is_disabled:
        raise ApiError("invalid_api_key")
