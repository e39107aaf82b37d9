"""The page that compares pictures of any runs."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.page_list import submit
from tests.helpers.server import ServerProcess


@pytest.fixture(scope="module")
def places(browser, server: ServerProcess) -> tuple[dict, list[str]]:
    """The session with three runs, and their pictures' places."""
    context: BrowserContext = browser.new_context()
    page = context.new_page()
    found = []
    for prompt in ("A fox", "An owl", "A hare"):
        page.goto(server.url)
        page.fill("#id_prompt", prompt)
        found.append(f"{submit(page, 'succeeded').rstrip('/').rpartition('/')[2]}/1")
    state = context.storage_state()
    context.close()
    return state, found


@pytest.fixture
def compared(browser, server: ServerProcess, places):
    """Open the page with that many pictures."""
    contexts = []

    def open_page(count: int, **options) -> Page:
        contexts.append(browser.new_context(storage_state=places[0], **options))
        page = contexts[-1].new_page()
        page.goto(f"{server.url}compare/?{'&'.join(f'p={place}' for place in places[1][:count])}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def transforms(page: Page) -> list[str]:
    return page.locator(".compare-pane img").evaluate_all("images => images.map(image => image.style.transform)")


def is_enlarged(page: Page) -> Locator:
    return page.locator(".compare-stage[data-zoomed]")


def test_the_keyboard_zooms_and_moves_all_pictures_together(compared) -> None:
    page = compared(3)
    stage = page.locator(".compare-stage")
    expect(page.locator("[data-percent]")).not_to_be_empty()
    fitted = transforms(page)
    assert len(set(fitted)) == 1
    stage.focus()
    for _ in range(4):
        page.keyboard.press("+")
    expect(is_enlarged(page)).to_be_visible()
    zoomed = transforms(page)
    page.keyboard.press("ArrowRight")
    moved = transforms(page)
    assert len(set(zoomed)) == len(set(moved)) == 1 and zoomed != moved != fitted
    page.keyboard.press("0")
    assert transforms(page) == fitted


def test_the_wheel_scrolls_the_page_until_the_pictures_have_the_focus(compared) -> None:
    page = compared(2)
    expect(page.locator("[data-percent]")).not_to_be_empty()
    page.locator(".compare-stage").hover()
    page.mouse.wheel(0, -300)
    expect(is_enlarged(page)).to_have_count(0)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    expect(is_enlarged(page)).to_be_visible()
    page.locator(".compare-stage").focus()
    page.keyboard.press("0")
    expect(is_enlarged(page)).to_have_count(0)
    page.mouse.wheel(0, -300)
    expect(is_enlarged(page)).to_be_visible()


def test_the_slider_and_the_difference_show_any_two_of_three(compared) -> None:
    page = compared(3)
    page.locator("input[value=slider]").check(force=True)
    expect(page.locator(".compare-pane:visible")).to_have_count(2)
    page.locator("[data-side=b]").select_option(index=2)
    expect(page.locator("[data-pane=b] .compare-tag")).to_have_text("C")
    page.locator("input[value=difference]").check(force=True)
    expect(page.locator("[data-gain]")).to_be_visible()
    page.locator("input[value=beside]").check(force=True)
    expect(page.locator(".compare-pane:visible")).to_have_count(3)
    expect(page.locator("[data-pane=b] .compare-tag")).to_have_text("B")


def test_a_view_chosen_before_the_script_has_loaded_is_shown(compared) -> None:
    page = compared(3)
    held: list[Route] = []
    page.route("**/picture-compare*.js", lambda route: held.append(route))
    with page.expect_request("**/picture-compare*.js"):
        page.reload(wait_until="commit")
    page.locator("input[value=slider]").check(force=True)
    held[0].continue_()
    expect(page.locator(".compare-pane:visible")).to_have_count(2)


def test_without_javascript_pictures_differences_and_choice_are_there(compared) -> None:
    page = compared(2, java_script_enabled=False)
    expect(page.locator(".compare-pane img:visible")).to_have_count(2)
    expect(page.locator("[data-differs=prompt] mark").first).to_be_visible()
    expect(page.locator(".compare-modes")).to_be_hidden()
    page.locator(".compare-choice summary").click()
    page.locator(".compare-choice input:not(:checked)").first.check()
    page.locator(".compare-choice button").click()
    expect(page.locator(".compare-pane img:visible")).to_have_count(3)
