"""A Redis cache that may be unreachable: then requests are slower, and none fails."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
# Entries that could not be replaced or deleted while Redis was unreachable expire after this time.
MAX_SECONDS: Final = 600


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; while Redis does not answer, it is empty."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int | None:
        """Return the seconds until an entry expires, MAX_SECONDS at most."""
        seconds = super().get_backend_timeout(timeout)
        return MAX_SECONDS if seconds is None else min(int(seconds), MAX_SECONDS)

    def add(self, *args: Any, **options: Any) -> bool:
        """Add an entry; False when it exists. True when Redis does not answer, so that the caller goes on."""
        return bool(self._call_or_default(lambda: super(ForgivingRedisCache, self).add(*args, **options), True))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._call_or_default(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **options: Any) -> None:
        self._call_or_default(lambda: super(ForgivingRedisCache, self).set(*args, **options), None)

    def delete(self, *args: Any, **options: Any) -> bool:
        return bool(self._call_or_default(lambda: super(ForgivingRedisCache, self).delete(*args, **options), False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._call_or_default(lambda: super(ForgivingRedisCache, self).has_key(key, version), False))

    def _call_or_default(self, call: Callable[[], Any], default: Any) -> Any:
        try:
            return call()
        except RedisError as error:
            logger.warning("the cache didn't respond: %s", type(error).__name__)
            return default
