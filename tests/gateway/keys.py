"""Keys and accounts for tests, built with one call each."""

from typing import Any

from playground.gateway import authentication
from playground.gateway.models import PREFIX_LENGTH, ApiKey


def make_api_key(key: str = "", **facts: Any) -> ApiKey:
    """An account as create_key makes one; `key` makes it one that can call."""
    key = key or authentication.create_key()
    return ApiKey.objects.create(hash=authentication.hash_key(key), prefix=key[:PREFIX_LENGTH], **facts)
