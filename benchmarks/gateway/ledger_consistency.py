"""Compare the ledger with what clients received, after thousands of calls with faults, disconnects and kills.

Run: `python -m benchmarks.gateway.ledger_consistency [calls] [kills]`. Each client keeps a record by request id,
which must equal `v1/usage`, except for calls that were cut in the body: these are either charged or void.
`reconcile` must find no difference, and soon after the last kill no call may be open. With DATABASE_URL the ledger
is in a database of its own on that server (`python -m tests.postgres` starts one).
"""

import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.gateway.quota_limits import QUICK
from benchmarks.helpers.api_calls import CallRecord, call, differences, usage_rows
from tests.gateway.live_api import Server, manage, serving
from tests.helpers import databases
from tests.helpers.process_costs import descendants

CLIENTS = 16
KILLED_WITHIN = 60
BIG = "bytes=8000000"
# How a call goes, how often, what its prompt tells the renderer, and how it is made; big pictures do not fit into a
# socket, so that who leaves while reading cuts the answer.
WAYS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "whole": (8, "seconds=0.01", {}),
    "edit": (3, "seconds=0.01", {"is_edit": True}),
    "stream": (3, "seconds=0.01", {"stream": True, "partial_images": 1}),
    "fewer": (2, "come=1", {}),
    "more": (1, "come=12", {}),
    "nothing": (1, "come=0", {}),
    "fault": (3, "seconds=0.01 fault=image_provider_error", {}),
    "fault of a stream": (1, "fault=upstream_timeout", {"stream": True}),
    "refused": (1, "", {"size": "1x1"}),
    "left while sending": (1, "", {"leaves": "sending"}),
    "left at once": (1, "", {"leaves": "waiting"}),
    "left while waiting": (3, "seconds=0.3", {"leaves": "waiting", "after": 0.1}),
    "left a stream while waiting": (1, "seconds=0.3", {"leaves": "waiting", "after": 0.1, "stream": True}),
    "cut": (3, BIG, {"leaves": "reading"}),
    "cut edit": (1, BIG, {"leaves": "reading", "is_edit": True}),
    "cut stream": (2, BIG, {"leaves": "reading", "stream": True}),
    "again": (2, "seconds=0.01", {}),
}


def client(server: Server, key: str, calls: int, seed: int) -> tuple[list[CallRecord], Counter[str]]:
    """One key's calls, one after another."""
    dice, records, ways = random.Random(seed), list[CallRecord](), Counter[str]()
    while len(records) < calls:
        (way,) = dice.choices(list(WAYS), [weight for weight, _, _ in WAYS.values()])
        ways[way] += 1
        _, prompt, how = WAYS[way]
        n = dice.randint(1, 4)
        headers = {"Idempotency-Key": f"{seed} {len(records)}"} if way == "again" else {}
        for _ in range(2 if way == "again" else 1):
            records.append(call(server, key, prompt, n=n, headers=headers, **how))
    return records, ways


def kill_now_and_then(server: Server, kills: int, done: threading.Event) -> None:
    """Kill a worker process every second or so; gunicorn starts another."""
    for _ in range(kills):
        if done.wait(1):
            return
        if workers := descendants(server.process.pid):
            os.kill(random.choice(workers), signal.SIGKILL)


def wait_until_quiet(folder: Path, seconds: float = 90) -> float:
    """Wait until no call is open; how long that was."""
    started = time.monotonic()
    while open_calls(folder) and time.monotonic() - started < seconds:
        time.sleep(0.5)
    return time.monotonic() - started


def open_calls(folder: Path) -> int:
    """Count the calls that have not ended."""
    return int(databases.ask(folder, "SELECT count(*) FROM gateway_job WHERE leased_until IS NOT NULL")[0][0])


def compare(server: Server, records: dict[str, list[CallRecord]]) -> tuple[list[str], Counter[str]]:
    """Compare the clients' records, by key, with the ledger; count how calls ended."""
    outcomes = Counter[str]()
    wrong = [
        difference
        for key, calls in records.items()
        for difference in differences(calls, usage_rows(server, key), outcomes)
    ]
    return wrong, outcomes


def main(calls: int, kills: int) -> int:
    print("books in", databases.ENGINE, flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "error"}
        with serving(folder, application=QUICK, threads=60, **environment) as server:
            options = ("create_key", "--daily-images=1000000", "--concurrency=4")
            keys = [manage(folder, *options).splitlines()[-1] for _ in range(CLIENTS)]
            done, started = threading.Event(), time.monotonic()
            killer = threading.Thread(target=kill_now_and_then, args=(server, kills, done))
            killer.start()
            with ThreadPoolExecutor(CLIENTS) as pool:
                share = calls // CLIENTS
                jobs = [pool.submit(client, server, key, share, seed) for seed, key in enumerate(keys)]
                results = [job.result() for job in jobs]
            done.set()
            killer.join()
            took, waited = time.monotonic() - started, wait_until_quiet(folder)
            wrong, outcomes = compare(server, {key: records for key, (records, _) in zip(keys, results, strict=True)})
        proof, still_open = manage(folder, "reconcile").strip(), open_calls(folder)
    all_records = [record for records, _ in results for record in records]
    print(f"{len(all_records)} calls in {took:.0f} s:", dict(sum((ways for _, ways in results), Counter[str]())))
    print("answers:", dict(Counter(record.code or str(record.status) for record in all_records if record.is_whole)))
    print("ledger:", dict(outcomes))
    holds = not wrong and proof.startswith("0 ") and not still_open and waited < KILLED_WITHIN
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    print(f"{proof} {still_open} calls open, the last ended after {waited:.0f} s. {'' if holds else 'WRONG'}")
    return 0 if holds else 1


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [2000, 0][len(numbers) :])))
