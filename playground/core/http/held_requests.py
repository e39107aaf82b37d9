"""Hold a request until something changes, for a second at most and without a thread.

A GET whose query has `hold=SINCE:TOPIC,TOPIC` waits until one of the topics has changed after SINCE, a time that an
earlier response named (`core/change_notices.py`).
"""

import math
import re
import time
from dataclasses import dataclass
from typing import Final

from playground.core import change_notices

HOLD_SECONDS: Final = 1.0
# Many changes come at once: look for them at most this often.
CHECK_SECONDS: Final = 0.01
_HOLD: Final = re.compile(rb"GET [^ ]*[?&]hold=(\d{1,12}\.\d{1,9}):([0-9A-Za-z,]{1,4000})[& ]")


@dataclass(frozen=True, slots=True)
class Hold:
    """The condition that ends the wait of a request: a change of a topic after `since`, or the time `until`."""

    topics: tuple[str, ...]
    since: float
    until: float

    def is_over(self, now: float) -> bool:
        """Return whether the request may be answered."""
        return now >= self.until or any(change_notices.has_changed(topic, self.since) for topic in self.topics)


def read_hold(head: bytes) -> Hold | None:
    """Return what the request with this head waits for; None when it is to be answered at once."""
    match = _HOLD.match(head)
    if match is None:
        return None
    now = time.monotonic()
    hold = Hold(tuple(match[2].decode().split(",")), float(match[1]), now + HOLD_SECONDS)
    return None if hold.is_over(now) else hold


class HeldRequests[Connection]:
    """The connections whose requests are held in this process."""

    def __init__(self) -> None:
        self._held: list[tuple[Connection, Hold]] = []
        self._checked_at = 0.0
        self._next_check = math.inf

    def add(self, connection: Connection, hold: Hold) -> None:
        """Hold the request of a connection."""
        self._held.append((connection, hold))
        self._next_check = min(self._next_check, hold.until)

    def notice_change(self, pipe: int) -> None:
        """Look for changes soon: the pipe of this process has become readable."""
        change_notices.drain_pipe(pipe)
        self._next_check = min(self._next_check, self._checked_at + CHECK_SECONDS)

    def seconds_to_next_check(self) -> float:
        """Return the seconds after which `take_due` may find something."""
        return max(0.0, self._next_check - time.monotonic()) if self._held else math.inf

    def take_due(self, *, end_all: bool) -> list[Connection]:
        """Remove and return the connections whose wait is over, with `end_all` all."""
        now = time.monotonic()
        if now < self._next_check and not end_all:
            return []
        held, due, self._held = self._held, [], []
        for connection, hold in held:
            if end_all or hold.is_over(now):
                due.append(connection)
            else:
                self._held.append((connection, hold))
        self._checked_at = now
        self._next_check = min((hold.until for _, hold in self._held), default=math.inf)
        return due
