"""The image API of a session, and its API keys, sealed with a secret that only a cookie of the browser holds."""

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.core.key_sealing import KeySealError, seal_key, unseal_key
from playground.imageapi.providers import BUILTIN, ImageApi, is_demo_key, make_demo_key

MAX_IDLE: Final = timedelta(hours=12)
MAX_AGE: Final = timedelta(days=7)
# The time of use is written seldom, so that two tabs that submit at once do not overwrite each other's session.
_USE_RECORDED_EVERY: Final = timedelta(minutes=10)
_API_ENTRY: Final = "api"
_KEYS_ENTRY: Final = "keys"


@dataclass(frozen=True, slots=True)
class SessionKey:
    """A sealed key in the session; times are seconds since 1970."""

    sealed: str = field(repr=False)
    last4: str
    saved_at: float
    used_at: float
    is_demo: bool = False

    @property
    def ends_at(self) -> datetime:
        """The time at which the key ends unless it is used before."""
        end = min(self.used_at + MAX_IDLE.total_seconds(), self.saved_at + MAX_AGE.total_seconds())
        return datetime.fromtimestamp(end, UTC)


def chosen_api(request: HttpRequest, requested_id: str = "") -> ImageApi:
    """Return the requested API, else the session's last one, else the demo, else the first that is listed."""
    apis = settings.IMAGE_APIS
    for api_id in (requested_id, str(request.session.get(_API_ENTRY, "")), BUILTIN):
        if api_id in apis:
            return apis[api_id]
    return next(iter(apis.values()))


def remember_api(request: HttpRequest, api: ImageApi) -> None:
    """Preselect this API in later requests of the session."""
    if request.session.get(_API_ENTRY) != api.id:
        request.session[_API_ENTRY] = api.id


def stored_key(request: HttpRequest, account: str, now: datetime | None = None) -> SessionKey | None:
    """Return the key of `account`; None when there is none, it has ended, or this browser's cookie cannot open it."""
    fields: dict[str, Any] | None = request.session.get(_KEYS_ENTRY, {}).get(account)
    if fields is None:
        return None
    key = SessionKey(**fields)
    return key if (now or timezone.now()) < key.ends_at and _open(request, key.sealed) else None


def save_key(request: HttpRequest, account: str, key: str, now: datetime | None = None) -> None:
    """Save `key` for `account`, in place of an earlier one."""
    timestamp = (now or timezone.now()).timestamp()
    # A demo key is free also for a visitor who typed it.
    is_demo = account == BUILTIN and is_demo_key(key, settings.SECRET_KEY)
    sealed = seal_key(key, _fernet(request, create=True))
    # The last four characters are all that pages ever show of a key.
    _store(request, account, SessionKey(sealed, key[-4:], timestamp, timestamp, is_demo))


def use_key(request: HttpRequest, api: ImageApi, now: datetime | None = None) -> str:
    """Return the key for a call to `api`; empty when the visitor has to enter one. Make a demo key when needed."""
    now, account = now or timezone.now(), api.profile.account
    stored = stored_key(request, account, now)
    if stored is not None:
        if now.timestamp() - stored.used_at > _USE_RECORDED_EVERY.total_seconds():
            _store(request, account, replace(stored, used_at=now.timestamp()))
        return _open(request, stored.sealed)
    # Keys of providers cost money, so only the visitor can give one.
    if not api.is_builtin:
        return ""
    key = make_demo_key(settings.SECRET_KEY)
    save_key(request, account, key, now)
    return key


def forget_key(request: HttpRequest, account: str) -> None:
    """Remove the key from the session."""
    keys = dict(request.session.get(_KEYS_ENTRY, {}))
    if keys.pop(account, None) is not None:
        # A new value: Django does not notice changes inside of one, and would not save them.
        request.session[_KEYS_ENTRY] = keys


def set_key_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser the secret that sealed a key while the request was answered."""
    if secret := getattr(request, "key_secret", ""):
        # No script needs it, so `httponly` keeps it from all of them.
        response.set_cookie(
            settings.VAULT_COOKIE_NAME,
            secret,
            max_age=int(MAX_AGE.total_seconds()),
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )


def _store(request: HttpRequest, account: str, key: SessionKey) -> None:
    request.session[_KEYS_ENTRY] = {**request.session.get(_KEYS_ENTRY, {}), account: asdict(key)}


def _open(request: HttpRequest, sealed: str) -> str:
    """Return the key; empty when this browser's cookie cannot open it."""
    # A page with five APIs needs each key several times.
    opened: dict[str, str] = request.__dict__.setdefault("opened_keys", {})
    if sealed not in opened:
        try:
            opened[sealed] = unseal_key(sealed, _fernet(request))
        except (KeySealError, ValueError):
            # The cookie is gone or belongs to another browser: for this visitor there is no key.
            opened[sealed] = ""
    return opened[sealed]


def _fernet(request: HttpRequest, *, create: bool = False) -> Fernet:
    """Return the cipher of this browser. Raises ValueError when it has no secret and `create` is not set."""
    secret = getattr(request, "key_secret", "") or request.COOKIES.get(settings.VAULT_COOKIE_NAME, "")
    try:
        fernet = Fernet(secret)
    except ValueError:
        if not create:
            raise
        secret = Fernet.generate_key().decode("ascii")
        fernet = Fernet(secret)
    if create:
        # `set_key_cookie` sends it, also when the browser had it before: its cookie lasts MAX_AGE from now.
        request.key_secret = secret  # type: ignore[attr-defined]
    return fernet
