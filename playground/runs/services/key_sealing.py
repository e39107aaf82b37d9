"""Keys at rest: sealed under ENGINE_SECRET from submit until a runner claims the run, never in the clear."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class KeySealError(Exception):
    """The sealed key cannot be opened: it was sealed by an earlier start of the server, or forgotten."""


def seal_key(key: str) -> str:
    """The key, sealed for the runner."""
    return _box().encrypt(key.encode()).decode("ascii")


def unseal_key(sealed: str) -> str:
    """The key that `seal` was given. Raises Unsealable."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError) as error:
        raise KeySealError from error


def _box() -> Fernet:
    digest = hashlib.sha256(f"run keys {settings.ENGINE_SECRET}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
