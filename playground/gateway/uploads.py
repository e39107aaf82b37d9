"""Folders for files that were sent with a call: each lives as long as its call."""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playground import scratch

SWEEP_EVERY: Final = 3600.0


class Uploads:
    """Hands out folders below `root`, and now and then removes what killed workers left there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_sweep = 0.0

    @property
    def root(self) -> Path:
        """Where the folders are."""
        return scratch.folder("uploads")

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """A new folder that nobody else can read, removed at the end whatever happens."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._sweep_if_due(time.monotonic())
        folder = Path(tempfile.mkdtemp(dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, at: float) -> None:
        """Remove folders that are left behind at `at`, in seconds of Unix time."""
        for folder in self.root.iterdir():
            # Another worker may be sweeping too.
            with contextlib.suppress(FileNotFoundError):
                if at - folder.stat().st_mtime > scratch.LEFT_BEHIND_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

    def _sweep_if_due(self, at: float) -> None:
        with self._lock:
            if at < self._next_sweep:
                return
            self._next_sweep = at + SWEEP_EVERY
        self.sweep(time.time())


uploads = Uploads()
