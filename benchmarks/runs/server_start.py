"""Measure `manage.py serve` from its start to the first answered page, and the idle memory of all processes.

Run: `python -m benchmarks.runs.server_start [rounds]`. The first start makes database, translations and static
files; later ones have them. The anchor is starting Python and importing Django and Pillow alone. Medians.
"""

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.helpers.databases import ROOT
from tests.helpers.process_costs import family, pss_mb
from tests.helpers.server import ServerProcess


def bare_seconds() -> float:
    """An interpreter that imports Django, Pillow and gunicorn, and ends."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import django.forms, PIL.Image, gunicorn.app.base"], cwd=ROOT, check=True)
    return time.perf_counter() - started


def start(server: ServerProcess) -> float:
    """Seconds until the first page came."""
    started = time.perf_counter()
    server.start()
    with urllib.request.urlopen(server.url, timeout=30) as page:
        assert page.status == 200
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Start again and again."""
    with tempfile.TemporaryDirectory() as name:
        server = ServerProcess(Path(name) / "server", {"WEB_WORKERS": "2", "WEB_THREADS": "600"})
        first, seconds, memory, bare = start(server), [], [], []
        server.stop()
        for _ in range(rounds):
            bare.append(bare_seconds())
            seconds.append(start(server))
            time.sleep(3)
            assert server.process
            memory.append(pss_mb(server.process.pid))
            count = len(family(server.process.pid))
            server.stop()
    took, alone = statistics.median(seconds), statistics.median(bare)
    print(f"first start {first:.2f} s; later {took:.2f} s (at most 1.5) = {took / alone:.1f} times imports alone")
    print(f"idle memory of {count} processes {statistics.median(memory):.0f} MB (at most 130)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
