"""Thousands of mixed calls with faults, clients that leave and workers that are killed: do the books still agree?

Run: `python -m tests.load.ledger [calls] [kills]`. Clients keep a ledger of their own; afterwards it must equal
`v1/usage`, but for calls that were cut in mid-body or by a kill: these are charged or void, one or the other, and are
counted. A kill between the last byte and the note of it gives pictures away: these are counted too. `reconcile` must
find nothing, and soon after the last kill no call may be open.
"""

import http.client
import json
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.gateway import database
from tests.gateway.server import Server, manage, serving
from tests.gateway.test_server import descendants
from tests.load.limits import QUICK, ask

PRICE = 80_000
CLIENTS = 16
# How a call goes, how often, and what its prompt tells the renderer; big pictures do not fit into a socket.
WAYS = {
    "whole": (8, "seconds=0.01"),
    "fewer": (2, "come=1"),
    "more": (1, "come=12"),
    "fault": (3, "seconds=0.01 fault=image_provider_error"),
    "refused": (1, ""),
    "left": (3, "seconds=0.3"),
    "cut": (3, "bytes=8000000"),
}


@dataclass
class Books:
    """What a client was served: pictures and money, and how many calls it cannot know of."""

    images: int = 0
    unsure: int = 0


def call(server: Server, key: str, way: str, dice: random.Random, books: Books) -> str:
    """One call in its way; how it was answered."""
    n = dice.randint(1, 4)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    prompt = f"a cat {WAYS[way][1]}"
    try:
        if way in ("left", "cut"):
            return break_off(connection, server, key, prompt, n, way, books)
        status, code = ask(connection, server, key, prompt, n=99 if way == "refused" else n)
    except (OSError, http.client.HTTPException):
        books.unsure += 1
        return "broken"
    finally:
        connection.close()
    if status == 200:
        books.images += {"fewer": 1, "more": n}.get(way, n)
    return code or str(status)


def break_off(
    connection: http.client.HTTPConnection, server: Server, key: str, prompt: str, n: int, way: str, books: Books
) -> str:
    """Leave before the answer, or in the middle of it, with a reset as a process that dies does."""
    body = json.dumps({"model": "gpt-image-2", "prompt": prompt, "quality": "low", "n": n})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", f"{server.base_url}/images/generations", body, headers)
    if way == "cut":
        answer = connection.getresponse()
        answer.read(1000)
        if answer.status != 200:
            return "refused"
        books.unsure += 1
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    return way


def client(server: Server, key: str, calls: int, seed: int) -> tuple[Books, Counter[str]]:
    """One key's calls, one after another."""
    dice, books, said = random.Random(seed), Books(), Counter[str]()
    for _ in range(calls):
        (way,) = dice.choices(list(WAYS), [weight for weight, _ in WAYS.values()])
        said[call(server, key, way, dice, books)] += 1
    return books, said


def kill_now_and_then(server: Server, kills: int, done: threading.Event) -> None:
    """Kill a worker process every second or so; gunicorn starts another."""
    for _ in range(kills):
        if done.wait(1):
            return
        workers = [pid for pid in descendants(server.process.pid)]
        if workers:
            os.kill(random.choice(workers), signal.SIGKILL)


def usage(server: Server, key: str) -> tuple[int, int]:
    """Pictures and micro-dollars of all calls of a key, page by page."""
    images = money = 0
    after = ""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request(
            "GET", f"{server.base_url}/usage?after={after}", headers={"Authorization": f"Bearer {key}"}
        )
        body = json.loads(connection.getresponse().read())
        images += sum(one["images"] for one in body["calls"])
        money += sum(one["micro_usd"] for one in body["calls"])
        if body["next"] is None:
            assert (images, money) == (body["days"][-1]["images"], body["days"][-1]["micro_usd"])
            return images, money
        after = body["next"]


def main(calls: int, kills: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "error"}
        with serving(folder, application=QUICK, threads=60, **environment) as server:
            options = ("create_key", "--daily-images=1000000", "--concurrency=4")
            keys = [manage(folder, *options).splitlines()[-1] for _ in range(CLIENTS)]
            done = threading.Event()
            killer = threading.Thread(target=kill_now_and_then, args=(server, kills, done))
            killer.start()
            with ThreadPoolExecutor(CLIENTS) as pool:
                share = calls // CLIENTS
                jobs = [pool.submit(client, server, key, share, seed) for seed, key in enumerate(keys)]
                results = [job.result() for job in jobs]
            done.set()
            killer.join()
            started = time.monotonic()
            while open_calls(folder) and time.monotonic() - started < 90:
                # Whoever asks for usage wakes the worker; its thread ends calls of dead ones.
                usage(server, keys[0])
                time.sleep(1)
            waited = time.monotonic() - started
            told = [usage(server, key) for key in keys]
        proof, still_open = manage(folder, "reconcile").strip(), open_calls(folder)
        given = number(folder, "SELECT coalesce(sum(n), 0) FROM gateway_job WHERE state = 'void' AND status = 500")
    said = sum((counter for _, counter in results), Counter[str]())
    sure, unsure = sum(books.images for books, _ in results), sum(books.unsure for books, _ in results)
    images, money = (sum(column) for column in zip(*told, strict=True))
    is_right = sure - given <= images <= sure + 4 * unsure and money == images * PRICE
    holds = is_right and proof.startswith("0 ") and not still_open
    print(dict(said))
    print(f"clients are sure of {sure} pictures, unsure of {unsure} calls; charged: {images}, {money} micro-dollars")
    print(f"{given} pictures at most were given away, because a kill came before their delivery was noted")
    print(f"{proof} {still_open} calls open, the last ended after {waited:.0f} s. {'' if holds else 'WRONG'}")
    return 0 if holds else 1


def open_calls(folder: Path) -> int:
    """How many calls are not ended."""
    return number(folder, "SELECT count(*) FROM gateway_job WHERE leased_until IS NOT NULL")


def number(folder: Path, question: str) -> int:
    """The answer of the books to a question in SQL."""
    return int(database.ask(folder, question)[0][0])


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [2000, 0][len(numbers) :])))
