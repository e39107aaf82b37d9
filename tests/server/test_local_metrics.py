"""Counts in shared memory: complete over all processes, also killed ones, with labels from fixed lists."""

import subprocess
import sys

from playground.server.local_metrics import LocalMetrics, route_names
from tests.helpers.server import ROOT

# In a program of its own, because pytest's process has threads and must not fork.
PROGRAM = """
import os, signal
from playground.server.shared_counts import SharedCounts

counts = SharedCounts(columns=2, rows=2)
for number in range(5):
    if os.fork() == 0:
        counts.add([(0, 1), (1, number)])
        os.kill(os.getpid(), signal.SIGKILL)
    os.wait()
counts.add([(0, 1)])
print(counts.totals())
"""


def samples(metrics: LocalMetrics) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in metrics.collect()
        for sample in metric.samples
    }


def test_counts_of_killed_processes_stay_and_their_rows_are_used_again() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.strip() == "[6.0, 10.0]", ended.stderr


def test_each_route_but_those_that_only_redirect_in_the_admin_has_a_name() -> None:
    assert {name for name in route_names() if "unknown" in name} == {"gateway:unknown", "operators:unknown"}


def test_a_request_of_any_method_status_and_route_is_counted() -> None:
    metrics = LocalMetrics(1)
    metrics.count_request("run", "BREW", 418, 0.02)
    metrics.count_request("a path of the visitor", "HEAD", 200, 3)
    found = samples(metrics)
    assert found["playground_http_requests_total", "run", "other", "other"] == 1
    assert found["playground_http_requests_total", "unknown", "GET", "200"] == 1
    assert sum(value for (name, *_), value in found.items() if name == "playground_http_requests_total") == 2


def test_a_duration_falls_into_its_bucket_and_all_above() -> None:
    metrics = LocalMetrics(1)
    for seconds in (0.05, 0.051, 500):
        metrics.count_request("run", "GET", 200, seconds)
    bucket = {bound: value for (name, *_, bound), value in samples(metrics).items() if name.endswith("_bucket")}
    assert (bucket["0.025"], bucket["0.05"], bucket["0.1"], bucket["200"], bucket["+Inf"]) == (0, 1, 2, 2, 3)
