"""What axe says of a page."""

from typing import Any, Final

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL: Final[dict[str, Any]] = {"runOnly": STANDARDS}
# What a theme can change, and the rest: contrast takes the longest by far.
CONTRAST: Final[dict[str, Any]] = {"runOnly": ["color-contrast"]}
LAYOUT: Final[dict[str, Any]] = {"runOnly": STANDARDS, "rules": {"color-contrast": {"enabled": False}}}


def bring_axe(page: Page) -> None:
    """Load axe into the page, once for all checks of it."""
    page.evaluate(Axe().axe_script)


def check(page: Page, rules: dict[str, Any], what: str = "") -> None:
    """Assert that nothing of `rules` is violated; `what` is said beside what is."""
    said = page.evaluate("rules => axe.run(rules)", {**rules, "resultTypes": ["violations"]})
    found = AxeResults(said)
    assert found.violations_count == 0, f"{what} {found.generate_report()}"


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing on the page as it is."""
    bring_axe(page)
    check(page, ALL)
