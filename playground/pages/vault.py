"""Keys at rest in a session: sealed with a secret that only the visitor's cookie holds."""

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

LONGEST_SECONDS = 7 * 24 * 3600


def seal(request: HttpRequest, key: str) -> str:
    """The key, sealed for this browser; its secret is made when first needed and sent by `hand_over`."""
    return _box(request, make=True).encrypt(key.encode()).decode("ascii")


def unseal(request: HttpRequest, sealed: str) -> str:
    """The key; empty when this browser's secret does not open it."""
    try:
        return _box(request).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return ""


def opens(request: HttpRequest, sealed: str) -> bool:
    """Whether this browser's secret opens it. A page asks several times; it is tried once."""
    tried: dict[str, bool] = getattr(request, "vault_tried", {})
    if sealed not in tried:
        tried[sealed] = bool(unseal(request, sealed))
        request.vault_tried = tried  # type: ignore[attr-defined]
    return tried[sealed]


def hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser the secret that was made or used while answering."""
    secret = getattr(request, "vault_secret", None)
    if secret:
        response.set_cookie(
            settings.VAULT_COOKIE_NAME,
            secret,
            max_age=LONGEST_SECONDS,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )


def _box(request: HttpRequest, *, make: bool = False) -> Fernet:
    """The lock of this browser. Raises ValueError when it has none and none may be made."""
    kept = getattr(request, "vault_secret", "") or request.COOKIES.get(settings.VAULT_COOKIE_NAME, "")
    try:
        box = Fernet(kept)
    except ValueError:
        if not make:
            raise
        kept = Fernet.generate_key().decode("ascii")
        box = Fernet(kept)
    if make:
        request.vault_secret = kept  # type: ignore[attr-defined]
    return box
