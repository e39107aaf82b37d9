"""A deeply nested body is refused by the real server, whose threads have stacks of their own size."""

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from playground.imageapi.providers import make_demo_key
from tests.helpers.server import ServerProcess


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_deeply_nested_body_is_refused_and_the_worker_lives(tmp_path: Path, opening: str) -> None:
    server = ServerProcess(tmp_path / "data").start()
    key = make_demo_key((server.data / "secret_key").read_text())
    for depth in (5_000, 20_000, 100_000):
        request = urllib.request.Request(
            f"{server.url}v1/images/generations",
            data=(opening * depth).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 400
        refused.value.close()
    server.stop()
    assert "SIGSEGV" not in server.log
