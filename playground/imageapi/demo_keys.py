"""Demo keys of the built-in API: they carry their own HMAC, so that a demo needs no database row."""

import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "cr_demo_"


def make_demo_key(secret: str) -> str:
    """Make a demo key: prefix, 96 random bits, and 128 bits of HMAC under `secret`."""
    random = secrets.token_hex(12)
    return f"{PREFIX}{random}{_signature(random, secret)}"


def is_demo_key(key: str, secret: str) -> bool:
    """Say whether `make_demo_key` made the key with the same `secret`."""
    random, signature = key[len(PREFIX) : len(PREFIX) + 24], key[len(PREFIX) + 24 :]
    if not key.startswith(PREFIX) or not key.isascii() or len(random) != 24:
        return False
    return hmac.compare_digest(signature, _signature(random, secret))


def _signature(random: str, secret: str) -> str:
    return hmac.new(f"demo key {secret}".encode(), random.encode(), hashlib.sha256).hexdigest()[:32]
