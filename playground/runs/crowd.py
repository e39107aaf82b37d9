"""How much is going on, about: what decides how often pages ask."""

import threading
import time
from typing import Final

from playground.runs.models import ACTIVE, Run

_KEPT_SECONDS: Final = 2.0
_lock = threading.Lock()
_known: tuple[float, int] = (-_KEPT_SECONDS, 0)


def active_runs() -> int:
    """How many runs of all visitors wait or run, as of two seconds ago at most."""
    global _known
    with _lock:
        asked_at, count = _known
        now = time.monotonic()
        if now - asked_at < _KEPT_SECONDS:
            return count
        # Whoever comes meanwhile takes the old number.
        _known = (now, count)
    count = Run.objects.filter(state__in=ACTIVE).count()
    _known = (now, count)
    return count
