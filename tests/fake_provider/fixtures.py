"""The pytest fixture of the fault server: `from tests.fake_provider.fixtures import provider`."""

from collections.abc import Iterator

import pytest

from tests.fake_provider.server import FakeProvider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A fresh fault server."""
    with FakeProvider() as server:
        yield server
