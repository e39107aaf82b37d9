"""Fixtures of every test."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template.backends.jinja2 import Template
from django.test.signals import template_rendered
from django.utils import translation

from playground.core.management.commands import translations


def pytest_configure() -> None:
    """Pages are tested in both languages."""
    translations.compile_stale(settings.BASE_DIR)
    _let_clients_see_contexts()


@pytest.fixture(autouse=True)
def pictures_dir(tmp_path, settings) -> Iterator[None]:
    """Files of a test go to a folder of its own."""
    settings.PICTURES_DIR = tmp_path / "pictures"
    settings.DRAFTS_DIR = tmp_path / "drafts"
    settings.CONVERSIONS_DIR = tmp_path / "conversions"
    settings.SPARE_DIR = tmp_path / "spare"
    yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """Operators' passwords are hashed as slowly as can be borne, which no test needs."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _english(settings) -> Iterator[None]:
    """Each test begins in English, whatever language the page before was asked in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session", autouse=True)
def _data_dir() -> Iterator[None]:
    """WhiteNoise warns when its folder is missing, and warnings are errors."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    yield
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def _let_clients_see_contexts() -> None:
    """`response.context` for Jinja2's templates, as Django's test client has it for Django's own."""
    render = Template.render

    def rendered(self, context=None, request=None):
        known = {} if context is None else context
        text = render(self, known, request)
        template_rendered.send(sender=self, template=self, context=known)
        return text

    Template.render = rendered
