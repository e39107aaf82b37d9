"""Process trees from /proc, and their costs: PSS memory, and CPU with Pillow's children apart."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# Every child that touches pictures is `python -m` this module.
_PICTURES = b"playground.processes.child"


def children(pid: int) -> list[int]:
    """The processes that it started; none when it is gone."""
    try:
        lists = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for words in lists for child in words]


def descendants(pid: int) -> list[int]:
    """The processes that it started, each followed by its own."""
    return [descendant for child in children(pid) for descendant in family(child)]


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    return [pid, *descendants(pid)]


def pss_mb(pid: int) -> float:
    """Memory of the process and its descendants in MB; pages that several share count once."""
    total = 0.0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    return total


def cpu_ms(pid: int) -> tuple[float, float]:
    """CPU used so far by the process and its living descendants: all but Pillow's children, and those."""
    server = pictures = 0.0
    for member in family(pid):
        try:
            words = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            used = (int(words[11]) + int(words[12])) * _TICK_MS
            is_child = _PICTURES in Path(f"/proc/{member}/cmdline").read_bytes()
        except OSError:
            continue
        server, pictures = (server, pictures + used) if is_child else (server + used, pictures)
    return server, pictures


@dataclass(slots=True)
class Peak:
    """While it is open, the most memory that the process and its descendants had at once, in MB."""

    pid: int
    every_seconds: float = 0.05
    peak: float = 0.0
    idle: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def growth(self) -> float:
        """The peak above what there was at the start, in MB."""
        return self.peak - self.idle

    def __enter__(self) -> Self:
        self.idle = self.peak = pss_mb(self.pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        assert self._thread
        self._thread.join()
        self.peak = max(self.peak, pss_mb(self.pid))

    def _watch(self) -> None:
        while not self._over.wait(self.every_seconds):
            self.peak = max(self.peak, pss_mb(self.pid))
