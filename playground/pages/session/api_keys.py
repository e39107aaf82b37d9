"""Keys at rest in a session: sealed with a secret that only the visitor's cookie holds."""

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.imageapi.demo_keys import is_demo_key, make_demo_key
from playground.imageapi.providers import BUILTIN, ImageApi
from playground.runs.services.key_sealing import KeySealError, seal_key, unseal_key

LONGEST_SECONDS = 7 * 24 * 3600


def seal_text(request: HttpRequest, key: str) -> str:
    """The key, sealed for this browser; its secret is made when first needed and sent by PageSessionMiddleware."""
    return seal_key(key, _box(request, make=True))


def unseal_text(request: HttpRequest, sealed: str) -> str:
    """The key; empty when this browser's secret does not open it."""
    try:
        return unseal_key(sealed, _box(request))
    except (KeySealError, ValueError):
        return ""


def has_cookie(request: HttpRequest, sealed: str) -> bool:
    """Whether this browser's secret opens it. A page asks several times; it is tried once."""
    tried: dict[str, bool] = getattr(request, "vault_tried", {})
    if sealed not in tried:
        tried[sealed] = bool(unseal_text(request, sealed))
        request.vault_tried = tried  # type: ignore[attr-defined]
    return tried[sealed]


def set_key_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
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


MAX_IDLE: Final = timedelta(hours=12)
MAX_AGE: Final = timedelta(seconds=LONGEST_SECONDS)
_NOTED_EVERY: Final = timedelta(minutes=10)
_IN_SESSION: Final = "keys"


@dataclass(frozen=True, slots=True)
class SessionKey:
    """A key as the session holds it; times are seconds since 1970."""

    sealed: str = field(repr=False)
    last4: str
    saved_at: float
    used_at: float
    is_demo: bool = False

    def is_alive(self, at: datetime) -> bool:
        """Whether it may still be used at `at`."""
        return at < self.ends_at

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is used before."""
        return datetime.fromtimestamp(
            min(self.used_at + MAX_IDLE.total_seconds(), self.saved_at + MAX_AGE.total_seconds()), UTC
        )


def stored_key(request: HttpRequest, account: str, at: datetime | None = None) -> SessionKey | None:
    """What the session holds for `account`; None when there is no key, or it has ended."""
    entry = _entry(request, account)
    if entry is None or not entry.is_alive(at or timezone.now()):
        return None
    # Without the cookie's secret the key is as good as gone, and the page must say so.
    return entry if has_cookie(request, entry.sealed) else None


def save_key(request: HttpRequest, account: str, key: str, at: datetime | None = None) -> None:
    """Keep `key` for `account`, in place of an earlier one."""
    moment = (at or timezone.now()).timestamp()
    # A demo key is one wherever it comes from: whoever types one in is charged nothing either.
    is_demo = account == BUILTIN and is_demo_key(key, settings.SECRET_KEY)
    _put(request, account, SessionKey(seal_text(request, key), key[-4:], moment, moment, is_demo))


def use_key(request: HttpRequest, api: ImageApi, at: datetime | None = None) -> str:
    """The key for a call to `api`; empty when the visitor has to enter one. The demo gets one silently."""
    moment = at or timezone.now()
    account = api.profile.account
    entry = stored_key(request, account, moment)
    if entry is not None:
        # Seldom written, so that two tabs that send at once do not overwrite each other's session.
        if moment.timestamp() - entry.used_at > _NOTED_EVERY.total_seconds():
            _put(request, account, replace(entry, used_at=moment.timestamp()))
        return unseal_text(request, entry.sealed)
    if not api.is_builtin:
        return ""
    key = make_demo_key(settings.SECRET_KEY)
    save_key(request, account, key, moment)
    return key


def forget_key(request: HttpRequest, account: str) -> None:
    """Take the key out of the session."""
    keys = dict(request.session.get(_IN_SESSION, {}))
    if keys.pop(account, None) is not None:
        request.session[_IN_SESSION] = keys


def _entry(request: HttpRequest, account: str) -> SessionKey | None:
    said: dict[str, Any] = request.session.get(_IN_SESSION, {})
    return SessionKey(**said[account]) if account in said else None


def _put(request: HttpRequest, account: str, entry: SessionKey) -> None:
    request.session[_IN_SESSION] = {**request.session.get(_IN_SESSION, {}), account: asdict(entry)}
