"""Run mixed load with faults for a long time, and look for anything that grows.

    .venv/bin/python -m benchmarks.robustness.soak [MINUTES, default 60] [WARM-UP, default 10] [VISITORS, default 6]

Visitors generate, edit, browse and delete everything, while the provider answers well and badly at random. Every
minute memory, threads, file descriptors, temporary files and the database's size are read; at the end they are
compared with the values after the warm-up.
"""

import contextlib
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import requests

from benchmarks.robustness.provider_faults import picture
from tests.fake_provider import FakeProvider
from tests.helpers import databases
from tests.helpers.crashes import FIELD, OVER, Visitor, troubles
from tests.helpers.process_costs import family, pss_mb
from tests.helpers.server import ServerProcess

FAULTS = (
    "ok",
    "ok",
    "ok",
    "fewer",
    "reset_mid",
    "truncated",
    "400_moderation",
    "429_inf",
    "sse_partials",
    "error_xss",
)
KINDS = ("png", "jpeg", "webp")
# Between two acts of a visitor, on average.
PAUSE_SECONDS = 1.0


def measured(server: ServerProcess) -> dict[str, float]:
    """Of all processes of the server together, and of its folder."""
    assert server.process is not None
    figures = Counter[str]({"memory MB": round(pss_mb(server.process.pid))})
    for pid in family(server.process.pid):
        with contextlib.suppress(OSError):
            figures["threads"] += len(os.listdir(f"/proc/{pid}/task"))
            figures["descriptors"] += len(os.listdir(f"/proc/{pid}/fd"))
            figures["processes"] += 1
    figures["temporary files"] = sum(path.is_file() for path in (server.data / "tmp").rglob("*"))
    figures["pictures"] = sum(path.is_file() for path in (server.data / "pictures").rglob("*"))
    figures["database KB"] = databases.size_kb(server.data)
    return dict(figures)


def visit(server: ServerProcess, ends: float, seed: int, did: Counter[str]) -> None:
    """One visitor after another until the time is over."""
    chance, source = random.Random(seed), picture()
    while time.monotonic() < ends:
        visitor = Visitor(server)
        try:
            for _ in range(chance.randint(1, 4)):
                api = f"f{chance.randrange(len(FAULTS))}"
                if chance.random() < 0.3:
                    address = _edit(visitor, api, source)
                else:
                    address = visitor.submit("soak", api=api, n=chance.randint(1, 3))
                did[visitor.wait(address, *OVER, seconds=60, pause=0.5)["state"]] += 1
                visitor.session.get(f"{server.url}runs/")
                if visitor.pictures(address):
                    converted = visitor.session.get(f"{address}pictures/1/", params={"format": chance.choice(KINDS)})
                    assert converted.status_code == 200, converted.status_code
                time.sleep(chance.expovariate(1 / PAUSE_SECONDS))
                # As browsers do: the server may close an idle connection at the moment at which it is used again.
                visitor.session.close()
            form = dict(FIELD.findall(visitor.session.get(f"{server.url}key/").text))
            visitor.session.post(f"{server.url}key/everything/", data=form, headers={"Referer": server.url})
            did["deleted everything"] += 1
        except (AssertionError, requests.RequestException) as error:
            did[f"WRONG {type(error).__name__}: {str(error)[:80]}"] += 1


def _edit(visitor: Visitor, api: str, source: bytes) -> str:
    url = f"{visitor.server.url}edit/"
    form = dict(FIELD.findall(visitor.session.get(url).text))
    form |= {
        "prompt": "soak",
        "size": "1024x1024",
        "quality": "low",
        "n": "1",
        "api": api,
        "key": "cr_soak_0123456789ab",
    }
    answer = visitor.session.post(
        url, data=form, files={"image": ("a.png", source)}, headers={"Referer": url}, allow_redirects=False
    )
    assert answer.status_code == 303, answer.status_code
    return visitor.server.root + answer.headers["Location"]


def main(minutes: float, warm_up: float, visitors: int) -> int:
    """The exit status: 1 when something grew by more than a tenth, or went wrong."""
    did, first = Counter[str](), dict[str, float]()
    with FakeProvider(keeps_bodies=False) as provider, tempfile.TemporaryDirectory() as folder:
        apis = ",".join(f"f{number}={provider.url(fault)}" for number, fault in enumerate(FAULTS))
        server = ServerProcess(Path(folder), {"IMAGE_APIS": apis, "RUN_DEADLINE": "20", "METRICS": "true"}).start()
        began = time.monotonic()
        ends = began + minutes * 60
        threads = [threading.Thread(target=visit, args=(server, ends, seed, did)) for seed in range(visitors)]
        try:
            for thread in threads:
                thread.start()
            while time.monotonic() < ends:
                time.sleep(min(60, max(0.1, ends - time.monotonic())))
                now, passed = measured(server), (time.monotonic() - began) / 60
                if not first and passed >= warm_up:
                    first = now
                print(f"{passed:5.1f} min  {now}", flush=True)
            for thread in threads:
                thread.join()
            last, left = measured(server), troubles(server)
            tracebacks = server.log.count("Traceback")
        finally:
            server.stop(within=30)
    print(f"\n{minutes:g} minutes, of which {warm_up:g} to warm up; {visitors} visitors at once: {dict(did)}")
    grown = [name for name, value in first.items() if last[name] > value * 1.1 + 8]
    for name, value in first.items():
        print(f"  {name}: {value:g} after the warm-up, {last[name]:g} at the end{'  GREW' if name in grown else ''}")
    print(f"  tracebacks: {tracebacks}; left behind: {left or 'nothing'}")
    return 1 if grown or left or tracebacks or any(name.startswith("WRONG") for name in did) else 0


if __name__ == "__main__":
    words = [float(word) for word in sys.argv[1:]]
    minutes, warm_up, visitors = [*words, *(60.0, 10.0, 6.0)[len(words) :]]
    sys.exit(main(minutes, warm_up, int(visitors)))
