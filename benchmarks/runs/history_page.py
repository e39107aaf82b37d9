"""Measure the history of a session with 5,000 runs, and its search, against one with 24: time, queries, bytes.

The page of a run in the middle is measured too: of 5,000 versions of one image each, and with four compared images;
and the search of the command palette.

Run: `python -m benchmarks.runs.history_page [runs]`.
"""

import os
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

FACTS = {"api": "builtin", "account": "builtin", "endpoint": "generations", "state": "succeeded"}
BRIEF = {"n": 1, "size": "1024x1024", "quality": "low"}


def a_session(count: int) -> "Client":
    """A visitor with so many runs of a picture each."""
    from django.test import Client

    from playground.runs.models import Picture, Run

    client, visitor = Client(headers={"host": "127.0.0.1"}), f"visitor-{count}"
    session = client.session
    session["visitor"] = visitor
    session.save()
    prompts = (f"A small ceramic vase with sunflower, number {number}" for number in range(count))
    runs = [Run(visitor=visitor, parameters={"prompt": prompt, **BRIEF}, **FACTS) for prompt in prompts]
    for place, run in enumerate(runs[1:], start=1):
        run.family, run.lineage = runs[0].pk, [f"{earlier.pk}/1" for earlier in runs[max(0, place - 40) : place]]
    Run.objects.bulk_create(runs)
    picture = {"number": 1, "file": "1.png", "format": "png", "width": 1024, "height": 1024, "size": 1}
    Picture.objects.bulk_create(Picture(run=run, **picture) for run in runs)
    return client


def look(client: "Client", runs: int, query: str, page: str = "runs/") -> None:
    """Open one page again and again, and say what it took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = f"/qcode-img/{page}?{query}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        weight = len(client.get(address).content) / 1024
    times, cpu_times = [], []
    for _ in range(40):
        started, cpu_started = time.perf_counter(), time.thread_time()
        assert client.get(address).status_code == 200
        times.append((time.perf_counter() - started) * 1000)
        cpu_times.append((time.thread_time() - cpu_started) * 1000)
    middle, slow, cpu = (
        statistics.median(times),
        *(statistics.quantiles(each, n=20)[-1] for each in (times, cpu_times)),
    )
    name = query[:24]
    print(f"{runs:5} runs, {name:24}: median {middle:.0f}, p95 {slow:.0f} ms (at most 50; CPU {cpu:.0f}), ", end="")
    print(f"{len(queries)} queries, {weight:.0f} KB")


def main(count: int) -> None:
    """Both sessions: the first page, the last one, and searches that find all runs, some, and none."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "playground.settings"
        import django

        django.setup()
        from django.core import signals
        from django.db import reset_queries

        from playground.runs.models import Run
        from playground.server import startup

        startup.prepare()
        # Else each request forgets what the one before it asked.
        signals.request_started.disconnect(reset_queries)
        for runs in (24, count):
            client = a_session(runs)
            for query in (
                "page=1",
                f"page={runs // 24}",
                "q=vase+number",
                "q=VASE+17",
                "q=%E8%8A%B1",
                "starred=1",
                "failed=1",
            ):
                look(client, runs, query)
            ids = list(Run.objects.filter(visitor=f"visitor-{runs}").values_list("pk", flat=True))
            look(client, runs, "versions", f"runs/{ids[runs // 2]}/")
            for query in ("q=", "q=vase+17", "q=VASE+number", "q=%E8%8A%B1"):
                look(client, runs, query, "commands/")
            look(client, runs, "&".join(f"p={run_id}/1" for run_id in ids[:4]), "compare/")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
