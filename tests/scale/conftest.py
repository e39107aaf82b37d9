"""The engines, once for all tests of a worker."""

from collections.abc import Iterator

import pytest

from tests import engines


@pytest.fixture(scope="session")
def _engines_here() -> None:
    if lacking := engines.missing():
        pytest.skip(lacking)


@pytest.fixture(scope="session")
def postgres(_engines_here: None) -> Iterator[tuple[str, engines.Engine]]:
    """Address and server of PostgreSQL."""
    with engines.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis(_engines_here: None) -> Iterator[tuple[str, engines.Engine]]:
    """Address and server of Redis."""
    with engines.redis() as server:
        yield server
