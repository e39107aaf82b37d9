"""The engines, once for all tests of a worker."""

from collections.abc import Iterator

import pytest

from tests.helpers import services


@pytest.fixture(scope="session")
def _engines_here() -> None:
    if lacking := services.missing():
        pytest.skip(lacking)


@pytest.fixture(scope="session")
def postgres(_engines_here: None) -> Iterator[tuple[str, services.Engine]]:
    """Address and server of PostgreSQL."""
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis(_engines_here: None) -> Iterator[tuple[str, services.Engine]]:
    """Address and server of Redis."""
    with services.redis() as server:
        yield server
