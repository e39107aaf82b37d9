"""The picture has the screen: bars share rows, and on a tablet sources are thumbnails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.edit_page import a_picture, put
from tests.browser.test_double_click import make_runs
from tests.helpers.server import ServerProcess


@pytest.fixture
def tablet(browser: Browser, server: ServerProcess, tmp_path: Path, language: str) -> Iterator[Page]:
    """The edit page with two sources on a tablet on its side."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale=language)
    page = context.new_page()
    put(page, server, *(a_picture(tmp_path, name) for name in ("one.png", "two.png")))
    yield page
    context.close()


def test_the_picture_has_half_of_a_tablets_screen(tablet: Page) -> None:
    stage = tablet.locator(".mask-stage").bounding_box()
    assert stage and stage["y"] + stage["height"] <= 768
    assert stage["width"] * stage["height"] >= 1024 * 768 / 2
    tools, size = (tablet.locator(part).bounding_box() for part in (".mask-tools", "[data-slider]"))
    assert tools and size and tools["y"] <= size["y"] <= size["y"] + size["height"] <= tools["y"] + tools["height"]


def test_the_frame_and_the_size_take_no_rows_of_their_own_on_a_desktop(
    browser: Browser, server: ServerProcess, tmp_path: Path, language: str
) -> None:
    """Whichever of the two lazy sheets arrives last, the rows are the same."""
    context = browser.new_context(viewport={"width": 1380, "height": 860}, locale=language)
    page = context.new_page()
    put(page, server, a_picture(tmp_path, "one.png"))
    expect(page.locator("edit-modes .mask-switch")).to_be_visible()
    pairs = (("edit-modes .mask-switch", ".frame-modes"), ("[data-slider]", ".mask-percent"))
    for left, right in pairs:
        one, other = (page.locator(part).first.bounding_box() for part in (left, right))
        assert one and other and abs(one["y"] + one["height"] / 2 - other["y"] - other["height"] / 2) < 12
    context.close()


def test_a_source_is_a_thumbnail_that_opens_its_card(tablet: Page) -> None:
    thumbnails = tablet.locator("#sources .source-thumb")
    boxes = [thumbnail.bounding_box() for thumbnail in thumbnails.all()]
    assert [(box["width"], box["height"]) for box in boxes if box] == [(56, 56), (56, 56)]
    thumbnails.nth(1).tap()
    role = tablet.locator("#sources .source-role input").nth(1)
    expect(role).to_be_in_viewport(ratio=1)
    role.fill("scene")
    tablet.locator("#sources [value=earlier]").nth(1).tap()
    expect(tablet.locator("#sources .source-name")).to_have_text(["two.png", "one.png"])
    expect(tablet.locator("#sources .source-role input").first).to_have_value("scene")


def test_results_are_added_beside_the_only_source_which_stays_in_sight(
    browser: Browser, server: ServerProcess, language: str
) -> None:
    """The button and its menu once covered the thumbnail and were clipped by the row."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale=language)
    page = context.new_page()
    make_runs(page, server, count=2)
    page.locator("[data-run] .main-actions button.first").last.tap()
    page.locator("#sources .source-thumb").tap()
    expect(page.locator("#sources .source-role input")).to_be_in_viewport(ratio=1)
    page.locator(".from-results summary").tap()
    page.locator(".from-results .picker button").last.tap()
    expect(page.locator("#sources .source-thumb")).to_have_count(2)
    context.close()


def test_the_chosen_tool_has_its_word(tablet: Page, language: str) -> None:
    words = {"en-GB": ("Brush", "Rectangle"), "zh-CN": ("画笔", "矩形")}[language]
    brush, rectangle = (tablet.locator(f'[data-tool="{tool}"] span') for tool in ("brush", "rectangle"))
    expect(brush).to_have_text(words[0])
    assert shown_height(brush) > 10
    tablet.locator('[data-tool="rectangle"]').tap()
    expect(rectangle).to_have_text(words[1])
    assert shown_height(rectangle) > 10


def shown_height(element: Locator) -> float:
    box = element.bounding_box()
    return box["height"] if box else 0
