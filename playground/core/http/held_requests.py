"""Hold a request until something changes, for a second at most and without a thread.

A GET whose query has `hold=SINCE:TOPIC,TOPIC` waits until one of the topics has changed after SINCE, a time that an
earlier response named (`core/changes.py`).
"""

import re
import time
from dataclasses import dataclass
from typing import Final

from playground.core.changes import has_changed

HOLD_SECONDS: Final = 1.0
# How often changes are looked for while a request is held.
CHECK_SECONDS: Final = 0.005
_HOLD: Final = re.compile(rb"GET [^ ]*[?&]hold=(\d{1,12}\.\d{1,9}):([0-9A-Za-z,]{1,4000})[& ]")


@dataclass(frozen=True, slots=True)
class Hold:
    """What a request waits for."""

    topics: tuple[str, ...]
    since: float
    until: float

    def is_over(self, now: float) -> bool:
        """Return whether the request may be answered."""
        return now >= self.until or any(has_changed(topic, self.since) for topic in self.topics)


def read_hold(head: bytes) -> Hold | None:
    """Return what the request with this head waits for; None when it is to be answered at once."""
    match = _HOLD.match(head)
    if match is None:
        return None
    now = time.monotonic()
    hold = Hold(tuple(match[2].decode().split(",")), float(match[1]), now + HOLD_SECONDS)
    return None if hold.is_over(now) else hold
