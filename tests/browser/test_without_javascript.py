"""Generation from end to end without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers.server import ServerProcess


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_run_page_refreshes_itself_until_the_picture_is_there(plain: Page, server: ServerProcess) -> None:
    plain.goto(server.url)
    plain.fill("textarea[name=prompt]", "A mountain lake")
    plain.locator("form[method=post] button[type=submit]").first.click()
    assert re.search(r"/runs/[0-9a-f]+/", plain.url)
    expect(plain.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded", timeout=60_000)
    expect(plain.locator("img[data-picture]")).to_have_count(1)
    assert plain.locator("meta[http-equiv=refresh]").count() == 0


def test_an_invalid_form_comes_back_with_everything_in_it(plain: Page, server: ServerProcess) -> None:
    plain.goto(server.url)
    plain.fill("textarea[name=prompt]", "   ")
    plain.check("input[name=quality][value=high]", force=True)
    plain.locator("form[method=post] button[type=submit]").first.click()
    expect(plain.locator("[data-field-error=prompt]")).not_to_be_empty()
    expect(plain.locator("input[name=quality][value=high]")).to_be_checked()


def test_the_search_is_a_page(plain: Page, server: ServerProcess) -> None:
    plain.goto(server.url)
    plain.locator("#commands").click()
    plain.fill("main input[name=q]", "key_expired")
    plain.locator("main form button").click()
    plain.locator("main section a").click()
    assert plain.url.endswith("/reference/errors/key_expired/")
