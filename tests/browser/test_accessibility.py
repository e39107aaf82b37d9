"""WCAG 2.2 AA as checked by axe: every page, both themes, desktop and phone, in one language or the other.

`benchmarks/browser/accessibility.py` does all pages in both languages.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.axe import assert_accessible, bring_axe, check
from tests.browser.page_list import PLACES, RUN, Visit, visited
from tests.helpers.server import ServerProcess

# Each language begins with another one, so that each width is seen in either theme.
WIDTHS: Final = {"en-GB": (1440, 390), "zh-CN": (390, 1440)}


@pytest.fixture(scope="module")
def visit(browser: Browser, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with visited(browser, server, tmp_path_factory.mktemp("sources")) as visit:
        yield visit


def look(page: Page, width: int, theme: Literal["light", "dark"]) -> str:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    return f"{width} px, {theme}:"


@pytest.fixture(scope="module")
def returning(request: pytest.FixtureRequest, browser: Browser, visit: Visit) -> Iterator[tuple[BrowserContext, str]]:
    context = browser.new_context(locale=request.param, storage_state=visit.state, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context, request.param
    context.close()


@pytest.mark.parametrize(
    ("place", "returning"), list(zip(PLACES, cycle(WIDTHS), strict=False)), indirect=["returning"]
)
def test_axe_finds_nothing(returning: tuple[BrowserContext, str], visit: Visit, place: str) -> None:
    context, language = returning
    light_width, dark_width = WIDTHS[language]
    page = context.new_page()
    look(page, 1440, "light")
    PLACES[place](page, visit)
    bring_axe(page)
    check(page, look(page, light_width, "light"))
    check(page, look(page, dark_width, "dark"))
    page.close()


def test_axe_finds_nothing_at_a_newcomers_and_while_a_run_goes_on(browser: Browser, server: ServerProcess) -> None:
    page = browser.new_page(reduced_motion="reduce")
    for path in ("runs/", "usage/"):
        page.goto(f"{server.url}{path}")
        assert_accessible(page)
    page.goto(server.url)
    page.fill("#id_prompt", "A slow one")
    page.locator("#submit").click()
    page.wait_for_url(RUN)
    assert_accessible(page)
    page.close()
