"""When a page should ask about a run again: seldom while its end is far, often near it."""

from datetime import datetime
from typing import Final

from playground.runs.models import Run, State

NEAR: Final = 0.5
QUEUED: Final = 1.0
FAR: Final = 4.0
_MARGIN_SECONDS: Final = 3
# Refusals and broken connections come early.
_EARLY_SECONDS: Final = 5


def wait_seconds(run: Run, at: datetime) -> float:
    """Seconds from `at` until a look at this active run is worth it."""
    if run.state == State.QUEUED:
        return QUEUED
    elapsed = run.elapsed(at)
    left = run.expected_low - _MARGIN_SECONDS - elapsed
    if left <= NEAR or run.cancel_requested:
        return NEAR
    return min(QUEUED if elapsed < _EARLY_SECONDS else FAR, left)
