"""Measure the milliseconds that the built-in API adds to a call that a provider answers at once.

Run: `python -m benchmarks.gateway.added_latency [rounds]`. Pictures of 2.08 MB, one and four a call, and an edit of 8
files of 5 MB. The same request goes in turns to the provider itself and through the API; the answer is read and
dropped. Prints median and 95th percentile, their ratio, and the CPU time of the API's processes a call.
"""

import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.helpers.form_visitor import File, multipart
from benchmarks.helpers.provider_process import run_provider
from tests.fake_provider.pictures import noise_png
from tests.gateway.live_api import Server, manage, serving
from tests.helpers.process_costs import cpu_ms

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
WARM = 5


@dataclass
class Way:
    """An address to call, and the milliseconds that its calls took."""

    base_url: str
    key: str
    took: list[float] = field(default_factory=list)

    def call(self, n: int, files: Sequence[File] = ()) -> None:
        """Ask for `n` pictures, with files for an edit, on a new connection; read the answer and drop it."""
        parts, block = urlsplit(self.base_url), bytearray(1024 * 1024)
        fields = {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "n": n}
        body, kind = json.dumps(fields).encode(), "application/json"
        if files:
            body, kind = multipart({name: str(value) for name, value in fields.items()}, files)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, "Connection": "close"}
        started = time.perf_counter()
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        connection.request("POST", f"{parts.path}/images/{'edits' if files else 'generations'}", body, headers)
        answer = connection.getresponse()
        length = 0
        while read := answer.readinto(block):
            length += read
        self.took.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200 and length > n * 2_700_000, (answer.status, length)

    def __str__(self) -> str:
        p95 = sorted(self.took)[int(len(self.took) * 0.95)]
        return f"{statistics.median(self.took):.1f} / {p95:.1f} ms"


def measure(server: Server, direct: Way, through: Way, n: int, rounds: int, files: Sequence[File] = ()) -> None:
    for way in (direct, through) * WARM:
        way.call(n, files)
    direct.took.clear()
    through.took.clear()
    before = sum(cpu_ms(server.process.pid))
    for _ in range(rounds):
        direct.call(n, files)
        through.call(n, files)
    cpu = (sum(cpu_ms(server.process.pid)) - before) / rounds
    ratio = statistics.median(through.took) / statistics.median(direct.took)
    added = statistics.median(through.took) - statistics.median(direct.took)
    name = f"edit of {len(files)} files" if files else f"n={n}"
    print(
        f"{name}: provider {direct}, through the API {through}: {ratio:.1f} times, {added:.1f} ms added, "
        f"{cpu:.0f} ms CPU a call",
        flush=True,
    )


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name, run_provider() as url:
        folder = Path(name)
        upstream = serving(folder, LOG_LEVEL="error", GATEWAY_UPSTREAM_URL=url, GATEWAY_UPSTREAM_KEY="sk-measured")
        with upstream as server:
            key = manage(folder, "create_key", "--daily-images=1000000").splitlines()[-1]
            for n in (1, 4):
                measure(server, Way(url, key), Way(server.base_url, key), n, rounds)
            files = [("image", f"{number}.png", "image/png", noise_png(5_000_000)) for number in range(8)]
            measure(server, Way(url, key), Way(server.base_url, key), 1, max(3, rounds // 5), files)
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
