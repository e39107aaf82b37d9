"""Keys and accounts for tests, built with one call each."""

from typing import Any

from playground.gateway import keys
from playground.gateway.models import PREFIX_LENGTH, Account


def an_account(key: str = "", **facts: Any) -> Account:
    """An account as create_key makes one; `key` makes it one that can call."""
    key = key or keys.new_key()
    return Account.objects.create(hash=keys.hash_of(key), prefix=key[:PREFIX_LENGTH], **facts)
