"""A cache that may be away: without it everything is slower, and nothing fails."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
# What could not be replaced while the cache was away must not be found in it for long.
LONGEST_SECONDS: Final = 600


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; when Redis does not answer, nothing is in it."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int | None:
        """Seconds until it is forgotten, LONGEST_SECONDS at most."""
        seconds = super().get_backend_timeout(timeout)
        return LONGEST_SECONDS if seconds is None else min(int(seconds), LONGEST_SECONDS)

    def add(self, *args: Any, **options: Any) -> bool:
        """False when it was there already; who cannot ask may go on as the first."""
        return bool(self._forgiving(lambda: super(ForgivingRedisCache, self).add(*args, **options), True))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """What is kept, else the default."""
        return self._forgiving(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **options: Any) -> None:
        """Keep it, if that can be done."""
        self._forgiving(lambda: super(ForgivingRedisCache, self).set(*args, **options), None)

    def delete(self, *args: Any, **options: Any) -> bool:
        """Whether it was there and is gone."""
        return bool(self._forgiving(lambda: super(ForgivingRedisCache, self).delete(*args, **options), False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether it is kept."""
        return bool(self._forgiving(lambda: super(ForgivingRedisCache, self).has_key(key, version), False))

    def _forgiving(self, act: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return act()
        except RedisError as error:
            logger.warning("the cache did not answer: %s", type(error).__name__)
            return otherwise
