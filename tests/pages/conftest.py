"""The built-in API on a local server, for pages that call it over HTTP."""

from collections.abc import Iterator

import pytest

from playground.imageapi.providers import PROFILES, ImageApi
from tests.gateway.live_api import SECRET, Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("builtin"), DEMO_SECONDS="0") as running:
        yield running


@pytest.fixture
def builtin(settings, server: Server) -> Server:
    """The built-in API of `server` is the one that the pages offer, and takes their demo keys."""
    settings.SECRET_KEY = SECRET
    settings.IMAGE_APIS = {"builtin": ImageApi("builtin", PROFILES["builtin"], server.base_url)}
    return server
