"""The fault server as the provider behind the API, and a customer whose key reaches it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from playground.gateway import authentication
from playground.gateway.client_connection import ClientConnection
from playground.gateway.renderers import base
from playground.gateway.renderers.upstream import UpstreamRenderer
from playground.imageapi.catalog import Limits
from playground.imageapi.schemas import ImageRequest
from tests.gateway.conftest import EDITS, GENERATIONS
from tests.gateway.keys import make_api_key
from tests.gateway.multipart_bodies import FORM, body_of, fields, part, picture

OPERATORS_KEY = "sk-operator-0123456789abcdefghij"
SIZE = "1024x1024"


class Customer:
    """Calls the API with a key of create_key."""

    def __init__(self, client: Client, behind: Callable[[Any], None]) -> None:
        self.key = authentication.create_key()
        self.behind = behind
        self._client = client
        make_api_key(self.key)

    def ask(self, **sent: Any) -> HttpResponse:
        """Pictures from text."""
        body = json.dumps({"model": "gpt-image-2", "prompt": "a secret garden", "size": SIZE, **sent})
        return self._send(GENERATIONS, body.encode(), "application/json")

    def edit(self, *files: tuple[str, str, bytes], **sent: Any) -> HttpResponse:
        """Pictures from pictures; `files` are (field, file name, content)."""
        files = files or (("image", "cat.png", picture()),)
        named = (part(field, content, name) for field, name, content in files)
        return self._send(EDITS, body_of(fields(**{"size": SIZE, **sent}), *named), FORM)

    def _send(self, address: str, body: bytes, kind: str) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.key}"}
        return self._client.generic("POST", address, body, content_type=kind, headers=headers)


@pytest.fixture
def customer(client: Client, monkeypatch: pytest.MonkeyPatch) -> Customer:
    """A customer; `customer.behind(address)` puts a provider behind the API."""

    def behind(address: str, seconds: float = 10.0) -> None:
        monkeypatch.setattr(base, "upstream_renderer", lambda: renderer(address, seconds))

    return Customer(client, behind)


def renderer(address: str, seconds: float = 10.0) -> UpstreamRenderer:
    """A renderer that does not wait before it tries again."""
    return UpstreamRenderer(address, OPERATORS_KEY, seconds, Limits(retry_pace=0.0))


def rendering(address: str, client: ClientConnection, folder: Path, **asked: Any) -> Any:
    """The provider's work on one plain request."""
    request = ImageRequest("generations", "a cat", size=SIZE, quality="low", n=1, **asked)
    return renderer(address).render(request, client, folder)
