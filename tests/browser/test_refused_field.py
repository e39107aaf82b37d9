"""A run that fails for one field marks it in the form beside it, while the page is looked at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.edit_page import RUN
from tests.fake_provider import FakeProvider
from tests.helpers.server import ServerProcess


@pytest.fixture
def failing(page: Page, server: ServerProcess, provider: FakeProvider) -> Iterator[Page]:
    """The page of a run whose size is about to be refused."""
    provider.hold()
    page.goto(server.url)
    page.fill("#id_prompt", "A fox")
    page.evaluate("document.querySelector('#api-refusing').click()")
    page.fill("#id_key", "cr_0123456789abcdef0123")
    page.click("#submit")
    page.wait_for_url(RUN)
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", "running")
    yield page
    provider.release()


def test_the_field_is_marked_when_the_run_fails(failing: Page, provider: FakeProvider) -> None:
    provider.release()
    expect(failing.locator("article[data-run]")).to_have_attribute("data-state", "failed")
    expect(failing.locator("#error-size")).to_be_visible()
    expect(failing.locator("#id_size")).to_have_attribute("aria-invalid", "true")
    failing.check("#brief [name=size][value='1536x1024']", force=True)
    expect(failing.locator("#error-size")).to_have_count(0)


def test_a_field_that_was_changed_meanwhile_is_not_marked(failing: Page, provider: FakeProvider) -> None:
    failing.check("#brief [name=size][value='1536x1024']", force=True)
    provider.release()
    expect(failing.locator("article[data-run]")).to_have_attribute("data-state", "failed")
    expect(failing.locator("[data-message]")).to_be_visible()
    expect(failing.locator("#error-size")).to_have_count(0)
