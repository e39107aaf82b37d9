"""Kill worker processes at every step of a job, and check jobs, ledger and webhooks afterwards.

Run: `python -m benchmarks.gateway.killed_jobs [kills of each step]`. Each kill hits the process that works on a job,
or that sends its webhook; other jobs of the process die with it. Afterwards every job must have ended: completed and
charged once, or not charged at all. No webhook may be lost; one is repeated only after a kill between its request
and the note about it.
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from standardwebhooks.webhooks import Webhook

from benchmarks.gateway.ledger_consistency import open_calls, wait_until_quiet
from tests.gateway.live_api import Server, manage, serving
from tests.helpers import databases

DYING = "benchmarks.helpers.dying_jobs:application"
STEPS = (
    "admitted",
    "accepted",
    "sent",
    "answered",
    "stored",
    "charged",
    "ended",
    "claimed",
    "posted",
    "cancelled",
)  # fmt: skip
# A job that nobody kills, beside each one that is killed.
BYSTANDER = "none"
SECONDS = 60.0
PRICE = 80_000


class Receiver(ThreadingHTTPServer):
    """Counts verified webhooks by job."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret = ""
        self.received = Counter[str]()
        self.forged = 0
        self.cut = 0


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # Its sender was killed in the middle of the body.
            self.server.cut += 1
            return
        try:
            self.server.received[Webhook(self.server.secret).verify(body, dict(self.headers))["id"]] += 1
        except Exception:
            self.server.forged += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def submit(server: Server, key: str, receiver: Receiver, step: str, number: int) -> str:
    """Submit a job that dies at the step; return its id, empty when the process died before its answer."""
    slow = step == "cancelled"
    fields = {
        "model": "gpt-image-2",
        "prompt": f"bytes=100000 seconds={5 if slow else 0.1}",
        "quality": "low",
        "webhook_url": f"http://127.0.0.1:{receiver.server_port}/{number}?die={step}",
    }
    headers = {"Authorization": f"Bearer {key}", "Prefer": "respond-async"}
    try:
        answer = requests.post(f"{server.base_url}/images/generations", json=fields, headers=headers, timeout=SECONDS)
        job_id = str(answer.json().get("id", answer.text))
    except (requests.RequestException, ValueError):
        return ""
    if slow:
        with_key = {"Authorization": f"Bearer {key}"}
        try:
            requests.post(f"{server.base_url}/jobs/{job_id}/cancel", headers=with_key, timeout=SECONDS)
        except requests.RequestException:
            return job_id
    return job_id


def read(server: Server, key: str, path: str) -> dict[str, Any]:
    """Return an answer to GET; a worker that another kill hit is asked again."""
    for _ in range(20):
        try:
            headers = {"Authorization": f"Bearer {key}"}
            body: dict[str, Any] = requests.get(f"{server.base_url}/{path}", headers=headers, timeout=SECONDS).json()
            return body
        except (requests.RequestException, ValueError):
            time.sleep(0.5)
    raise SystemExit(f"{path} is not answered")


def wait_for_death(folder: Path, step: str, count: int) -> bool:
    """Wait until the kills of a step are so many."""
    deadline = time.monotonic() + SECONDS
    while len(list((folder / "deaths").glob(f"{step}-*"))) < count:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def rows(folder: Path) -> list[tuple[Any, ...]]:
    """Return each job with its step, and what the database holds of it."""
    question = (
        "SELECT j.id, j.webhook_url, c.state, c.code, c.micro_usd, c.ended_at, j.webhook_state, "
        "(SELECT count(*) FROM gateway_entry e WHERE e.job_id = c.number AND e.kind = 'charge') "
        "FROM gateway_imagejob j JOIN gateway_job c ON c.number = j.call_id"
    )
    return databases.ask(folder, question)


def keep_awake(server: Server, key: str, done: threading.Event) -> None:
    """Call each worker now and then: in this server, leases and webhooks start with the first request."""
    while not done.wait(0.2):
        read(server, key, "models")


def wait_for_webhooks(folder: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while any(row[6] == "pending" for row in rows(folder)) and time.monotonic() < deadline:
        time.sleep(0.5)


def main(kills: int) -> int:
    print("books in", databases.ENGINE, flush=True)
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder, started, missed = Path(name), time.monotonic(), Counter[str]()
        environment = {
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "error",
            "RECEIVER": f"http://127.0.0.1:{receiver.server_port}",
        }
        with serving(folder, application=DYING, threads=60, **environment) as server:
            options = ("create_key", "--webhook-secret", "--daily-images=1000000", "--concurrency=100000")
            printed = manage(folder, *options).splitlines()
            receiver.secret, key = next(line for line in printed if line.startswith("whsec_")), printed[-1]
            for number in range(kills):
                for step in STEPS:
                    submit(server, key, receiver, BYSTANDER, number)
                    submit(server, key, receiver, step, number)
                    if not wait_for_death(folder, step, number + 1 - missed[step]):
                        missed[step] += 1
            killed, done = time.monotonic() - started, threading.Event()
            threading.Thread(target=keep_awake, args=(server, key, done)).start()
            waited = wait_until_quiet(folder)
            wait_for_webhooks(folder)
            done.set()
            usage, found = read(server, key, "usage?days=1"), rows(folder)
            read_jobs = [read(server, key, f"jobs/{row[0]}") for row in found]
        proof, still_open = manage(folder, "reconcile").strip(), open_calls(folder)
    wrong = [*problems(found, read_jobs, receiver, usage)]
    print(f"{len(STEPS) * kills - missed.total()} kills in {killed:.0f} s; jobs ended {waited:.0f} s later at most")
    for step in (*STEPS, BYSTANDER):
        of_step = [(row, job) for row, job in zip(found, read_jobs, strict=True) if row[1].endswith(f"die={step}")]
        states = Counter(f"{job['status']}{', charged' if row[4] else ''}" for row, job in of_step)
        repeated = sum(receiver.received[row[0]] > 1 for row, _ in of_step)
        print(f"  {step}: {dict(states)}, webhooks sent twice: {repeated}")
    print(f"  {receiver.cut} webhooks were cut by a kill")
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    holds = not wrong and proof.startswith("0 ") and not still_open and not missed
    print(f"{proof} {still_open} jobs open; {len(found)} jobs. {'' if holds else f'WRONG {dict(missed)}'}")
    return 0 if holds else 1


def problems(
    found: list[tuple[Any, ...]], read_jobs: list[dict[str, Any]], receiver: Receiver, usage: dict[str, Any]
) -> Any:
    """Yield a sentence for each job that is not as it should be."""
    for (job_id, url, state, code, micro_usd, ended_at, webhook, charges), job in zip(found, read_jobs, strict=True):
        step = url.rpartition("=")[2]
        status = job.get("status", json.dumps(job))
        if ended_at is None or status not in ("completed", "failed", "cancelled"):
            yield f"{job_id} ({step}) is {status}, its call {state}"
        if (status == "completed") != (micro_usd == PRICE) or charges != (status == "completed"):
            yield f"{job_id} ({step}) is {status}, charged {charges} times, {micro_usd}"
        if (status == "completed") != ("result" in job):
            yield f"{job_id} ({step}) is {status} and has {sorted(job)}"
        if step == "cancelled" and status == "completed":
            yield f"{job_id} was cancelled and is {status} {code}"
        if webhook != "delivered" or not receiver.received[job_id]:
            yield f"{job_id} ({step}): its webhook is {webhook}, received {receiver.received[job_id]} times"
    charged = sum(row[4] for row in found)
    if usage["account"]["spent_micro_usd"] != charged:
        yield f"the key spent {usage['account']['spent_micro_usd']}, its jobs cost {charged}"
    if receiver.forged:
        yield f"{receiver.forged} webhooks could not be verified"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
