"""Pins in a browser: a palette and a style image are pinned once, seen in the forms, and unpinned there."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_picture, expect_names, put
from tests.helpers.server import ServerProcess


def test_own_colours_are_pinned_by_keyboard_and_unpinned_in_the_form(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}templates/")
    colours = page.get_by_role("textbox", name="Your own colours")
    colours.fill("#d9722e")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(colours).to_have_value("#d9722e #0d5c63")
    expect(page.get_by_role("radio", name="Your own colours")).to_be_checked()
    colours.press("Enter")
    expect(page.locator("#pins .chip")).to_have_text("pinned")
    page.goto(server.url)
    sentence = page.locator("#pinned-palette q")
    expect(sentence).to_have_text("Use this color palette: #d9722e, #0d5c63.")
    assert_accessible(page)
    page.fill("#id_prompt", "A lamp")
    page.get_by_role("button", name="Unpin").press("Enter")
    expect(sentence).to_have_count(0)
    expect(page.locator("#id_prompt")).to_have_value("A lamp")
    page.reload()
    expect(page.locator("#id_prompt")).to_have_value("A lamp")


def test_an_image_is_pinned_as_style_and_joins_the_next_ones(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    put(page, server, a_picture(tmp_path, "wood.png"))
    page.get_by_role("button", name="Pin as style").press("Enter")
    # It is no longer what is edited, and comes with the next image.
    expect(page.locator(".pin")).to_contain_text("Style image")
    expect_names(page)
    page.locator("#id_image").set_input_files(a_picture(tmp_path, "cat.png", (50, 40)))
    expect_names(page, "cat.png", "wood.png")
    expect(page.locator("#id_preface")).to_have_value("Image 2 is the style.")
    page.locator("#sources").get_by_role("button", name="Unpin").click()
    expect(page.locator(".pin")).to_have_count(0)
    page.get_by_role("button", name="Pin as style").last.click()
    expect(page.locator(".pin")).to_have_count(1)
    assert_accessible(page)
    page.fill("#id_prompt", "A crown")
    page.locator(".pin").get_by_role("button", name="Unpin").press("Enter")
    expect(page.locator(".pin")).to_have_count(0)
    expect(page.locator("#id_prompt")).to_have_value("A crown")
    expect_names(page, "cat.png", "wood.png")
