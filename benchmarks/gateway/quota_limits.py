"""Check the limits of a key under load: pictures a day, calls at once, daily and total budget.

Run: `python -m benchmarks.gateway.quota_limits [seconds a picture]`. 2 to 128 clients call 2 and 4 server
processes, with one key each time: at most 100 pictures a day are delivered. Keys with a budget of $1.00 get 12
pictures of $0.08. With DATABASE_URL the ledgers are in databases of their own on that server (`python -m
tests.postgres` starts one).
"""

import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.gateway.live_api import Server, manage, serving
from tests.helpers import databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
# Options of `create_key`, how many pictures they allow, and the code of who asks for more.
type Limit = tuple[tuple[str, ...], int, str]
IMAGES: Limit = ((), 100, "image_daily_limit")
BUDGETS: tuple[Limit, ...] = (
    (("--daily-usd=1.00",), 12, "crs_daily_exhausted"),
    (("--total-usd=1.00",), 12, "crs_total_exhausted"),
)
QUICK = "benchmarks.helpers.synthetic_renderer:application"
type Answer = tuple[int, str]


def ask(connection: http.client.HTTPConnection, server: Server, key: str, prompt: str, **fields: object) -> Answer:
    """Status and code of a call."""
    body = json.dumps({"model": "gpt-image-2", "prompt": prompt, "quality": "low", **fields})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", f"{server.base_url}/images/generations", body, headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    return answer.status, body.get("error", {}).get("code", "")


def client(server: Server, key: str, prompt: str, answers: Counter[Answer], last: str) -> None:
    """Ask until the answer is the code `last`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    while True:
        answer = ask(connection, server, key, prompt)
        answers[answer] += 1
        if answer[1] == last:
            return
        if answer[1] == "concurrency_exhausted":
            time.sleep(0.01)


def max_running_calls(folder: Path) -> int:
    """Return the largest number of calls of one key that ran at once."""
    at_once: Counter[str] = Counter()
    max_running = 0
    for line in sorted((folder / "overlaps").read_text().splitlines(), key=lambda line: int(line.split()[0])):
        _, account, change = line.split()
        at_once[account] += int(change)
        max_running = max(max_running, at_once[account])
    return max_running


def run(processes: int, clients: int, seconds: float, limit: Limit = IMAGES) -> bool:
    """One case; whether all of it held."""
    options, daily_images, code = limit
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"WEB_CONCURRENCY": str(processes), "LOG_LEVEL": "error"}
        with serving(folder, application=QUICK, threads=160, **environment) as server:
            key = manage(folder, "create_key", *options).splitlines()[-1]
            answers: Counter[Answer] = Counter()
            facts = (server, key, f"seconds={seconds}", answers, code)
            started = time.monotonic()
            threads = [threading.Thread(target=client, args=facts) for _ in range(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.monotonic() - started
        max_running, proof = max_running_calls(folder), manage(folder, "reconcile").strip()
    delivered, calls = answers[200, ""], sum(answers.values())
    holds = (
        delivered == daily_images
        and max_running <= 2
        and proof.startswith("0 ")
        and {status for status, _code in answers} == {200, 429}
    )
    print(
        f"{processes} processes, {clients:3} clients, {code}: {delivered} delivered of {calls} calls in {took:.1f} s "
        f"({calls / took:.0f}/s), {max_running} at once; {proof} {'' if holds else f'WRONG {dict(answers)}'}",
        flush=True,
    )
    return holds


def main(seconds: float) -> int:
    print("books in", databases.ENGINE)
    held = [run(processes, clients, seconds) for processes in (2, 4) for clients in (2, 8, 32, 128)]
    held += [run(processes, 32, seconds, budget) for processes in (2, 4) for budget in BUDGETS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.02))
