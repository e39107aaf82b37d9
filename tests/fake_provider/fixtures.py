"""The pytest fixture of the fault server: `from tests.fake_provider.fixtures import upstream`."""

from collections.abc import Iterator

import pytest

from tests.fake_provider.server import UpstreamServer


@pytest.fixture
def upstream() -> Iterator[UpstreamServer]:
    """A fresh fault server."""
    with UpstreamServer() as server:
        yield server
