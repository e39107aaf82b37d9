"""API keys: create, hash and find them, authenticate requests, and slow down guesses."""

import base64
import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from playground.core.db.transactions import release_connection, serialized_write
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import PREFIX_LENGTH, ApiKey
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import is_demo_key

RANDOM_BYTES: Final = 20
# A typing error or two cost nothing; then the delay doubles with each guess.
FREE_GUESSES: Final = 5
FIRST_DELAY_SECONDS: Final = 0.05
MAX_DELAY_SECONDS: Final = 1.0
# Seconds after which an address that stopped guessing is forgotten.
FORGET_AFTER_SECONDS: Final = 600.0
# Keys that a throttle tracks; the oldest are dropped first.
MAX_TRACKED: Final = 10_000
# Threads that may be delayed at once; pages need the others.
MAX_DELAYED_REQUESTS: Final = 16
RETRY_AFTER_SECONDS: Final = 10


def hash_key(key: str) -> str:
    """Hash a key for the database. A fast hash is enough for 160 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_key() -> str:
    """Create a key of 160 random bits: `cr_` and 32 letters and digits, with a unique prefix."""
    # Commands and the log name a key by its prefix, so it must be unique.
    while True:
        key = f"cr_{base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()}"
        if not ApiKey.objects.filter(prefix=key[:PREFIX_LENGTH]).exists():
            return key


def find_key(key: str) -> ApiKey | None:
    """Find the row of a key; None for an unknown key. The first call with a demo key creates its row."""
    api_key = ApiKey.objects.filter(hash=hash_key(key)).first()
    if api_key is None and is_demo_key(key, settings.SECRET_KEY):
        values = {"prefix": key[:PREFIX_LENGTH], "is_demo": True}
        # Two first calls with one demo key may come at once.
        with serialized_write():
            api_key, _ = ApiKey.objects.get_or_create(hash=hash_key(key), defaults=values)
    return api_key


def check_key(api_key: ApiKey, now: datetime | None = None) -> None:
    """Raise ApiError `key_expired`, or `invalid_api_key` for a disabled key."""
    if api_key.expires_at is not None and api_key.expires_at <= (now or timezone.now()):
        raise ApiError("key_expired")
    if api_key.is_disabled:
        raise ApiError("invalid_api_key")


def authenticate(request: HttpRequest, call_log: CallLog) -> ApiKey:
    """Return the key of `Authorization: Bearer …` (RFC 6750), and note it in `call_log`.

    Raises ApiError `invalid_api_key` or `key_expired`, and ClientDisconnected during the delay after a guess.
    """
    # A session cookie is no credential here: any page could call the API with it.
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise ApiError("invalid_api_key", "Send your API key as 'Authorization: Bearer cr_…'.")
    api_key = find_key(token)
    if api_key is None:
        # The delay must not take a database connection from others.
        release_connection()
        _delay_key_guessing(request)
        raise ApiError("invalid_api_key")
    call_log.key, call_log.key_id, call_log.daily_images = api_key.prefix, api_key.pk, api_key.daily_images
    check_key(api_key)
    return api_key


class AttemptThrottle[Key: Hashable]:
    """Delays attempts by key (a user name, an address) in this process: each waits twice as long as the one before.

    The first `free` attempts wait for nothing; a key without attempts for `forget_after` seconds starts again.
    `now` is the time of any monotonic clock.
    """

    def __init__(
        self, *, free: int, first_wait: float, longest_wait: float, forget_after: float = float("inf")
    ) -> None:
        self.free = free
        self.first_wait = first_wait
        self.longest_wait = longest_wait
        self.forget_after = forget_after
        self._lock = threading.Lock()
        self._seen: OrderedDict[Key, tuple[int, float]] = OrderedDict()

    def add(self, key: Key, now: float) -> float:
        """Count an attempt. Return the seconds by which its answer should be delayed."""
        with self._lock:
            count, _ = self._attempts(key, now)
            self._record(key, count + 1, now)
            return self._wait_after(count)

    def begin(self, key: Key, now: float) -> float:
        """Count an attempt and return 0; or return the seconds until one is allowed."""
        with self._lock:
            count, last = self._attempts(key, now)
            seconds = last + self._wait_after(count) - now
            if seconds > 0:
                return seconds
            self._record(key, count + 1, now)
            return 0.0

    def forget(self, key: Key) -> None:
        """Drop the attempts of a key, after a correct one."""
        with self._lock:
            self._seen.pop(key, None)

    def _attempts(self, key: Key, now: float) -> tuple[int, float]:
        """Return the number of attempts that count, and the time of the last one."""
        count, last = self._seen.get(key, (0, now))
        return (0, now) if now - last > self.forget_after else (count, last)

    def _record(self, key: Key, count: int, now: float) -> None:
        self._seen[key] = count, now
        self._seen.move_to_end(key)
        if len(self._seen) > MAX_TRACKED:
            self._seen.popitem(last=False)

    def _wait_after(self, count: int) -> float:
        doublings = count - self.free
        return 0.0 if doublings < 0 else min(self.longest_wait, self.first_wait * 2.0 ** min(doublings, 10))


def make_guess_throttle() -> AttemptThrottle[str]:
    """Create a throttle of unknown keys by address."""
    return AttemptThrottle(
        free=FREE_GUESSES,
        first_wait=FIRST_DELAY_SECONDS,
        longest_wait=MAX_DELAY_SECONDS,
        forget_after=FORGET_AFTER_SECONDS,
    )


@contextmanager
def delayed_request() -> Iterator[None]:
    """Count a request as delayed. Raises ApiError `service_overloaded` when too many are."""
    if not _delayed_requests.acquire(blocking=False):
        raise ApiError("service_overloaded", retry_after=RETRY_AFTER_SECONDS)
    try:
        yield
    finally:
        _delayed_requests.release()


def _delay_key_guessing(request: HttpRequest) -> None:
    # By address, since the guessed keys all differ. A known key never waits.
    seconds = key_guesses.add(request.META.get("REMOTE_ADDR", ""), time.monotonic())
    if seconds:
        with delayed_request():
            ClientConnection("", request.META.get("gunicorn.socket")).wait(seconds)


key_guesses = make_guess_throttle()
_delayed_requests = threading.BoundedSemaphore(MAX_DELAYED_REQUESTS)
