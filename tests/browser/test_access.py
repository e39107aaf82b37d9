"""WCAG 2.2 AA as far as axe can tell: every page, in both languages and themes, on a desk and on a phone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.access import assert_accessible, bring_axe, check
from tests.browser.masks import Editor, edit, picture
from tests.house import House

# Each language begins with another one, so that each width is seen in either theme.
WIDTHS: Final = {"en-GB": (1440, 390), "zh-CN": (390, 1440)}
RUN: Final = re.compile(r"/runs/[0-9a-f]+/")


@dataclass
class Visit:
    """A visitor who has been here: a run, an edit with a mask, a failure."""

    house: House
    state: Any
    generated: str
    edited: str
    failed: str


def submit(page: Page, state: str) -> str:
    page.locator("#submit").click()
    page.wait_for_url(RUN)
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", state)
    return page.url


@pytest.fixture(scope="module")
def visit(browser: Browser, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(house.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    generated = submit(page, "succeeded")
    page.goto(house.url)
    page.fill("#id_prompt", "Something that is refused")
    rehearse = (
        "form => form.insertAdjacentHTML('beforeend', '<input type=hidden name=rehearse value=moderation_blocked>')"
    )
    page.locator("#brief").evaluate(rehearse)
    failed = submit(page, "failed")
    editor = marked(page, house, tmp_path_factory.mktemp("sources"))
    editor.page.fill("#id_prompt", "A crown")
    edited = submit(page, "succeeded")
    yield Visit(house, context.storage_state(), generated, edited, failed)
    context.close()


def marked(page: Page, house: House, folder: Path) -> Editor:
    """The edit page with a picture that is partly marked."""
    editor = edit(page, house, picture(folder / "cat.png", 600, 400))
    editor.take("ellipse")
    editor.drag((100, 100), (300, 300))
    assert editor.mask is not None
    return editor


def refused(page: Page, visit: Visit) -> None:
    page.goto(visit.house.url)
    page.fill("#id_prompt", "   ")
    page.locator("#submit").click()
    expect(page.locator("[data-field-error=prompt]")).not_to_be_empty()


def with_everything_open(page: Page, visit: Visit) -> None:
    page.goto(visit.house.url)
    page.locator("#code > summary").click()
    expect(page.locator("link[href*='/css/code']")).to_have_count(1)
    page.evaluate("for (const fold of document.querySelectorAll('details.fold')) fold.open = true")


def compared(page: Page, visit: Visit) -> None:
    page.goto(visit.edited)
    page.locator("[data-compare]").first.click()
    expect(page.locator("dialog.compare")).to_be_visible()


def rehearsed(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.house.url}reference/errors/image_daily_limit/")
    page.locator("form[method=post] button").last.click()
    expect(page.locator("[data-rehearsed]")).to_be_visible()


def at(path: str) -> Callable[[Page, Visit], object]:
    return lambda page, visit: page.goto(f"{visit.house.url}{path}")


PLACES: Final[dict[str, Callable[[Page, Visit], object]]] = {
    "generate": at(""),
    "everything open": with_everything_open,
    "refused": refused,
    "result": lambda page, visit: page.goto(visit.generated),
    "failure": lambda page, visit: page.goto(visit.failed),
    "edit without a picture": at("edit/"),
    "edit": lambda page, visit: marked(page, visit.house, Path(visit.house.data)),
    "edited": lambda page, visit: page.goto(visit.edited),
    "comparison": compared,
    "history": at("runs/"),
    "keys": at("key/"),
    "usage": at("usage/"),
    "reference": at("reference/"),
    "rehearsal": rehearsed,
    "missing": at("nothing-here/"),
}


def look(page: Page, width: int, theme: Literal["light", "dark"]) -> str:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    return f"{width} px, {theme}:"


@pytest.fixture(scope="module", params=WIDTHS)
def returning(request: pytest.FixtureRequest, browser: Browser, visit: Visit) -> Iterator[tuple[BrowserContext, str]]:
    context = browser.new_context(locale=request.param, storage_state=visit.state, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context, request.param
    context.close()


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(returning: tuple[BrowserContext, str], visit: Visit, place: str) -> None:
    context, language = returning
    one, other = WIDTHS[language]
    page = context.new_page()
    look(page, 1440, "light")
    PLACES[place](page, visit)
    bring_axe(page)
    check(page, look(page, one, "light"))
    check(page, look(page, other, "dark"))
    page.close()


def test_axe_finds_nothing_at_a_newcomers_and_while_a_run_goes_on(browser: Browser, house: House) -> None:
    page = browser.new_page(reduced_motion="reduce")
    for path in ("runs/", "usage/"):
        page.goto(f"{house.url}{path}")
        assert_accessible(page)
    page.goto(house.url)
    page.fill("#id_prompt", "A slow one")
    page.locator("#submit").click()
    page.wait_for_url(RUN)
    assert_accessible(page)
    page.close()
