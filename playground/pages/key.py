"""The visitor's keys: one an account, kept in the session alone, shown as their last four characters.

A key ends after twelve hours without use or seven days. It is never in a URL, a log record or HTML.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from playground.imageapi.demokeys import is_demo_key, make_demo_key
from playground.imageapi.profiles import BUILTIN, ImageApi
from playground.pages import vault

IDLE: Final = timedelta(hours=12)
LIFETIME: Final = timedelta(seconds=vault.LONGEST_SECONDS)
_NOTED_EVERY: Final = timedelta(minutes=10)
_IN_SESSION: Final = "keys"


@dataclass(frozen=True, slots=True)
class KeptKey:
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
            min(self.used_at + IDLE.total_seconds(), self.saved_at + LIFETIME.total_seconds()), UTC
        )


def kept(request: HttpRequest, account: str, at: datetime | None = None) -> KeptKey | None:
    """What the session holds for `account`; None when there is no key, or it has ended."""
    entry = _entry(request, account)
    if entry is None or not entry.is_alive(at or timezone.now()):
        return None
    # Without the cookie's secret the key is as good as gone, and the page must say so.
    return entry if vault.opens(request, entry.sealed) else None


def save(request: HttpRequest, account: str, key: str, at: datetime | None = None) -> None:
    """Keep `key` for `account`, in place of an earlier one."""
    moment = (at or timezone.now()).timestamp()
    # A demo key is one wherever it comes from: whoever types one in is charged nothing either.
    is_demo = account == BUILTIN and is_demo_key(key, settings.SECRET_KEY)
    _put(request, account, KeptKey(vault.seal(request, key), key[-4:], moment, moment, is_demo))


def use(request: HttpRequest, api: ImageApi, at: datetime | None = None) -> str:
    """The key for a call to `api`; empty when the visitor has to enter one. The demo gets one silently."""
    moment = at or timezone.now()
    account = api.profile.account
    entry = kept(request, account, moment)
    if entry is not None:
        # Seldom written, so that two tabs that send at once do not overwrite each other's session.
        if moment.timestamp() - entry.used_at > _NOTED_EVERY.total_seconds():
            _put(request, account, replace(entry, used_at=moment.timestamp()))
        return vault.unseal(request, entry.sealed)
    if not api.is_builtin:
        return ""
    key = make_demo_key(settings.SECRET_KEY)
    save(request, account, key, moment)
    return key


def forget(request: HttpRequest, account: str) -> None:
    """Take the key out of the session."""
    keys = dict(request.session.get(_IN_SESSION, {}))
    if keys.pop(account, None) is not None:
        request.session[_IN_SESSION] = keys


def _entry(request: HttpRequest, account: str) -> KeptKey | None:
    said: dict[str, Any] = request.session.get(_IN_SESSION, {})
    return KeptKey(**said[account]) if account in said else None


def _put(request: HttpRequest, account: str, entry: KeptKey) -> None:
    request.session[_IN_SESSION] = {**request.session.get(_IN_SESSION, {}), account: asdict(entry)}
