"""One child process that runs a function again and again: both ends of the pipe.

A process of its own program, not a fork of the web server: no thread, lock or Django comes along. It ends
when the pipe closes, so no child outlives its parent, however the parent died.
"""

import os
import signal
import subprocess
import sys
import traceback
import warnings
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
# A task that takes longer than this many seconds ends its child.
LONGEST_TASK: Final = 60


class ChildLostError(Exception):
    """The child ended in the middle of a task, or could not start."""


class ChildTaskError(Exception):
    """The function raised. Says what and where, not the exception's own words: they may quote the request."""


class ChildProcess:
    """The parent's end. `target` is `module:function`; what goes in and out is pickled. `niceness` is 0 to 19."""

    def __init__(self, target: str, *, niceness: int = 0) -> None:
        ours, theirs = Pipe()
        command = [sys.executable, "-m", __name__, target, str(theirs.fileno()), str(niceness)]
        self._pipe = ours
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )

    def run(self, argument: object) -> Any:
        """The function's result for `argument`. Raises TaskFailed or ChildLost."""
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
        """Whether it still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the child at once."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def serve_tasks(target: str, pipe: Connection, niceness: int) -> None:
    """The child's end: answer tasks until the parent is gone."""
    # Stopping the server is the parent's business; the closing pipe tells.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(niceness)
    # Pillow warns of every oddity in a file; the server's log is no place for what strangers' pictures are like.
    warnings.simplefilter("ignore")
    module, _, name = target.partition(":")
    function = getattr(import_module(module), name)
    try:
        while True:
            argument = pipe.recv()
            signal.alarm(LONGEST_TASK)
            answer = _answer(function, argument)
            signal.alarm(0)
            pipe.send(answer)
    except (EOFError, OSError):
        return


def _answer(function: Any, argument: object) -> tuple[Any, str]:
    try:
        return function(argument), ""
    except Exception as error:  # whatever a task raises, the child serves the next one
        return None, f"{type(error).__name__} at\n{''.join(traceback.format_tb(error.__traceback__))}"


if __name__ == "__main__":
    serve_tasks(sys.argv[1], Connection(int(sys.argv[2])), int(sys.argv[3]))
