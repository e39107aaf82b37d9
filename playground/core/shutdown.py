"""The phase of a shutdown: set by the launcher, read by all of its processes.

A signal to the process group reaches every process at once, but they have to end in order: first the worker, then the
web server, whose pages still show the end of runs. So forks ignore signals until the phase allows them to end.
"""

import mmap
from enum import IntEnum
from typing import Final

from django.conf import settings

# A signal to the process group can arrive twice: `make` gets it, too, and passes it on.
SAME_SIGNAL_SECONDS: Final = 1.0


class Phase(IntEnum):
    """SERVING; DRAINING: no run starts, sent calls may finish; ENDING: everything else is aborted."""

    SERVING = 0
    DRAINING = 1
    ENDING = 2


# Shared by all forks of the process that imported this module: the phase, and whether the web server may end.
_shared: Final = mmap.mmap(-1, 2)


def phase() -> Phase:
    return Phase(_shared[0])


def advance(to: Phase) -> None:
    """Enter a later phase; an earlier one is ignored."""
    _shared[0] = max(_shared[0], to)


def is_web_ending() -> bool:
    """Return True if signals end the web server."""
    return bool(_shared[1])


def end_web() -> None:
    """Let signals end the web server from now on."""
    _shared[1] = 1


def is_updating() -> bool:
    """Return True while the only server shuts down, so that it must refuse new work."""
    return settings.IS_ALONE and phase() is not Phase.SERVING


def reset() -> None:
    """Return to SERVING, for tests."""
    _shared[0] = _shared[1] = 0
