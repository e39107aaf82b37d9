"""The program that called and now waits: how to wait with it, and how to see that it has left."""

import math
import select
import socket
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Final

# How often a call that waits for a drawing looks whether its caller is still there, in seconds.
LOOK_EVERY: Final = 0.5
# Linux tells when the other end closed even while bytes are unread; elsewhere only a full close is seen.
_CLOSED: Final = getattr(select, "POLLRDHUP", 0)


class CallerLeft(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever waits for an answer. `account` tells callers apart; without `connection` they never leave."""

    account: str
    connection: socket.socket | None = None

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass (0 only looks). Raises CallerLeft as soon as the caller's side is closed."""
        seconds = max(0.0, seconds)
        if self.connection is None:
            threading.Event().wait(seconds)
            return
        poll = select.poll()
        poll.register(self.connection, _CLOSED)
        if poll.poll(math.ceil(seconds * 1000)):
            raise CallerLeft

    def wait_for[Result](self, future: Future[Result]) -> Result:
        """The result of `future`, or its exception. Raises CallerLeft when the caller leaves before."""
        while not wait([future], LOOK_EVERY).done:
            self.wait(0)
        return future.result()
