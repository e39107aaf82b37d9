"""One long-lived child a process that touches pictures, so that a hostile file costs a child and not the server.

The child has limits of CPU and memory, and is replaced after 200 files or when it hits one.
"""

import atexit
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Final

from playground.pixels import decode, encode
from playground.pixels.decode import PictureError, PictureFacts
from playground.pixels.encode import Conversion

CPU_SECONDS: Final = 20
MEMORY_BYTES: Final = 2 * 1024**3
FILES_A_CHILD: Final = 200

_lock = threading.Lock()
_pool: ProcessPoolExecutor | None = None


def inspect(path: Path) -> PictureFacts:
    """What the picture is. Raises PictureError, with `limit` when it cost too much to find out."""
    return _run(decode.inspect, path)


def convert(source: Path, target: Path, conversion: Conversion) -> None:
    """Write the picture in another format. Raises PictureError."""
    _run(encode.convert, source, target, conversion)


def thumbnail(source: Path, target: Path) -> None:
    """Write a small picture for lists. Raises PictureError."""
    _run(encode.thumbnail, source, target)


def _run[**P, T](work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    for is_last in (False, True):
        pool = _open()
        try:
            return pool.submit(_limited, partial(work, *args, **kwargs)).result()
        except BrokenProcessPool as error:
            _drop(pool)
            # The child may have died of the file before this one: once more, in a fresh child.
            if is_last:
                raise PictureError("limit") from error
    raise AssertionError("unreachable")


def _limited[T](work: Callable[[], T]) -> T:
    """In the child: allow this file CPU_SECONDS more than what earlier files used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return work()


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _end_with_parent(parent: int) -> None:
    """A parent that was killed cannot close its child; the child notices."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


def _open() -> ProcessPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare,
                max_tasks_per_child=FILES_A_CHILD,
            )
        return _pool


def _drop(broken: ProcessPoolExecutor) -> None:
    global _pool
    with _lock:
        if _pool is broken:
            _pool = None
    broken.shutdown(wait=False, cancel_futures=True)


def close() -> None:
    """End the child, at the end of the process."""
    if _pool is not None:
        _drop(_pool)


atexit.register(close)
