"""Sums in memory that all processes of one server share, so that any of them can answer for all."""

import fcntl
import mmap
import os
import tempfile
import threading
from collections.abc import Iterable
from operator import add
from typing import Final

_CELL_BYTES: Final = 8


class SharedCounts:
    """A table of numbers. Made before the processes are forked; each of them adds to a row of its own.

    It is no file: when the disk is full, writing to a mapped file ends the process.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._columns, self._rows = columns, rows
        self._cells = memoryview(mmap.mmap(-1, columns * rows * _CELL_BYTES)).cast("d")
        # Never written. A process locks the byte with the number of its row, until it ends in whatever way.
        self._row_locks = tempfile.TemporaryFile()  # noqa: SIM115
        self._lock = threading.Lock()
        self._pid = self._start = 0

    def add(self, amounts: Iterable[tuple[int, float]]) -> None:
        """Add amounts to columns."""
        with self._lock:
            if self._pid != os.getpid():
                self._take_row()
            for column, amount in amounts:
                self._cells[self._start + column] += amount

    def totals(self) -> list[float]:
        """Return the sum of each column over all processes, also over those that have ended."""
        totals = [0.0] * self._columns
        for start in range(0, self._columns * self._rows, self._columns):
            totals = list(map(add, totals, self._cells[start : start + self._columns]))
        return totals

    def _take_row(self) -> None:
        """Continue the row of a process that has ended, so that sums never go back."""
        # With more processes than rows, the last row is shared and may miss a few.
        row = next(filter(self._lock_row, range(self._rows)), self._rows - 1)
        self._pid, self._start = os.getpid(), row * self._columns

    def _lock_row(self, row: int) -> bool:
        try:
            fcntl.lockf(self._row_locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
        except OSError:
            return False
        return True
