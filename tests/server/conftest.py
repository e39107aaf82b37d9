"""A server with metrics and access log, after a visitor's run and a call of its API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers import databases
from tests.helpers.crashes import Visitor
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

    def families(self) -> list[Metric]:
        text = requests.get(f"{self.process.root}/metrics", headers={"Connection": "close"}, timeout=10).text
        return list(text_string_to_metric_families(text))

    def samples(self) -> dict[str, float]:
        """Every sample by its name and the sorted values of its labels."""
        return {
            ",".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
            for family in self.families()
            for sample in family.samples
        }

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.process.log.splitlines()]

    def access_lines(self, route: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("access", {}).get("route") == route]


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
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
