"""How far the end of this server has come; the launcher says it, all of its processes know it.

A signal to the process group reaches every process at once, but they have to end in order: first the runs, then the
pages on which they are followed. So forks ignore signals until this says that it is their turn.
"""

import mmap
from enum import IntEnum
from typing import Final

from django.conf import settings

# One signal to a process group may come twice: make gets it and passes it on.
SAME_SIGNAL_SECONDS: Final = 1.0


class Phase(IntEnum):
    """SERVING; DRAINING: nothing new starts, what was sent gets its time; ENDING: whatever is left is broken off."""

    SERVING = 0
    DRAINING = 1
    ENDING = 2


# Shared by all forks of the process that imported this: the phase, and whether it is the web server's turn.
_shared: Final = mmap.mmap(-1, 2)


def phase() -> Phase:
    """How far it is."""
    return Phase(_shared[0])


def advance(to: Phase) -> None:
    """It is so far now; it never goes back."""
    _shared[0] = max(_shared[0], to)


def is_web_ending() -> bool:
    """Whether the web server is to end, too."""
    return bool(_shared[1])


def end_web() -> None:
    """From now on signals end the web server."""
    _shared[1] = 1


def is_updating() -> bool:
    """Whether nothing new can be taken, because the only server there is ends. Others would take it."""
    return settings.IS_ALONE and phase() is not Phase.SERVING


def reset() -> None:
    """Serve again: for tests, whose process goes on."""
    _shared[0] = _shared[1] = 0
