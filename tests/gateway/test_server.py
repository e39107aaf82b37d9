"""A real server: clients that disconnect, and its shutdown."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.live_api import Server, serving
from tests.helpers.process_costs import descendants

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
ASK = {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "stream": True, "partial_images": 1}


@pytest.fixture
def slow_server(tmp_path):
    """A server whose demo takes minutes, with a place for one call."""
    with serving(tmp_path, DEMO_SECONDS="300", WEB_THREADS="4") as running:
        yield running


def call(server: Server) -> tuple[http.client.HTTPConnection, int]:
    """Begin a streamed call: the connection and the status, which come while the picture is not there yet."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.new_key()}", "Content-Type": "application/json"}
    connection.request("POST", f"{server.base_url}/images/generations", json.dumps(ASK), headers)
    return connection, connection.getresponse().status


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool]) -> bool:
    """Say whether the condition comes true within 20 seconds."""
    deadline = time.monotonic() + 20
    while not (is_true := condition()) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return is_true


def test_a_client_that_leaves_frees_its_slot_for_the_next(slow_server):
    first, status = call(slow_server)
    assert (status, call(slow_server)[1]) == (200, 503)
    first.close()
    assert until(lambda: call(slow_server)[1] == 200)


@needs_proc
def test_a_stop_of_the_group_ends_calls_and_drawing_processes(slow_server):
    call(slow_server)
    assert until(lambda: len(descendants(slow_server.process.pid)) >= 2)
    family = descendants(slow_server.process.pid)
    slow_server.stop()
    assert until(lambda: not any(map(is_running, family)))


@needs_proc
def test_drawing_processes_do_not_outlive_a_killed_worker(slow_server):
    call(slow_server)
    assert until(lambda: len(descendants(slow_server.process.pid)) >= 2)
    worker, *drawing = descendants(slow_server.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: not any(map(is_running, drawing)))


def test_a_job_goes_on_when_its_client_leaves_without_reading_the_answer(server):
    key = {"Authorization": f"Bearer {server.new_key()}", "Idempotency-Key": "one"}
    body = json.dumps({"model": "gpt-image-2", "prompt": "a cat", "quality": "low"})

    def send(**headers: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        everything = {"Content-Type": "application/json", **key, **headers}
        connection.request("POST", f"{server.base_url}/images/generations", body, everything)
        return connection

    def answer(**headers: str) -> int:
        return send(**headers).getresponse().status

    send(Prefer="respond-async").close()
    # Whichever of the two came first became the job; nobody waits for it.
    assert answer(Prefer="respond-async") == 202
    assert until(lambda: answer() == 200)
