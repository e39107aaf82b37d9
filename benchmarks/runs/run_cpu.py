"""Measure the CPU of one run in a single process: form, run page, polls, worker, last card, picture.

Run: `python -m benchmarks.runs.run_cpu [runs] [polls]`. Without a web server and threads two versions can be compared
on a busy machine: alternate between them. CPU is that of this process alone; the provider and the child that decodes
pictures are others. Prints the median of each part.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.helpers.form_visitor import CARD, HIDDEN
from benchmarks.helpers.provider_process import run_provider

FORM = {"prompt": "a vase", "api": "load", "n": "1", "size": "1024x1024", "quality": "low"}
# Queued, running and succeeded are three; a real run is polled 15 times and mostly nothing has changed.
POLLS = 15
WARM_UP = 20


class Stopwatch:
    """CPU milliseconds of each part of a run."""

    def __init__(self) -> None:
        self.parts: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Add what the block uses to the part."""
        started = time.process_time()
        yield
        self.parts[part].append((time.process_time() - started) * 1000)


def set_up(folder: str, base_url: str) -> None:
    """Start Django with an empty database in `folder`."""
    os.environ |= {"DATA_DIR": folder, "IMAGE_APIS": f"builtin,load={base_url}", "LOG_LEVEL": "ERROR"}
    os.environ |= {"SESSION_MAX_PICTURES": "100000", "DJANGO_SETTINGS_MODULE": "playground.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    from playground.core.management.commands.translations import compile_stale

    compile_stale(settings.BASE_DIR)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def run_once(client: Any, hidden: dict[str, str], number: int, polls: int, watch: Stopwatch) -> None:
    """Submit a run, open its page, poll, carry it out as a worker does, and fetch what came back."""
    from django.utils import timezone

    from playground.runs.worker import claims
    from playground.runs.worker.execute import RunExecution

    fields = {**hidden, **FORM, "token": f"token{number}"}
    with watch.measure("form"):
        answer = client.post("/qcode-img/", fields)
    assert answer.status_code == 303, answer.content[:2000]
    url = answer["Location"]
    run_id = url.rstrip("/").rpartition("/")[2]
    with watch.measure("page"):
        answer = client.get(url)
    version = CARD.search(answer.content.decode())[1]  # type: ignore[index]
    with watch.measure("polls"):
        for _ in range(polls):
            assert client.get(f"/qcode-img/runs/live/?seen={run_id}:{version}").status_code == 204
    with watch.measure("worker"):
        assert claims.list_ready_runs(600) == [run_id]
        claimed = claims.claim_run(run_id, "worker", timezone.now())
        assert claimed is not None
        RunExecution(*claimed).carry_out()
    with watch.measure("card"):
        answer = client.get(f"/qcode-img/runs/live/?seen={run_id}:{version}")
    assert 'data-state="succeeded"' in answer.content.decode(), answer.content[:2000]
    with watch.measure("picture"):
        answer = client.get(f"/qcode-img/runs/{run_id}/pictures/1/")
        assert sum(map(len, answer.streaming_content)) > 2_000_000


def main(runs: int, polls: int) -> None:
    """Measure and print the medians."""
    with tempfile.TemporaryDirectory() as folder, run_provider(keeps_bodies=False) as base_url:
        set_up(folder, base_url)
        from django.test import Client

        watch = Stopwatch()
        # A visitor has 60 runs in the strip at most; ten visitors keep the pages alike.
        for number in range(runs + WARM_UP):
            if number % 20 == 0:
                client = Client(SERVER_NAME="127.0.0.1")
                page = client.get("/qcode-img/").content.decode()
                hidden = {name: value for name, value in reversed(HIDDEN.findall(page))}
                entries = {**hidden, "api": "load", "key": f"cr_load_{number:04}", "next": "/"}
                assert client.post("/qcode-img/key/", entries).status_code == 303
            if number == WARM_UP:
                watch = Stopwatch()
            run_once(client, hidden, number, polls, watch)
        medians = {part: statistics.median(times) for part, times in watch.parts.items()}
        print("  ".join(f"{part} {ms:.2f}" for part, ms in medians.items()), end="  ")
        print(f"total {sum(medians.values()):.2f} ms of CPU a run")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 200, given[1] if len(given) > 1 else POLLS)
