"""Clients, keys and renderers for the tests of the image API."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client

from playground.gateway import authentication
from playground.gateway.renderers import base
from playground.gateway.services.leases import Leases
from playground.imageapi.providers import make_demo_key
from tests.gateway.live_api import Server, serving
from tests.gateway.multipart_bodies import FORM, body_of, fields, part, picture
from tests.gateway.tiny_renderer import TinyRenderer

GENERATIONS = f"/{django_settings.URL_PREFIX}v1/images/generations"
EDITS = f"/{django_settings.URL_PREFIX}v1/images/edits"
type Post = Callable[..., HttpResponse]


class Reader(Client):
    """Reads answers to their end as programs do, also those that come in blocks; event streams are left to tests."""

    def request(self, **request: Any) -> Any:
        """The answer, whole."""
        response = super().request(**request)
        if not response.streaming or response["Content-Type"].startswith("text/"):
            return response
        whole = HttpResponse(b"".join(response.streaming_content), headers=dict(response.headers))
        whole.json = lambda: json.loads(whole.content)
        return whole


@pytest.fixture
def client() -> Reader:
    """A program that calls the API."""
    return Reader()


@pytest.fixture
def key() -> str:
    """A demo key that works."""
    return make_demo_key(django_settings.SECRET_KEY)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> TinyRenderer:
    """Let the API draw without child processes; the renderer remembers the requests."""
    renderer = TinyRenderer()
    monkeypatch.setattr(base, "demo_renderer", lambda: renderer)
    return renderer


@pytest.fixture
def post(client: Client, key: str) -> Post:
    """Ask for pictures: fields replace or add to a plain request; `body` sends raw bytes instead."""

    def ask(
        body: bytes | None = None, headers: dict[str, str] | None = None, query: str = "", **fields: Any
    ) -> HttpResponse:
        if body is None:
            body = json.dumps({"model": "gpt-image-2", "prompt": "a cat", **fields}).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **(headers or {})}
        content_type = headers.pop("Content-Type")
        return client.generic("POST", GENERATIONS + query, body, content_type=content_type, headers=headers)

    return ask


@pytest.fixture
def edit(client: Client, key: str) -> Post:
    """Ask for an edit of a small picture; `files` of (field, file name, content) replace it, fields are added."""

    def ask(*files: tuple[str, str, bytes], body: bytes | None = None, form: str = FORM, **sent: Any) -> HttpResponse:
        if body is None:
            named = files or (("image", "cat.png", picture()),)
            body = body_of(fields(**sent), *(part(field, content, name) for field, name, content in named))
        headers = {"Authorization": f"Bearer {key}"}
        return client.generic("POST", EDITS, body, content_type=form, headers=headers)

    return ask


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Give every test the database: each call is recorded."""


@pytest.fixture(autouse=True)
def _no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases are renewed and swept only when a test says so."""
    monkeypatch.setattr(Leases, "start", lambda _: None)


@pytest.fixture(autouse=True)
def _no_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the unknown keys of earlier tests."""
    monkeypatch.setattr(authentication, "key_guesses", authentication.make_guess_throttle())


@pytest.fixture(autouse=True)
def _own_data_dir(settings: Any, tmp_path: Path) -> None:
    """Uploads go to a folder that the test can look into."""
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture(autouse=True)
def _no_delay(settings: Any) -> Iterator[None]:
    """Nothing waits unless a test is about waiting."""
    settings.DEMO_SECONDS = 0
    yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server of the image API that draws at once."""
    with serving(tmp_path_factory.mktemp("server"), DEMO_SECONDS="0") as running:
        yield running


@pytest.fixture
def adapted(server: Server) -> Callable[[str], str]:
    """A sample of the API's reference for this server: with only base address and key changed."""
    key = server.new_key()

    def adapt(sample: str) -> str:
        sample = sample.replace("https://api.qcode.cc/qcode-img/v1", server.base_url)
        return sample.replace("cr_YOUR_QCODE_API_KEY", key)

    return adapt


@pytest.fixture
def jq(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A search path with jq: the system's, else a stand-in that does this one step."""
    if shutil.which("jq"):
        return os.environ["PATH"]
    with capsys.disabled():
        print("\njq is not installed; Python reads the JSON in its place")
    program = tmp_path / "bin" / "jq"
    program.parent.mkdir()
    read = 'import json, sys; print(json.load(sys.stdin)["data"][0]["b64_json"])'
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{read}'\n")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"
