"""Metrics and access log of a real server with several processes."""

import json
import re
from typing import Any

from tests.helpers.crashes import wait_until
from tests.server.conftest import DEMO_SECONDS, PROMPT, ObservedServer


def test_requests_are_counted_by_route_method_and_status_and_never_by_path(observed: ObservedServer) -> None:
    wait_until(lambda: "playground_http_requests_total,POST,generate,303" in observed.samples(), 10, "the form")
    found = observed.samples()
    assert found["playground_http_requests_total,POST,generate,303"] == 1
    assert found["playground_http_requests_total,GET,unknown,404"] >= 1
    assert found["playground_http_requests_total,GET,picture,200"] == 1
    assert found["playground_http_request_seconds_count,POST,generate"] == 1
    run_id = observed.run.rstrip("/").rpartition("/")[2]
    named = [name for name in found if name.startswith("playground_http")]
    assert not [name for name in named if run_id in name or "/" in name or observed.key in name]


def test_a_streamed_response_is_counted_and_logged_at_its_end(observed: ObservedServer) -> None:
    wait_until(lambda: len(observed.access_lines("gateway:generations")) == 2, 10, "the lines")
    # The run's own call of the built-in API is the other one.
    found = observed.samples()
    assert found["playground_http_requests_total,POST,gateway:generations,200"] == 2
    assert found["playground_http_request_seconds_sum,POST,gateway:generations"] >= 2 * DEMO_SECONDS
    assert len(observed.streamed.content) in [
        line["access"]["bytes"] for line in observed.access_lines("gateway:generations")
    ]


def test_an_access_line_has_the_request_id_of_the_response_and_nothing_secret(observed: ObservedServer) -> None:
    def line_of_stream() -> list[dict[str, Any]]:
        return [line for line in observed.lines() if line["request_id"] == observed.streamed.headers["x-request-id"]]

    wait_until(lambda: any("access" in line for line in line_of_stream()), 10, "the line")
    (line,) = [line for line in line_of_stream() if "access" in line]
    assert sorted(line["access"]) == ["bytes", "method", "ms", "route", "status"]
    assert line["access"]["method"] == "POST" and line["access"]["ms"] >= DEMO_SECONDS * 1000
    texts = [json.dumps(line) for line in observed.lines() if "access" in line]
    assert texts and not [text for text in texts if re.search(f"hidden|{observed.key}|{PROMPT}|127.0.0.1", text)]


def test_a_line_that_django_writes_has_the_id_of_its_request(observed: ObservedServer) -> None:
    def request_ids(logger: str) -> set[str]:
        return {line["request_id"] for line in observed.lines() if line["logger"] == logger}

    # Django's line is written before the response, the other one after it.
    wait_until(lambda: request_ids("django.request") <= request_ids("playground.access"), 10, "the lines")
    assert request_ids("django.request")


def test_every_line_is_an_object_with_a_time_in_a_zone(observed: ObservedServer) -> None:
    assert all(re.search(r"[+-]\d\d:\d\d$", line["time"]) for line in observed.lines())


def test_the_processes_of_the_server_are_reported_by_role(observed: ObservedServer) -> None:
    found = observed.samples()
    # gunicorn's first process, two that answer, and a child that draws at least.
    assert found["playground_processes,web"] >= 4
    assert found["playground_processes,launcher"] == 1 and found["playground_processes,worker"] >= 1
    for role in ("launcher", "web", "worker"):
        assert found[f"playground_process_cpu_seconds_total,{role}"] > 0
        assert found[f"playground_process_resident_bytes,{role}"] > 10_000_000
        assert found[f"playground_process_open_files,{role}"] > 3


def test_waits_for_child_processes_and_the_last_pruning_are_reported(observed: ObservedServer) -> None:
    found = observed.samples()
    assert found["playground_pool_wait_seconds_count,drawing"] >= 1
    assert found["playground_workers_alive"] == 1
    assert found["playground_last_prune_timestamp_seconds"] > 1_700_000_000
