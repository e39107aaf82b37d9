"""The history: search while typing, and a selection by mouse and keyboard that outlives searches."""

import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.test_double_click import make_runs
from tests.helpers.server import ServerProcess

BOXES = "[data-select]"
SELECTED = "#selection [data-selected]"
SEARCH = "#search"


@pytest.fixture(scope="module")
def state(browser: Browser, server: ServerProcess) -> Iterator[StorageState]:
    """The cookies of a visitor with three runs: Fox 0, Fox 1 and Fox 2."""
    context = browser.new_context(locale="en-GB")
    make_runs(context.new_page(), server, count=3)
    yield context.storage_state()
    context.close()


@pytest.fixture
def history(page: Page, server: ServerProcess, state: StorageState) -> Page:
    page.context.add_cookies(state["cookies"])
    page.goto(f"{server.url}runs/")
    expect(page.locator("history-gallery:defined article")).to_have_count(3)
    return page


def prompts(page: Page) -> list[str]:
    return page.locator("article .state").all_inner_texts()


def test_the_gallery_is_searched_while_typing_and_the_field_keeps_the_focus(history: Page) -> None:
    history.locator(SEARCH).press_sequentially("fox 1")
    expect(history.locator("article")).to_have_count(1)
    expect(history.locator("mark")).to_have_text(["Fox", "1"])
    expect(history.locator("#found")).to_have_text("1 of 3 runs")
    expect(history).to_have_url(re.compile(r"/runs/\?q=fox(\+|%20)1$"))
    expect(history.locator(SEARCH)).to_be_focused()
    history.locator(".criteria [data-clear]").click()
    expect(history.locator("article")).to_have_count(3)
    expect(history).to_have_url(re.compile("/runs/$"))


def test_a_search_without_a_match_says_what_was_searched_and_can_be_cleared(history: Page) -> None:
    history.locator("label.toggle", has_text="Starred").click()
    expect(history.locator("[data-no-match] .chip")).to_have_text(["Starred"])
    history.locator(SEARCH).press_sequentially("猫")
    expect(history.locator("[data-no-match] .chip")).to_have_text(["“猫”", "Starred"])
    history.locator("[data-no-match] [data-clear]").click()
    expect(history.locator("article")).to_have_count(3)
    expect(history.locator(SEARCH)).to_be_focused()


def test_runs_are_selected_by_keyboard(history: Page) -> None:
    history.locator(BOXES).nth(0).focus()
    for keys, count in (("Space", "1"), ("ArrowRight", "1"), ("Shift+ArrowRight", "3"), ("Escape", "0")):
        history.keyboard.press(keys)
        expect(history.locator(SELECTED)).to_have_text(count)
    expect(history.locator(BOXES).nth(2)).to_be_focused()
    history.keyboard.press("Control+a")
    expect(history.locator("[data-select-all]")).to_be_checked()
    expect(history.locator("#selection")).to_be_visible()


def test_the_images_of_a_selection_outlive_a_search_and_come_as_one_zip(history: Page) -> None:
    history.locator(BOXES).nth(0).check(force=True)
    history.locator(SEARCH).press_sequentially("fox 0")
    expect(history.locator("article")).to_have_count(1)
    history.locator(BOXES).check(force=True)
    expect(history.locator(SELECTED)).to_have_text("2")
    expect(history.locator("[data-elsewhere]")).to_have_text("(1 on other pages)")
    with history.expect_download() as download:
        history.locator("#selection [data-zip]").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert sorted(name.partition("_")[0] for name in names) == ["fox-0", "fox-2"]


def test_two_to_four_selected_images_are_compared(history: Page) -> None:
    compare = history.locator("[data-compare-limit]")
    history.locator(BOXES).nth(0).check(force=True)
    expect(compare).to_be_disabled()
    history.locator(BOXES).nth(1).check(force=True)
    compare.click()
    expect(history).to_have_url(re.compile("/compare/"))
    expect(history.locator("[data-pane]")).to_have_count(2)


def test_a_search_that_does_not_reach_the_server_can_be_repeated(history: Page) -> None:
    history.route("**/runs/?q=*", lambda route: route.abort())
    history.locator(SEARCH).press_sequentially("fox 2")
    again = history.locator("[data-search-again]")
    expect(again).to_be_visible()
    history.unroute_all()
    again.click()
    expect(history.locator("article")).to_have_count(1)
    expect(again).to_be_hidden()


def test_a_selection_is_deleted_and_comes_back(history: Page) -> None:
    history.locator(BOXES).nth(0).check(force=True)
    history.locator(BOXES).nth(2).click(modifiers=["Shift"], force=True)
    expect(history.locator(SELECTED)).to_have_text("3")
    history.locator(BOXES).nth(1).uncheck(force=True)
    history.keyboard.press("Delete")
    expect(history.locator("article")).to_have_count(1)
    expect(history.locator("article .state")).to_have_text(["Fox 1"])
    history.locator("[data-undo]").click()
    expect(history.locator("article")).to_have_count(3)


def test_a_run_that_ends_gets_its_picture_in_its_place(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A lake")
    page.locator("#submit").click()
    page.wait_for_url(re.compile("/runs/"))
    page.goto(f"{server.url}runs/")
    expect(page.locator("article[data-state=succeeded] img[data-picture]")).to_have_count(1)
    expect(page.locator("article .menu")).to_have_count(1)
    expect(page).to_have_title(re.compile("^History"))


def test_without_javascript_a_form_searches_and_another_deletes(
    browser: Browser,
    server: ServerProcess,
    state: StorageState,
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{server.url}runs/")
    page.fill(SEARCH, "fox 1")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("article .state")).to_have_text(["Fox 1"])
    page.locator(BOXES).check(force=True)
    page.locator("#selection [data-delete]").click()
    expect(page.locator("[data-no-match]")).to_be_visible()
    page.locator("[data-undo]").click()
    expect(page.locator("article[data-run]")).to_have_count(1)
    context.close()


def test_the_menu_of_a_card_shows_whole_words_and_prices_on_a_phone(
    browser: Browser, server: ServerProcess, state: StorageState
) -> None:
    """The menu was as narrow as the card, and cut the price of running again."""
    context = browser.new_context(
        storage_state=state, locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{server.url}runs/")
    card = page.locator("article").nth(1)
    select, star = (card.locator(part).bounding_box() for part in (".shot-select", ".star button"))
    assert select and star and star["y"] >= select["y"] + select["height"]
    card.locator("summary").tap()
    menu = card.locator(".shot-menu")
    expect(menu.locator("[data-again] .hint")).to_be_in_viewport(ratio=1)
    assert menu.evaluate("(menu) => menu.scrollWidth <= menu.clientWidth")
    context.close()
