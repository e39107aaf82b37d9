"""When a page should ask about a run again: seldom while its end is far, often near it, and seldom in a crowd."""

from datetime import datetime
from typing import Final

from playground.runs.models import Run, State

NEAR: Final = 0.5
QUEUED: Final = 1.0
FAR: Final = 4.0
# A thousand pages that ask twice a second leave no time for anything else; with this many runs at once waits double.
CROWD: Final = 350
_LONGEST: Final = 5.0
_LONGEST_FAR: Final = 8.0
# Some pictures come before their time; in a crowd nobody looks out for them long.
_MARGIN_SECONDS: Final = 3
# Refusals and broken connections come early.
_EARLY_SECONDS: Final = 5


def wait_seconds(run: Run, at: datetime, crowd: int = 0) -> float:
    """Seconds from `at` until a look at this active run is worth it, with `crowd` runs going on at once."""
    pace = max(1.0, crowd / CROWD)
    near, early = min(_LONGEST, NEAR * pace), min(_LONGEST, QUEUED * pace)
    if run.state == State.QUEUED:
        return early
    elapsed = run.elapsed(at)
    left = run.expected_low - _MARGIN_SECONDS / pace - elapsed
    if left <= near or run.cancel_requested:
        return near
    is_early = elapsed + early < _EARLY_SECONDS
    return min(early if is_early else min(_LONGEST_FAR, FAR * pace), left)
