"""CPU, memory and open files of all processes of this server, by role, from /proc; nothing on other systems."""

import os
import resource
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LAUNCHER: Final = "launcher"
WEB: Final = "web"
WORKER: Final = "worker"
# The kernel's names of the processes (15 characters at most), which ps and top show. Forks inherit them, the children
# for images do not: they are other programs.
_NAMES: Final = {LAUNCHER: "playground", WEB: "playground-web", WORKER: "playground-work"}
_ROLES: Final = {name: role for role, name in _NAMES.items()}
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
# The process of which all others are descendants.
_root: Final = {"pid": 0}


@dataclass(slots=True)
class RoleFigures:
    """Sums over the processes of a role with the children that work for them.

    `cpu_seconds` includes children that have ended, so it never goes back while the role's first process lives.
    """

    processes: int = 0
    cpu_seconds: float = 0.0
    resident_bytes: int = 0
    open_files: int = 0
    threads: int = 0


def name_process(role: str, *, is_root: bool = False) -> None:
    """Give this process its role, for these figures and for ps and top."""
    if is_root:
        _root["pid"] = os.getpid()
    try:
        (_PROC / "self" / "comm").write_text(_NAMES[role])
    except OSError:
        return


def max_open_files() -> int:
    """Return the number of files that one process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def figures_by_role() -> dict[str, RoleFigures]:
    """Return the figures of each role."""
    figures: defaultdict[str, RoleFigures] = defaultdict(RoleFigures)
    for process, role in _descendants(_root["pid"] or os.getpid()):
        entry = figures[role]
        entry.processes += 1
        entry.cpu_seconds += process.cpu_seconds
        entry.resident_bytes += process.resident_bytes
        entry.threads += process.threads
        entry.open_files += process.open_files()
    return dict(figures)


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    name: str
    cpu_seconds: float
    resident_bytes: int
    threads: int

    def open_files(self) -> int:
        try:
            return len(os.listdir(_PROC / str(self.pid) / "fd"))
        except OSError:
            # It has ended meanwhile.
            return 0


def _descendants(root: int) -> Iterator[tuple[_Process, str]]:
    """Yield the process and its descendants with their roles; a child without a role has that of its parent."""
    children: defaultdict[int, list[_Process]] = defaultdict(list)
    pending: list[tuple[_Process, str]] = []
    for process in _all_processes():
        children[process.parent].append(process)
        if process.pid == root:
            pending.append((process, LAUNCHER))
    while pending:
        process, role = pending.pop()
        role = _ROLES.get(process.name, role)
        yield process, role
        pending += [(child, role) for child in children[process.pid]]


def _all_processes() -> Iterator[_Process]:
    try:
        pids = [entry for entry in os.listdir(_PROC) if entry.isdigit()]
    except OSError:
        return
    for pid in pids:
        try:
            text = (_PROC / pid / "stat").read_text(errors="replace")
        except OSError:
            continue
        # proc_pid_stat(5); the name is in parentheses and may hold any character.
        head, _, tail = text.rpartition(")")
        fields = tail.split()
        ticks = sum(map(int, fields[11:15]))
        yield _Process(
            pid=int(pid),
            parent=int(fields[1]),
            name=head.partition("(")[2],
            cpu_seconds=ticks / _TICKS,
            resident_bytes=int(fields[21]) * resource.getpagesize(),
            threads=int(fields[17]),
        )
