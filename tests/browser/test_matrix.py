"""The matrix: the total while one types, one matrix for two presses, and a sheet that fills by itself."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.edit_page import RUN, a_picture, put
from tests.browser.mask_editor import Editor
from tests.helpers.server import ServerProcess

SHEET = re.compile(r"/matrix/[0-9a-f]{20}/")


def written(page: Page, server: ServerProcess, prompt: str, runs: int) -> None:
    page.goto(f"{server.url}matrix/")
    page.fill("#id_prompt", prompt)
    expect(page.locator("#matrix-total")).to_contain_text(f"{runs} runs")


def test_the_total_follows_and_the_sheet_fills_by_itself(page: Page, server: ServerProcess) -> None:
    written(page, server, "A {red|blue} fox", 2)
    page.locator("[name=size][value='1024x1536']").check()
    expect(page.locator("#matrix-total")).to_contain_text("4 runs")
    expect(page.locator("#matrix-total .total-line")).to_contain_text("$0.32")
    page.locator("button[name=confirm]").click()
    page.wait_for_url(SHEET)
    expect(page.locator("th[scope=row]")).to_have_text(["red", "blue"])
    expect(page.locator(".cell[data-state=succeeded] img[data-picture]")).to_have_count(4)
    expect(page.locator("#matrix-text")).to_have_text("4 of 4 runs done · $0.32")
    page.set_viewport_size({"width": 390, "height": 844})
    first, second = (page.locator(".cell").nth(number).bounding_box() for number in (0, 1))
    assert first and second and first["x"] + first["width"] < second["x"] < second["x"] + second["width"] < 390
    page.locator(".cell [data-star]").first.click()
    expect(page.locator(".cell [data-star]").first).to_have_attribute("aria-pressed", "true")
    for number in (0, 1):
        page.locator(".cell-pick input").nth(number).check()
    page.locator("#matrix-compare").click()
    page.wait_for_url(re.compile(r"/compare/\?p="))


def test_by_keyboard_alone_the_prompt_of_the_studio_becomes_a_matrix(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A {round|square} clock")
    link = page.locator("#choices a[href$='/matrix/']")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_prompt")).to_have_value("A {round|square} clock")
    expect(page.locator("#matrix-total")).to_contain_text("2 runs")
    page.locator("[name=quality][value=medium]").focus()
    page.keyboard.press("Space")
    expect(page.locator("#matrix-total")).to_contain_text("4 runs")
    page.locator("button[name=confirm]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(SHEET)
    # The running cells are replaced when they end; the focus stays in them.
    first = page.locator(".cell").first
    first.locator("a").first.focus()
    expect(first).to_have_attribute("data-state", "succeeded")
    expect(first.locator("a").first).to_be_focused()


def test_two_presses_going_back_and_a_second_tab_are_one_matrix(page: Page, server: ServerProcess) -> None:
    written(page, server, "A {tall|small} tree", 2)
    page.locator("button[name=confirm]").dblclick()
    page.wait_for_url(SHEET)
    sheet = page.url
    page.go_back()
    expect(page.locator("#matrix-total")).to_be_visible()
    other = page.context.new_page()
    for tab in (page, other):
        written(tab, server, "A {tall|small} tree", 2)
        tab.locator("button[name=confirm]").click()
        tab.wait_for_url(SHEET)
        assert tab.url == sheet


def test_the_waiting_runs_can_be_stopped_and_one_tried_again(page: Page, server: ServerProcess) -> None:
    written(page, server, "{1|2|3|4|5|6|7|8|9} birds", 9)
    page.locator("button[name=confirm]").click()
    page.wait_for_url(SHEET)
    page.locator("#matrix-stop").click()
    stopped = page.locator(".cell[data-state=cancelled]")
    expect(stopped.last).to_be_visible()
    expect(page.locator("#matrix-stop")).to_have_count(0)
    expect(page.locator(".cell:is([data-state=queued], [data-state=running])")).to_have_count(0)
    expect(stopped.last).to_have_attribute("data-charged", "no")
    before = stopped.count()
    stopped.last.locator("button").click()
    expect(stopped).to_have_count(before - 1)


def test_it_works_without_scripts(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{server.url}matrix/")
    page.fill("#id_prompt", "A {red|blue} fox")
    page.get_by_role("button", name="Update the total").click()
    expect(page.locator("#matrix-total")).to_contain_text("2 runs")
    page.locator("[name=size][value='1024x1536']").check()
    page.locator("button[name=confirm]").click()
    expect(page.locator("#matrix-total")).to_contain_text("Nothing was sent yet")
    page.locator("button[name=confirm]").click()
    page.wait_for_url(SHEET)
    expect(page.locator(".cell[data-state=succeeded]")).to_have_count(4)
    context.close()


def test_the_mask_of_the_edit_page_comes_along_with_its_prompt(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    put(page, server, a_picture(tmp_path))
    page.fill("#edit-form [name=prompt]", "{Snow|Rain}")
    Editor(page).drag((120, 80), (220, 150))
    page.locator("#choices a[href*='/matrix/']").click()
    page.wait_for_url("**/matrix/?endpoint=edits")
    expect(page.locator("#endpoint-edits")).to_be_checked()
    expect(page.locator("#id_endpoint")).to_contain_text("what the mask on the edit page marks")
    expect(page.locator("#id_prompt")).to_have_value("{Snow|Rain}")
    expect(page.locator("#matrix-total")).to_contain_text("2 runs")
    page.locator("button[name=confirm]").click()
    page.wait_for_url(SHEET)
    done = page.locator(".cell[data-state=succeeded]")
    expect(done).to_have_count(2)
    done.last.locator("a").first.click()
    page.wait_for_url(RUN)
    # A locked version is made for masked edits only.
    expect(page.locator("img[data-locked]").first).to_be_attached()
