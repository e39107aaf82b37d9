"""Accessibility checks with axe."""

from typing import Any, Final

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: Final[dict[str, Any]] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def bring_axe(page: Page) -> None:
    """Load axe into the page, once for all checks of it."""
    page.evaluate(Axe().axe_script)


def check(page: Page, what: str = "") -> None:
    """Assert that no rule is violated; `what` precedes the report."""
    report = page.evaluate("rules => axe.run(rules)", RULES)
    results = AxeResults(report)
    assert results.violations_count == 0, f"{what} {results.generate_report()}"


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing on the page as it is."""
    bring_axe(page)
    check(page)
