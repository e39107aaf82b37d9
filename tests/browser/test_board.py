"""The board of a run: choosing a picture by mouse and keyboard, what can be done with it, its two versions."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_mask, a_picture, finished, put
from tests.helpers.server import ServerProcess


def board(page: Page, server: ServerProcess, count: int = 2) -> Locator:
    """Generate `count` pictures; return the card when its board works."""
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    page.check(f"input[name=n][value='{count}']", force=True)
    page.locator("#submit").click()
    card = finished(page)
    expect(card.locator("picture-board:defined")).to_be_attached()
    return card


def panel(card: Locator, number: int) -> Locator:
    return card.locator(f"[data-panel='{number}']")


def test_a_press_chooses_a_picture_and_the_next_one_opens_it(page: Page, server: ServerProcess) -> None:
    card = board(page, server)
    expect(panel(card, 1)).to_be_visible()
    expect(panel(card, 2)).to_be_hidden()
    second = card.locator("[data-tile='2'] a.frame")
    second.click(position={"x": 40, "y": 40})
    expect(panel(card, 2)).to_be_visible()
    expect(panel(card, 1)).to_be_hidden()
    expect(card.locator("[data-pick='2']")).to_have_attribute("aria-current", "true")
    second.click(position={"x": 40, "y": 40})
    expect(page.locator("dialog.lightbox")).to_be_visible()
    expect(page.locator("[data-place]")).to_have_text("2 / 2")


@pytest.mark.parametrize("width", [390, 768])
def test_a_tap_chooses_a_picture_and_shows_its_buttons_below_all_of_them(
    browser: Browser, server: ServerProcess, width: int
) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": width, "height": 844})
    page = context.new_page()
    card = board(page, server)
    card.locator("[data-tile='2'] a.frame").tap()
    expect(panel(card, 2)).to_be_visible()
    expect(card.locator("[data-tile='1'] .tile-bar")).to_be_hidden()
    expect(card.locator("[data-tile='2'] .tile-bar")).to_be_visible()
    bottoms = [tile.bounding_box() for tile in card.locator("a.frame").all()]
    buttons = [button.bounding_box() for button in card.locator("[data-tile='2'] .tile-bar button:visible").all()]
    lowest = max(box["y"] + box["height"] for box in bottoms if box)
    assert len(buttons) >= 6 and all(box and box["y"] >= lowest for box in buttons)
    assert all(box and min(box["width"], box["height"]) >= 44 for box in buttons)
    card.locator("[data-tile='2'] a.frame").tap()
    expect(page.locator("dialog.lightbox")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_arrow_keys_choose_on_the_stage_and_among_the_thumbnails(page: Page, server: ServerProcess) -> None:
    card = board(page, server)
    card.locator("[data-tile='1'] a.frame").focus()
    page.keyboard.press("ArrowRight")
    expect(card.locator("[data-tile='2'] a.frame")).to_be_focused()
    expect(panel(card, 2)).to_be_visible()
    card.locator("[data-pick='2']").focus()
    page.keyboard.press("ArrowLeft")
    expect(card.locator("[data-pick='1']")).to_be_focused()
    expect(panel(card, 1)).to_be_visible()
    card.locator("[data-tile='1'] a.frame").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.lightbox")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-place]")).to_have_text("2 / 2")
    page.keyboard.press("Escape")
    expect(card.locator("[data-tile='2'] a.frame")).to_be_focused()


def test_the_buttons_over_a_picture_work_in_the_full_size_view_too(page: Page, server: ServerProcess) -> None:
    card = board(page, server)
    card.locator("[data-tile='1'] a.frame").click(position={"x": 40, "y": 40})
    light = page.locator("dialog.lightbox")
    expect(light).to_contain_text("1024×1024 · PNG")
    light.get_by_role("button", name="Star image 1").click()
    expect(light.get_by_role("button", name="Star image 1")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        light.get_by_role("button", name="Download image 1").click()
    assert download.value.suggested_filename.endswith("_1.png")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(card.locator("[data-star='1']")).to_have_attribute("aria-pressed", "true")
    expect(card.locator("[data-pick='1'] .starred")).to_be_visible()
    assert_accessible(page)
    card.locator("[data-tile='2']").hover()
    card.get_by_role("button", name="Continue with image 2").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(page.locator("#sources .source")).to_have_count(1)


def test_a_picture_deleted_over_the_stage_can_be_restored(page: Page, server: ServerProcess) -> None:
    card = board(page, server)
    card.locator("[data-tile='2']").hover()
    card.locator("[data-tile='2']").get_by_role("button", name="Delete image 2").click()
    expect(card.locator("img[data-picture]")).to_have_count(1)
    page.locator("[data-undo]").click()
    expect(card.locator("img[data-picture]")).to_have_count(2)


def test_the_locked_and_the_returned_version_are_one_picture(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    put(page, server, a_picture(tmp_path))
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    page.fill("#id_prompt", "A crown")
    page.locator("#submit").click()
    card = finished(page)
    expect(card.locator("picture-board:defined")).to_be_attached()
    expect(card.locator("[data-version=locked].main-actions a")).to_have_attribute("href", re.compile("/locked/"))
    expect(card.locator("[data-version=returned].main-actions")).to_be_hidden()
    card.get_by_role("radio", name="Locked").focus()
    page.keyboard.press("ArrowRight")
    expect(card.locator("[data-tile]")).to_have_attribute("data-shown", "returned")
    expect(card.locator("[data-version=locked].main-actions")).to_be_hidden()
    card.locator("a.frame[data-version=returned]").click(position={"x": 20, "y": 20})
    light = page.locator("dialog.lightbox")
    expect(light.locator("[data-large]")).to_have_attribute("src", re.compile("/pictures/1/$"))
    light.locator("[data-toggle-version]").click()
    expect(light.locator("[data-large]")).to_have_attribute("src", re.compile("/locked/$"))
    page.keyboard.press("Escape")
    expect(card.get_by_role("radio", name="Locked")).to_be_checked()


def test_the_button_beside_a_result_is_filled_once_the_form_has_changed(page: Page, server: ServerProcess) -> None:
    board(page, server, 1)
    button, loud = page.locator("#submit"), page.locator(".main-actions .first").first
    colour = "element => getComputedStyle(element).backgroundColor"
    expect(button).to_contain_text("Again")
    expect(page.locator("again-label:defined")).to_be_attached()
    page.fill("#id_prompt", "A vase with tulips")
    expect(button).to_contain_text("Generate")
    page.mouse.move(0, 0)
    expect(button).to_have_css("background-color", loud.evaluate(colour))
    page.fill("#id_prompt", "A vase with sunflowers")
    expect(button).to_contain_text("Again")
    expect(button).not_to_have_css("background-color", loud.evaluate(colour))


def test_without_scripts_every_picture_has_its_panel_and_its_buttons(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    page.check("input[name=n][value='2']", force=True)
    page.locator("#submit").click()
    card = finished(page)
    expect(panel(card, 1)).to_be_visible()
    expect(panel(card, 2)).to_be_visible()
    panel(card, 2).locator("[data-star]").click()
    expect(panel(card, 2).locator("[data-star]")).to_have_attribute("aria-pressed", "true")
    panel(card, 2).get_by_role("button", name="Continue with this").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(page.locator("#sources .source")).to_have_count(1)
    context.close()
