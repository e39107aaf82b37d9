"""Kill worker processes at every step of a call, under load, and check slots and ledger afterwards.

Run: `python -m benchmarks.gateway.killed_calls [kills]`. Each kill hits a worker process at one step of a call
whose key may make one call at once; other keys keep both processes busy. Afterwards the key calls until it is
served again. Nothing that did not arrive may be charged, and `reconcile` must find no difference. With DATABASE_URL
the ledger is in a database of its own on that server (`python -m tests.postgres` starts one).
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.gateway.ledger_consistency import KILLED_WITHIN, client, compare, open_calls, wait_until_quiet
from benchmarks.helpers.api_calls import CallRecord, call
from tests.gateway.live_api import Server, manage, serving
from tests.helpers import databases

DYING = "benchmarks.helpers.dying_application:application"
STEPS = ("admitted", "sent", "answered", "charged", "begun", "read", "delivered")
BUSY = 6
# How many wait for their slots at once: these stay taken for half a minute. Kills come one after another.
TOGETHER = 10
_striking = threading.Lock()
AGAIN_SECONDS = 0.2


@dataclass
class Victim:
    """A call that killed its process, and the seconds until its key was served again."""

    step: str
    key: str
    records: list[CallRecord]
    seconds: float


def kill_at_step(server: Server, key: str, step: str, is_stream: bool) -> Victim:
    """Make the call, then call until the key is served."""
    # Not `stream=False`: the API gets only what is sent.
    how: dict[str, Any] = {"stream": True} if is_stream else {}
    with _striking:
        records = [call(server, key, f"die={step} bytes=8000000", n=2, **how)]
    started = time.monotonic()
    while records[-1].status != 200 or len(records) == 1:
        time.sleep(AGAIN_SECONDS)
        if records[-1].code == "broken":
            # Killed with the process of another one.
            started = time.monotonic()
        if time.monotonic() - started > 2 * KILLED_WITHIN:
            break
        records.append(call(server, key, "a cat"))
    return Victim(step, key, records, time.monotonic() - started)


def keep_busy(server: Server, key: str, seed: int, done: threading.Event) -> list[CallRecord]:
    """Mixed calls until it is over."""
    records: list[CallRecord] = []
    while not done.is_set():
        records += client(server, key, 5, seed + 1000 * len(records))[0]
    return records


def main(kills: int) -> int:
    print("books in", databases.ENGINE, flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "error"}
        with serving(folder, application=DYING, threads=60, **environment) as server:
            steps = [STEPS[number % len(STEPS)] for number in range(kills)]
            keys = [manage(folder, "create_key", "--concurrency=1").splitlines()[-1] for _ in steps]
            others = ("create_key", "--daily-images=1000000", "--concurrency=4")
            busy = [manage(folder, *others).splitlines()[-1] for _ in range(BUSY)]
            done, started = threading.Event(), time.monotonic()
            with ThreadPoolExecutor(BUSY) as background, ThreadPoolExecutor(TOGETHER) as pool:
                load = [background.submit(keep_busy, server, key, seed, done) for seed, key in enumerate(busy)]
                dice = random.Random(1)
                jobs = [
                    pool.submit(kill_at_step, server, key, step, dice.random() < 0.3)
                    for key, step in zip(keys, steps, strict=True)
                ]
                victims = [job.result() for job in jobs]
                done.set()
                records = {victim.key: victim.records for victim in victims}
                records |= {key: job.result() for key, job in zip(busy, load, strict=True)}
            took, waited = time.monotonic() - started, wait_until_quiet(folder)
            wrong, outcomes = compare(server, records)
        proof, still_open = manage(folder, "reconcile").strip(), open_calls(folder)
    print(f"{kills} kills in {took:.0f} s, beside {sum(len(records[key]) for key in busy)} calls of other keys")
    for step in STEPS:
        step_victims = [victim for victim in victims if victim.step == step]
        ended = Counter(
            "arrived whole" if victim.records[0].is_whole else "did not arrive" for victim in step_victims
        )
        recovery = ", ".join(f"{victim.seconds:.0f}" for victim in step_victims)
        print(f"  {step}: {dict(ended)}, served again after {recovery} s")
    slowest = max(victim.seconds for victim in victims)
    holds = not wrong and proof.startswith("0 ") and not still_open and max(slowest, waited) < KILLED_WITHIN
    print("ledger:", dict(outcomes))
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    print(f"{proof} {still_open} calls open; slots free after {slowest:.0f} s at most. {'' if holds else 'WRONG'}")
    return 0 if holds else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
