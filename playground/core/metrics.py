"""Counters for operators: collected in memory for a second, then added up in the database for all processes.

Names and labels come from lists in the code: never a prompt, a key, or a text of a visitor or a provider.
"""

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.dispatch import Signal

logger = logging.getLogger(__name__)
# Sent once a second while something is counted; `counts` maps keys (`metric_key`) to what was added.
counts_flushed: Final = Signal()
# Upper bounds of the histogram buckets in seconds: a call takes about a minute, and some proxies end it after 100 s.
BUCKETS: Final = (1, 2, 5, 10, 20, 30, 45, 60, 80, 100, 120, 150, 180, 300)
_FLUSH_SECONDS: Final = 1.0
_lock = threading.Lock()
_counted: Counter[str] = Counter()
_state = {"is_due": False, "is_known": False}


def increment(name: str, labels: Mapping[str, str], by: int = 1) -> None:
    """Add `by` to a counter. Do nothing while METRICS is off."""
    if settings.METRICS and by:
        _add({metric_key(name, labels): by})


def observe(name: str, seconds: float, labels: Mapping[str, str]) -> None:
    """Add a duration to a histogram. Do nothing while METRICS is off."""
    if settings.METRICS:
        bucket = next((str(bound) for bound in BUCKETS if seconds <= bound), "+Inf")
        milliseconds = round(max(0.0, seconds) * 1000)
        _add({metric_key(name, {**labels, "le": bucket}): 1, metric_key(f"{name}_sum", labels): milliseconds})


def metric_key(name: str, labels: Mapping[str, str]) -> str:
    """Return the key of a count's row: the name and the sorted labels."""
    return ";".join([name, *(f"{label}={value}" for label, value in sorted(labels.items()))])[:200]


def flush_metrics() -> None:
    """Send what was counted since the last flush. Keep it for the next time when the database does not take it."""
    with _lock:
        counted, _state["is_due"] = Counter(_counted), False
        _counted.clear()
    try:
        counts_flushed.send(sender=None, counts=counted)
    except DatabaseError as error:
        logger.warning("counts are written later: %s", type(error).__name__)
        _add(counted)


def _add(counted: Mapping[str, int]) -> None:
    with _lock:
        _counted.update(counted)
        if _state["is_due"]:
            return
        _state["is_due"] = True
        if not _state["is_known"]:
            _state["is_known"] = True
            atexit.register(_flush_at_exit)
    timer = threading.Timer(_FLUSH_SECONDS, _flush_and_close)
    timer.daemon = True
    timer.start()


def _flush_and_close() -> None:
    try:
        flush_metrics()
    finally:
        connection.close()


def _flush_at_exit() -> None:
    if _counted:
        _flush_and_close()
