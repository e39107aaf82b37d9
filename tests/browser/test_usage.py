"""The usage page in a browser: what a run cost stands there, and axe finds nothing."""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.helpers.server import ServerProcess


def test_a_run_is_on_the_usage_page(page: Page, server: ServerProcess, language: str) -> None:
    page.goto(f"{server.url}usage/")
    assert_accessible(page)
    page.goto(server.url)
    page.fill("textarea[name=prompt]", "A mountain lake")
    page.locator("textarea[name=prompt]").press("Control+Enter")
    page.wait_for_url(re.compile("/runs/"))
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded")
    page.goto(f"{server.url}usage/")
    expect(page.locator("[data-usage-images]")).to_have_attribute("data-usage-images", "1")
    expect(page.locator("[data-usage-micro-usd]")).to_have_attribute("data-usage-micro-usd", "80000")
    expect(page.locator("tr[data-call]")).to_have_count(1)
    with page.expect_download() as download:
        page.locator("a[data-csv]").click()
    assert download.value.path().read_text().count("\n") == 2
    assert_accessible(page)
