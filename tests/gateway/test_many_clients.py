"""Limits under load: several clients, several server processes, one key."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.gateway.live_api import Server, manage, serving
from tests.gateway.test_server import needs_proc, until
from tests.helpers import databases
from tests.helpers.crashes import kill_all
from tests.helpers.process_costs import descendants
from tests.helpers.server import ServerProcess

CLIENTS = 8


@pytest.fixture
def two_processes(tmp_path):
    """A server of two worker processes."""
    with serving(tmp_path, DEMO_SECONDS="0", WEB_CONCURRENCY="2") as running:
        yield running


def ask(server: Server | ServerProcess, key: str, **fields: object) -> tuple[int, str]:
    """Status and code of a call for the smallest picture."""
    body = json.dumps({"model": "gpt-image-2", "prompt": "a cat", "quality": "low", **fields}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    base_url = f"{server.url}v1" if isinstance(server, ServerProcess) else server.base_url
    url = f"{base_url}/images/generations"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            answer.read()
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["error"]["code"]


def test_no_client_gets_more_than_the_day_has(two_processes, tmp_path):
    key = manage(tmp_path, "create_key", "--daily-images=10", "--concurrency=100").splitlines()[-1]
    with ThreadPoolExecutor(CLIENTS) as pool:
        said = Counter(pool.map(lambda _: ask(two_processes, key), range(24)))
    assert said == {(200, ""): 10, (429, "image_daily_limit"): 14}
    assert manage(tmp_path, "reconcile") == "0 differences in 20 ledger rows.\n"


def test_calls_at_once_are_counted_over_all_processes(tmp_path):
    with serving(tmp_path, DEMO_SECONDS="2", WEB_CONCURRENCY="2") as server:
        key = manage(tmp_path, "create_key").splitlines()[-1]
        with ThreadPoolExecutor(CLIENTS) as pool:
            said = Counter(pool.map(lambda _: ask(server, key), range(CLIENTS)))
    assert said == {(200, ""): 2, (429, "concurrency_exhausted"): CLIENTS - 2}


def test_one_call_after_another_always_finds_its_slot_free(two_processes, tmp_path):
    key = manage(tmp_path, "create_key", "--concurrency=1").splitlines()[-1]
    assert [ask(two_processes, key)[0] for _ in range(4)] == [200] * 4


def in_the_books(folder: Path) -> list[tuple[str, int, int]]:
    """State, status and held money of every call."""
    asked = "SELECT state, status, held_micro_usd FROM gateway_job, gateway_account a WHERE account_id = a.id"
    return databases.ask(folder, asked)


@needs_proc
def test_a_killed_worker_leaves_no_charge(tmp_path):
    with serving(tmp_path, DEMO_SECONDS="60") as server, ThreadPoolExecutor(1) as pool:
        call = pool.submit(ask, server, server.new_key())
        assert until(lambda: in_the_books(tmp_path) == [("sent", None, 80_000)])
        os.kill(descendants(server.process.pid)[0], signal.SIGKILL)
        with pytest.raises(OSError):
            call.result()
    databases.ask(tmp_path, "UPDATE gateway_job SET leased_until = '2026-01-01'")
    assert manage(tmp_path, "reconcile") == "0 differences in 2 ledger rows.\n"
    assert in_the_books(tmp_path) == [("failed", 500, 0)]


@needs_proc
def test_calls_of_a_killed_server_end_without_anybody_calling(tmp_path):
    server = ServerProcess(tmp_path, {"DEMO_SECONDS": "60"}).start()
    key = manage(tmp_path, "create_key").splitlines()[-1]
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(ask, server, key)
        assert until(lambda: in_the_books(tmp_path) == [("sent", None, 80_000)])
        kill_all(server)
        with pytest.raises(OSError):
            call.result()
    databases.ask(tmp_path, "UPDATE gateway_job SET leased_until = '2026-01-01'")
    try:
        server.start()
        assert until(lambda: in_the_books(tmp_path) == [("failed", 500, 0)])
    finally:
        server.stop()
