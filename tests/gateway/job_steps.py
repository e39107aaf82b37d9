"""Fixtures for jobs: their work waits until the test lets it go on, in the test's own thread."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from playground.gateway.models import ImageCall
from playground.gateway.services.jobs import JobConnection, JobThreads

JOBS = f"/{settings.URL_PREFIX}v1/jobs/"
ASYNC = {"Prefer": "respond-async"}


class WaitingJobs:
    """The work of accepted jobs, in order."""

    def __init__(self, client: Client, key: str) -> None:
        self.client = client
        self.auth = {"Authorization": f"Bearer {key}"}
        self.works: list[tuple[JobConnection, Callable[[JobConnection], object]]] = []

    def finish(self) -> None:
        """Let the work of all jobs run to its end."""
        while self.works:
            connection, work = self.works.pop(0)
            work(connection)

    def read(self, accepted: HttpResponse) -> dict[str, Any]:
        """The job as its owner sees it."""
        response = self.client.get(accepted["Location"], headers=self.auth)
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    def cancel(self, accepted: HttpResponse) -> dict[str, Any]:
        """The answer to its cancellation."""
        response = self.client.post(f"{JOBS}{accepted.json()['id']}/cancel", headers=self.auth)
        assert response.status_code == 200, response.content
        return response.json()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, client: Client, key: str) -> WaitingJobs:
    waiting = WaitingJobs(client, key)

    def run(_: JobThreads, call: ImageCall, key_hash: str, work: Callable[[JobConnection], object]) -> None:
        waiting.works.append((JobConnection(key_hash), work))

    monkeypatch.setattr(JobThreads, "run", run)
    return waiting
