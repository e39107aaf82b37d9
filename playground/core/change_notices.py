"""Tell requests that wait for a change, in all forks of the process that imported this, that it has come.

It is a hint: a change may be missed, and the request then waits until its time is over.
"""

import contextlib
import mmap
import os
import struct
import time
from typing import Final
from zlib import crc32

# Topics that share a slot end each other's waits, which costs one needless answer.
_SLOTS: Final = 4096
_TIME: Final = struct.Struct("d")
# For each slot the time of the last change. Shared by all forks; eight aligned bytes are written at once.
_times: Final = mmap.mmap(-1, _SLOTS * _TIME.size)
# A pipe for each web process that holds requests: its end to read, and its end to write.
_pipes: Final[list[tuple[int, int]]] = []


def open_pipes(count: int) -> None:
    """Make the pipes that wake web processes, before the forks."""
    for _ in range(count):
        ends = os.pipe()
        for end in ends:
            os.set_blocking(end, False)
        _pipes.append(ends)


def wake_pipe(number: int) -> int | None:
    """Return what becomes readable in web process `number` after each change."""
    return _pipes[number % len(_pipes)][0] if _pipes else None


def drain_pipe(pipe: int) -> None:
    """Make a pipe wait for the next change."""
    with contextlib.suppress(BlockingIOError):
        os.read(pipe, 65_536)


def note_change(topic: str) -> None:
    """End the waits for `topic`. Call it after the change can be read."""
    _TIME.pack_into(_times, _place(topic), time.monotonic())
    for _, writable in _pipes:
        # A full pipe already wakes its process.
        with contextlib.suppress(BlockingIOError):
            os.write(writable, b"!")


def has_changed(topic: str, since: float) -> bool:
    """Return whether `topic` has changed after `since`, a time of the monotonic clock."""
    return bool(_TIME.unpack_from(_times, _place(topic))[0] > since)


def _place(topic: str) -> int:
    return crc32(topic.encode()) % _SLOTS * _TIME.size
