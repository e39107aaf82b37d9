"""Run a function repeatedly in one child process; parent and child exchange pickles through a pipe.

The child is a new program, not a fork of the web server, so it has no threads, locks or Django from there. It ends
when the pipe closes, so no child outlives its parent, however the parent died.
"""

import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
# A task that takes longer ends its child.
MAX_TASK_SECONDS: Final = 60
# The child processes by their work: draw demo images, check uploads, decode for a page, lock masked edits, and make
# thumbnails in the background.
DRAWING: Final = "drawing"
UPLOADS: Final = "uploads"
DECODER: Final = "decoder"
MASK_LOCK: Final = "mask_lock"
THUMBNAILS: Final = "thumbnails"
POOLS: Final = (DRAWING, UPLOADS, DECODER, MASK_LOCK, THUMBNAILS)
# Called with the name of the pool and the seconds that a task waited: this package knows no metrics.
wait_observers: Final[list[Callable[[str, float], None]]] = []


def report_wait(pool: str, seconds: float) -> None:
    """Tell the observers that a task has waited for a child."""
    for observe in wait_observers:
        observe(pool, seconds)


class ChildLostError(Exception):
    """The child ended during a task, or could not start."""


class ChildTaskError(Exception):
    """The function raised. Holds the type and the traceback, not the message, which may quote the request."""


class ChildProcess:
    """The parent's side. `target` is `module:function`; arguments and results are pickled. `niceness` is 0 to 19."""

    def __init__(self, target: str, *, niceness: int = 0) -> None:
        self._pipe, child_pipe = Pipe()
        command = [sys.executable, "-m", __name__, target, str(child_pipe.fileno()), str(niceness)]
        # The parent's copy must be closed, or the pipe would stay open after the child's death.
        with child_pipe:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[child_pipe.fileno()]
            )

    def run(self, argument: object) -> Any:
        """Return the function's result for `argument`. Raises ChildTaskError or ChildLostError."""
        try:
            self._pipe.send(argument)
            result, failure = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise ChildLostError from error
        if failure:
            raise ChildTaskError(failure)
        return result

    @property
    def is_alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the child at once."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def serve_tasks(target: str, pipe: Connection, niceness: int) -> None:
    """Run in the child: carry out tasks until the parent is gone."""
    # Ctrl-C reaches the whole process group. The parent decides when a child ends, by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # In the child: preexec_fn is not safe in a process with threads.
    os.nice(niceness)
    # Pillow warns of every irregularity in a file; those of uploads must not fill the server's log.
    warnings.simplefilter("ignore")
    module, _, name = target.partition(":")
    function = getattr(import_module(module), name)
    try:
        while True:
            argument = pipe.recv()
            signal.alarm(MAX_TASK_SECONDS)
            outcome = _run_task(function, argument)
            signal.alarm(0)
            pipe.send(outcome)
    except (EOFError, OSError):
        return


def _run_task(function: Any, argument: object) -> tuple[Any, str]:
    try:
        return function(argument), ""
    except Exception as error:  # the child must survive whatever a task raises
        return None, f"{type(error).__name__} at\n{''.join(traceback.format_tb(error.__traceback__))}"


if __name__ == "__main__":
    serve_tasks(sys.argv[1], Connection(int(sys.argv[2])), int(sys.argv[3]))
