"""What the tests of pages stand on."""

from collections.abc import Iterator

import pytest
from django.conf import settings


@pytest.fixture(scope="session", autouse=True)
def _static_root(_data_dir: None) -> Iterator[None]:
    """WhiteNoise warns when its folder is missing, and warnings are errors."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    yield
