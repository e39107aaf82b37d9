"""Measure the throughput of 1, 2 and 4 workers on PostgreSQL and Redis, and the CPU of each part of a run.

Run: `python -m benchmarks.runs.worker_throughput [runs] [rounds]`. Workers are frozen while all runs are submitted
through one web server, then released at once; the provider answers at once with a picture of 2.08 MB. The anchor is
the plain SDK script that saves the file, one call after another. CPU is split into `worker`, `pictures` (check and
thumbnail, by Pillow), `database`, `queue`, and `web`: a form posted, a page polled five times, a picture fetched.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from benchmarks.helpers.form_visitor import Visitor
from benchmarks.helpers.provider_process import run_provider
from benchmarks.runs.answer_decoding import with_sdk
from tests.helpers import services
from tests.helpers.process_costs import cpu_ms, pss_mb
from tests.helpers.server import ServerProcess
from tests.scale.machines import SECRETS, WorkerMachine, wait_until_alive

VISITORS = 50
QUESTIONS = 5
DONE = "SELECT count(*) FROM runs_run WHERE state NOT IN ('queued', 'running')"
GOOD = "SELECT count(*) FROM runs_run WHERE state = 'succeeded'"


def count(address: str, question: str) -> int:
    with psycopg.connect(address) as books:
        row = books.execute(question).fetchone()
    return int(row[0]) if row else 0


def a_visitor(root: str, number: int) -> Visitor:
    """Make a visitor with a key of their own."""
    visitor = Visitor(root)
    visitor.open()
    visitor.send("key/", {"api": "load", "key": f"cr_load_{number:04}", "next": "/"})
    return visitor


def submit(visitor: Visitor, runs: int) -> list[str]:
    brief = {"prompt": "a vase", "api": "load", "n": "1", "size": "1024x1024", "quality": "low"}
    return [visitor.run(brief) for _ in range(runs)]


def look(visitor: Visitor, runs: list[str]) -> None:
    """Request everything that a page requests of one run until its picture."""
    for run in runs:
        for _ in range(QUESTIONS):
            visitor.follow(run)
        assert len(visitor.get(f"runs/{run}/pictures/1/").body) > 2_000_000


def worker_ms(pid: int) -> tuple[float, float]:
    """CPU of a worker's own process, and of its children, those included that were replaced meanwhile."""
    own, pictures = cpu_ms(pid)
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own, pictures + (int(words[13]) + int(words[14])) * 1000 / os.sysconf("SC_CLK_TCK")


def case(folder: Path, address: str, redis: str, url: str, workers: int, runs: int, engine_pids: list[int]) -> float:
    """One number of workers; runs a second."""
    settings = {"DATABASE_URL": address, "REDIS_URL": redis, "IMAGE_APIS": f"load={url}", **SECRETS}
    settings |= {"PICTURES_URL": (folder / "shared").as_uri(), "SESSION_MAX_PICTURES": "100000"}
    server = ServerProcess(folder / "web", settings | {"WEB_WORKERS": "2", "WEB_THREADS": "200"}).start()
    machines = [WorkerMachine(folder / f"worker-{number}", settings).start() for number in range(workers)]
    assert server.process
    try:
        wait_until_alive(address, workers)
        for machine in machines:
            os.kill(machine.pid, signal.SIGSTOP)
        with ThreadPoolExecutor(8) as pool:
            visitors = list(pool.map(lambda number: a_visitor(server.root, number), range(VISITORS)))
            started, web = time.perf_counter(), cpu_ms(server.process.pid)[0]
            submitted = list(pool.map(lambda visitor: submit(visitor, runs // VISITORS), visitors))
            posted, posting = time.perf_counter() - started, cpu_ms(server.process.pid)[0] - web
        total = sum(map(len, submitted))
        before = [worker_ms(machine.pid) for machine in machines]
        engine = [cpu_ms(pid)[0] for pid in engine_pids]
        started = time.perf_counter()
        for machine in machines:
            os.kill(machine.pid, signal.SIGCONT)
        while count(address, DONE) < total:
            time.sleep(0.05)
        took = time.perf_counter() - started
        time.sleep(1)
        after = [worker_ms(machine.pid) for machine in machines]
        engine = [cpu_ms(pid)[0] - was for pid, was in zip(engine_pids, engine, strict=True)]
        memory = statistics.mean(pss_mb(machine.pid) for machine in machines)
        assert count(address, GOOD) == total, "not every run succeeded"
        with ThreadPoolExecutor(8) as pool:
            web = cpu_ms(server.process.pid)[0]
            list(pool.map(look, visitors, submitted))
            looking = cpu_ms(server.process.pid)[0] - web
    finally:
        for machine in machines:
            machine.kill()
        server.stop(signal.SIGKILL)
    own = sum(now[0] - was[0] for now, was in zip(after, before, strict=True)) / total
    pillow = sum(now[1] - was[1] for now, was in zip(after, before, strict=True)) / total
    print(
        f"{workers} workers: {total / took:5.1f} runs/s; CPU ms a run: worker {own:.1f}, pictures {pillow:.1f}, "
        f"database {engine[0] / total:.1f}, queue {engine[1] / total:.2f}; web {posting / total:.1f} to post "
        f"({total / posted:.0f}/s), {looking / total:.1f} to follow and fetch; a worker holds {memory:.0f} MB",
        flush=True,
    )
    return total / took


def script_ms(url: str, folder: Path) -> float:
    """Milliseconds of the plain script."""
    took = []
    for _ in range(20):
        started = time.perf_counter()
        with_sdk(url, 1, folder)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def main(runs: int, rounds: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        run_provider(keeps_bodies=False) as url,
        services.postgres(fsync="on") as (server, books),
        services.redis() as (redis, queue),
    ):
        assert books.process and queue.process
        for number in range(rounds):
            script = script_ms(url, Path(name))
            print(f"plain script {script:.1f} ms a picture, {1000 / script:.1f} a second", flush=True)
            for workers in (1, 2, 4):
                folder = Path(name, f"{number}-{workers}")
                address = services.new_database(server, f"round_{number}_{workers}")
                case(folder, address, redis, url, workers, runs, [books.process.pid, queue.process.pid])


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], *("500", "3")[len(sys.argv) - 1 :]]))
