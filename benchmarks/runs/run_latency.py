"""Measure a run from pressing the button to its pictures in hand, against the bare call and the SDK's script.

Run: `python -m benchmarks.runs.run_latency [rounds]`. The provider answers at once with pictures of 2.08 MB; the
visitor posts the form, polls every 20 ms or as soon as the server says, and fetches every picture once the run has
ended. The targets take turns; medians. CPU is the mean of all server processes until nothing is left to do, with
Pillow's child apart, which decodes the pictures after the end; the script's is that of its process, whose client is
made once. On a busy machine only CPU and its ratio to the script's mean something.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.helpers.form_visitor import Visitor
from benchmarks.helpers.provider_process import bare_ms, run_provider
from benchmarks.runs.answer_decoding import with_sdk
from tests.helpers.process_costs import cpu_ms
from tests.helpers.server import ServerProcess

POLL_SECONDS = 0.02
# Bare calls until the pictures are in hand.
TARGETS = {1: 6.0, 4: 3.5}


def through_page(visitor: Visitor, n: int) -> tuple[float, float]:
    """Milliseconds to the redirect, and until the run has ended and its last picture was fetched."""
    started = time.perf_counter()
    run_id = visitor.run({"prompt": "a vase", "api": "load", "n": str(n), "size": "1024x1024", "quality": "low"})
    posted = time.perf_counter()
    assert visitor.wait(run_id, POLL_SECONDS) == "succeeded"
    for number in range(1, n + 1):
        assert len(visitor.get(f"runs/{run_id}/pictures/{number}/").body) > 2_000_000
    return (posted - started) * 1000, (time.perf_counter() - started) * 1000


def script(base_url: str, n: int, folder: Path) -> tuple[float, float]:
    """Milliseconds and CPU of the plain script with the official SDK that saves the files."""
    started, used = time.perf_counter(), time.process_time()
    with_sdk(base_url, n, folder)
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def main(rounds: int) -> None:
    """Measure n = 1 and n = 4."""
    with tempfile.TemporaryDirectory() as name, run_provider() as base_url:
        settings = {"IMAGE_APIS": f"builtin,load={base_url}", "WEB_WORKERS": "2", "WEB_THREADS": "600"}
        server = ServerProcess(Path(name) / "server", settings | {"SESSION_MAX_PICTURES": "100000"}).start()
        assert server.process
        visitor = Visitor(server.root)
        visitor.open()
        visitor.send("key/", {"api": "load", "key": "cr_load", "next": "/"})
        for _ in range(5):
            through_page(visitor, 1)
            with_sdk(base_url, 1, Path(name))
        for n, target in TARGETS.items():
            bare, sdk, page, used = [], [], [], []
            for _ in range(rounds):
                bare.append(bare_ms(base_url, n))
                sdk.append(script(base_url, n, Path(name)))
                before = cpu_ms(server.process.pid)
                page.append(through_page(visitor, n))
                # Pictures are decoded after the end.
                time.sleep(0.5)
                used.append([now - then for now, then in zip(cpu_ms(server.process.pid), before, strict=True)])
            call = statistics.median(bare)
            wall, cpu = (statistics.median(column) for column in zip(*sdk, strict=True))
            posted, own = (statistics.median(column) for column in zip(*page, strict=True))
            working, pillow = (statistics.mean(column) for column in zip(*used, strict=True))
            print(f"n={n}  bare call {call:.1f} ms; SDK script {wall:.1f} ms, CPU {cpu:.1f} ms")
            print(f"     posted {posted:.1f}, in hand {own:.1f} ms", end="")
            print(f" = {own / call:.2f} bare calls (at most {target}), {own / wall:.2f} scripts")
            print(f"     CPU {working + pillow:.1f} ms = {(working + pillow) / cpu:.2f} scripts", end="")
            print(f", of them Pillow {pillow:.1f} ms")
        server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
