"""Metrics and access log of a real server with several processes, after a visitor's run and a call of its API."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers import databases
from tests.helpers.crashes import Visitor, wait_until
from tests.helpers.server import ServerProcess

PROMPT = "a heron in the reeds"
DEMO_SECONDS = 1


@dataclass
class ObservedServer:
    """A server after a run, a streamed call and a few other requests."""

    process: ServerProcess
    key: str
    run: str
    streamed: requests.Response

    def samples(self) -> dict[str, float]:
        """Every sample by its name and the sorted values of its labels."""
        text = requests.get(f"{self.process.root}/metrics", headers={"Connection": "close"}, timeout=10).text
        families = text_string_to_metric_families(text)
        return {
            ",".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
            for family in families
            for sample in family.samples
        }

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.process.log.splitlines()]

    def access_lines(self, route: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("access", {}).get("route") == route]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    settings = {"METRICS": "true", "ACCESS_LOG": "true", "LOG_FORMAT": "json", "LOG_LEVEL": "warning"}
    settings |= {"DEMO_SECONDS": str(DEMO_SECONDS), "WEB_WORKERS": "2", "IMAGE_APIS": "builtin"}
    process = ServerProcess(tmp_path_factory.mktemp("observed"), settings).start()
    try:
        visitor = Visitor(process)
        run = visitor.submit(PROMPT, api="builtin", key="")
        visitor.wait(run, "succeeded", seconds=60)
        assert visitor.pictures(run)
        key = databases.manage(process.data, "create_key").split()[-1]
        streamed = requests.post(
            f"{process.url}v1/images/generations?hidden=query",
            json={"model": "gpt-image-2", "prompt": PROMPT, "stream": True, "partial_images": 1},
            headers={"Authorization": f"Bearer {key}", "Connection": "close"},
            timeout=60,
        )
        assert streamed.status_code == 200, streamed.text
        requests.get(f"{process.url}nothing/{key}?hidden=query", timeout=10)
        yield ObservedServer(process, key, run, streamed)
    finally:
        process.stop(within=30)


def test_requests_are_counted_by_route_method_and_status_and_never_by_path(server: ObservedServer) -> None:
    wait_until(lambda: "playground_http_requests_total,POST,generate,303" in server.samples(), 10, "the form")
    found = server.samples()
    assert found["playground_http_requests_total,POST,generate,303"] == 1
    assert found["playground_http_requests_total,GET,unknown,404"] >= 1
    assert found["playground_http_requests_total,GET,picture,200"] == 1
    assert found["playground_http_request_seconds_count,POST,generate"] == 1
    run_id = server.run.rstrip("/").rpartition("/")[2]
    named = [name for name in found if name.startswith("playground_http")]
    assert not [name for name in named if run_id in name or "/" in name or server.key in name]


def test_a_streamed_response_is_counted_and_logged_at_its_end(server: ObservedServer) -> None:
    wait_until(lambda: len(server.access_lines("gateway:generations")) == 2, 10, "the lines")
    # The run's own call of the built-in API is the other one.
    found = server.samples()
    assert found["playground_http_requests_total,POST,gateway:generations,200"] == 2
    assert found["playground_http_request_seconds_sum,POST,gateway:generations"] >= 2 * DEMO_SECONDS
    assert len(server.streamed.content) in [
        line["access"]["bytes"] for line in server.access_lines("gateway:generations")
    ]


def test_an_access_line_has_the_request_id_of_the_response_and_nothing_secret(server: ObservedServer) -> None:
    def line_of_stream() -> list[dict[str, Any]]:
        return [line for line in server.lines() if line["request_id"] == server.streamed.headers["x-request-id"]]

    wait_until(lambda: any("access" in line for line in line_of_stream()), 10, "the line")
    (line,) = [line for line in line_of_stream() if "access" in line]
    assert sorted(line["access"]) == ["bytes", "method", "ms", "route", "status"]
    assert line["access"]["method"] == "POST" and line["access"]["ms"] >= DEMO_SECONDS * 1000
    texts = [json.dumps(line) for line in server.lines() if "access" in line]
    assert texts and not [text for text in texts if re.search(f"hidden|{server.key}|{PROMPT}|127.0.0.1", text)]


def test_a_line_that_django_writes_has_the_id_of_its_request(server: ObservedServer) -> None:
    def request_ids(logger: str) -> set[str]:
        return {line["request_id"] for line in server.lines() if line["logger"] == logger}

    # Django's line is written before the response, the other one after it.
    wait_until(lambda: request_ids("django.request") <= request_ids("playground.access"), 10, "the lines")
    assert request_ids("django.request")


def test_every_line_is_an_object_with_a_time_in_a_zone(server: ObservedServer) -> None:
    assert all(re.search(r"[+-]\d\d:\d\d$", line["time"]) for line in server.lines())


def test_the_processes_of_the_server_are_reported_by_role(server: ObservedServer) -> None:
    found = server.samples()
    # gunicorn's first process, two that answer, and a child that draws at least.
    assert found["playground_processes,web"] >= 4
    assert found["playground_processes,launcher"] == 1 and found["playground_processes,worker"] >= 1
    for role in ("launcher", "web", "worker"):
        assert found[f"playground_process_cpu_seconds_total,{role}"] > 0
        assert found[f"playground_process_resident_bytes,{role}"] > 10_000_000
        assert found[f"playground_process_open_files,{role}"] > 3


def test_waits_for_child_processes_and_the_last_pruning_are_reported(server: ObservedServer) -> None:
    found = server.samples()
    assert found["playground_pool_wait_seconds_count,drawing"] >= 1
    assert found["playground_workers_alive"] == 1
    assert found["playground_last_prune_timestamp_seconds"] > 1_700_000_000
