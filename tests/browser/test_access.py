"""WCAG 2.2 AA as far as axe can tell: every page, both languages, both themes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.house import House

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_axe_finds_nothing_on_any_page(browser: Browser, house: House, language: str, theme: str) -> None:
    context = browser.new_context(locale=language, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{house.url}runs/")
    assert_accessible(page)
    page.goto(house.url)
    assert_accessible(page)
    page.fill("textarea[name=prompt]", "   ")
    page.locator("textarea[name=prompt]").press("Control+Enter")
    expect(page.locator("[data-field-error=prompt]")).not_to_be_empty()
    assert_accessible(page)
    page.fill("textarea[name=prompt]", "A vase with sunflowers")
    page.locator("textarea[name=prompt]").press("Control+Enter")
    page.wait_for_url(re.compile(r"/runs/[0-9a-f]+/"))
    assert_accessible(page)
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded")
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    page.goto(f"{house.url}runs/")
    assert_accessible(page)
    page.goto(f"{house.url}nothing-here/")
    assert_accessible(page)
    context.close()
