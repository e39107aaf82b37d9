"""The command palette: by keyboard and touch, with the form and the mask tools, on slow networks and offline."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import assert_accessible
from tests.browser.mask_editor import edit, picture
from tests.browser.page_list import submit
from tests.helpers.server import ServerProcess

FIELD = "dialog.commands [role=combobox]"
SELECTED = "#command-results [aria-selected=true]"
ALERT = "dialog.commands [role=alert]"


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    expect(page.locator(SELECTED)).to_be_visible()


def test_the_keyboard_searches_and_opens_what_is_found(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    open_palette(page)
    page.keyboard.type("key_expired", delay=30)
    expect(page.locator(SELECTED)).to_contain_text("key_expired")
    expect(page.locator("dialog.commands [role=status]")).to_have_text("1 match.")
    assert_accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/errors/key_expired/")


def test_arrows_home_and_end_move_the_active_option_and_escape_gives_the_focus_back(
    page: Page, server: ServerProcess
) -> None:
    page.goto(server.url)
    page.locator("#id_prompt").focus()
    open_palette(page)
    options = page.locator("#command-results [role=option]")
    last = options.count() - 1
    for key, place in (("ArrowDown", 1), ("End", last), ("ArrowDown", 0), ("ArrowUp", last), ("Home", 0)):
        page.keyboard.press(key)
        expect(options.nth(place)).to_have_attribute("aria-selected", "true")
        expect(page.locator(SELECTED)).to_have_count(1)
        expect(page.locator(FIELD)).to_have_attribute(
            "aria-activedescendant", options.nth(place).get_attribute("id") or ""
        )
    page.keyboard.press("Escape")
    expect(page.locator("dialog.commands")).to_have_count(0)
    expect(page.locator("#id_prompt")).to_be_focused()


@pytest.mark.parametrize(("key", "is_opened"), [("л", True), ("K", True), ("t", False)])
def test_the_shortcut_is_the_letter_or_its_place_on_layouts_of_other_scripts(
    page: Page, server: ServerProcess, key: str, is_opened: bool
) -> None:
    page.goto(server.url)
    expect(page.locator("brief-form:defined")).to_be_visible()
    pressed = """key => !document.body.dispatchEvent(new KeyboardEvent("keydown",
        { key, code: "KeyK", ctrlKey: true, bubbles: true, cancelable: true }))"""
    assert page.evaluate(pressed, key) == is_opened
    expect(page.locator("dialog.commands")).to_have_count(int(is_opened))


def test_enter_before_the_answer_opens_what_the_typed_words_find(page: Page, server: ServerProcess) -> None:
    def press_enter(route: Route) -> None:
        page.keyboard.press("Enter")
        route.continue_()

    page.route("**/commands/?q=key_expired", press_enter)
    page.goto(server.url)
    open_palette(page)
    page.keyboard.insert_text("key_expired")
    page.wait_for_url("**/reference/errors/key_expired/")


def test_a_prompt_is_found_by_touch_and_fills_the_form(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(
        locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server.url)
    page.fill("#id_prompt", "一张春节海报，红色")
    submit(page, "succeeded")
    page.goto(server.url)
    page.fill("#id_prompt", "Something else")
    page.locator("#commands").tap()
    page.locator(FIELD).fill("春节")
    page.locator("#command-results [data-fill]").tap()
    expect(page.locator("#id_prompt")).to_have_value("一张春节海报，红色")
    expect(page.locator("dialog.commands")).to_have_count(0)
    context.close()


def test_a_tool_of_the_mask_editor_is_taken(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    edit(page, server, picture(tmp_path / "source.png", 80, 60))
    open_palette(page)
    page.keyboard.type("lasso", delay=30)
    expect(page.locator(SELECTED)).to_contain_text("Lasso")
    page.keyboard.press("Enter")
    expect(page.locator('[data-tool="lasso"]')).to_have_attribute("aria-pressed", "true")


def test_offline_it_says_so_and_goes_on_when_the_network_is_back(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    open_palette(page)
    page.context.set_offline(True)
    page.keyboard.insert_text("usage")
    expect(page.locator(ALERT)).to_contain_text("You're offline.")
    expect(page.locator(SELECTED)).to_have_count(0)
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    page.wait_for_url("**/usage/")


def test_offline_before_its_first_use_the_page_says_so(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A fox")
    page.context.set_offline(True)
    page.locator("#commands").click()
    expect(page.locator("#gone")).to_contain_text("You're offline.")
    expect(page.locator("#id_prompt")).to_have_value("A fox")
    page.context.set_offline(False)
    open_palette(page)
    expect(page.locator("#gone")).to_be_empty()
