"""Seal keys and secrets at rest with Fernet, so that no row and no session holds one in the clear.

A session's key is sealed with a secret in the browser's cookie, the key of a queued run with ENGINE_SECRET, the
webhook secret of an API key with SECRET_KEY.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class KeySealError(Exception):
    """A sealed key cannot be opened with this secret."""


def run_fernet() -> Fernet:
    """Return the cipher for keys of queued runs."""
    return _fernet_from_text(f"run keys {settings.ENGINE_SECRET}")


def webhook_fernet() -> Fernet:
    """Return the cipher for webhook secrets, which must stay readable when the server starts again."""
    return _fernet_from_text(f"webhook secrets {settings.SECRET_KEY}")


def seal_key(key: str, fernet: Fernet | None = None) -> str:
    """Seal a key with `fernet` (that of queued runs)."""
    return (fernet or run_fernet()).encrypt(key.encode()).decode("ascii")


def unseal_key(sealed: str, fernet: Fernet | None = None) -> str:
    """Open what `seal_key` returned. Raises KeySealError."""
    try:
        return (fernet or run_fernet()).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError) as error:
        raise KeySealError from error


def _fernet_from_text(text: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()))
