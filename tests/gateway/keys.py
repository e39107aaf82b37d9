"""Factory of API keys."""

from typing import Any

from playground.gateway import authentication
from playground.gateway.models import PREFIX_LENGTH, ApiKey


def make_api_key(key: str = "", **facts: Any) -> ApiKey:
    """Create a row as create_key does, of the key `key` when a test calls with it."""
    key = key or authentication.create_key()
    return ApiKey.objects.create(hash=authentication.hash_key(key), prefix=key[:PREFIX_LENGTH], **facts)
