"""The pytest fixture of the fault server: `from tests.upstream.fixtures import upstream`."""

from collections.abc import Iterator

import pytest

from tests.upstream.server import UpstreamServer


@pytest.fixture
def upstream() -> Iterator[UpstreamServer]:
    """A fresh fault server."""
    with UpstreamServer() as server:
        yield server
