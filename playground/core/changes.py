"""Say that something has changed to the requests that wait for it, in all forks of the process that imported this.

It is a hint: a change may be missed, and the request then waits until its time is over.
"""

import mmap
import struct
import time
from typing import Final
from zlib import crc32

# Topics that share a slot end each other's waits, which costs one needless answer.
_SLOTS: Final = 4096
_TIME: Final = struct.Struct("d")
# For each slot the time of the last change. Shared by all forks; eight aligned bytes are written at once.
_times: Final = mmap.mmap(-1, _SLOTS * _TIME.size)


def note_change(topic: str) -> None:
    """End the waits for `topic`. Call it after the change can be read."""
    _TIME.pack_into(_times, _place(topic), time.monotonic())


def has_changed(topic: str, since: float) -> bool:
    """Return whether `topic` has changed after `since`, a time of the monotonic clock."""
    return bool(_TIME.unpack_from(_times, _place(topic))[0] > since)


def _place(topic: str) -> int:
    return crc32(topic.encode()) % _SLOTS * _TIME.size
