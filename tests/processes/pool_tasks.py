"""What the pool's tests let child processes do. Imported by the children, so it must stay small."""

import os
import sys
from pathlib import Path


def chore(what: str) -> object:
    """Do as told (`die-once PATH`: die unless PATH exists), or say it back."""
    match what.split(" ", 1):
        case ["pid"]:
            return os.getpid()
        case ["niceness"]:
            return os.nice(0)
        case ["modules"]:
            return sorted(sys.modules)
        case ["raise", words]:
            raise KeyError(words)
        case ["die"]:
            os._exit(1)
        case ["die-once", path]:
            _die_once(Path(path))
            return "alive"
        case ["block", path]:
            # Opening a pipe waits for the test to open its other end.
            return Path(path).read_text()
    return what


def _die_once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os._exit(1)
