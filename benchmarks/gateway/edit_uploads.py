"""Measure how long the built-in API takes to read an edit: 8 files of 5 MB, one call and eight calls at once.

Run: `python -m benchmarks.gateway.edit_uploads [rounds]`. A server runs in its own process. "read" calls are
refused for their n after all 40 MB were read, "edit" calls are carried out. Prints medians of milliseconds, and the
peak of memory above idle.
"""

import http.client
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fake_provider.pictures import noise_png
from tests.gateway.live_api import Server, serving
from tests.gateway.multipart_bodies import FORM, body_of, fields, part
from tests.helpers.process_costs import Peak, descendants

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
AT_ONCE = 8


def memory_mb(pid: int, field: str) -> float:
    """A line of the process's status, in MB: VmRSS is now, VmHWM the most so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


def call(server: Server, body: bytes) -> tuple[int, float]:
    """Status and milliseconds of one call."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Authorization": f"Bearer {server.new_key()}", "Content-Type": FORM}
    started = time.perf_counter()
    connection.request("POST", f"{server.base_url}/images/edits", body, headers)
    response = connection.getresponse()
    response.read()
    return response.status, (time.perf_counter() - started) * 1000


def report(server: Server, worker: int, name: str, body: bytes, rounds: int) -> None:
    call(server, body)
    with Peak(server.process.pid) as memory:
        alone = [call(server, body)[1] for _ in range(rounds)]
    print(f"{name}: alone {statistics.median(alone):.0f} ms, all processes +{memory.growth:.1f} MB", flush=True)
    Path(f"/proc/{worker}/clear_refs").write_text("5")
    before, started = memory_mb(worker, "VmRSS"), time.perf_counter()
    with Peak(server.process.pid) as memory, ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = {status for status, _ in pool.map(lambda _: call(server, body), range(AT_ONCE))}
    together = time.perf_counter() - started
    print(
        f"{name}: {AT_ONCE} at once {together:.1f} s, all processes +{memory.growth:.1f} MB, of it the web worker "
        f"+{memory_mb(worker, 'VmHWM') - before:.1f} MB; statuses {sorted(statuses)}",
        flush=True,
    )


def main(rounds: int) -> None:
    files = b"".join(part("image", noise_png(5_000_000), f"{number}.png") for number in range(8))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), DEMO_SECONDS="0", LOG_LEVEL="error") as server,
    ):
        small = body_of(fields(n=9), part("image", noise_png(10_000), "a.png"))
        call(server, small)
        worker = descendants(server.process.pid)[0]
        report(server, worker, "read 40 MB", body_of(fields(n=9), files), rounds)
        report(server, worker, "edit 8x5 MB", body_of(fields(quality="low", size="1024x1024"), files), rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
