"""Typed text, scroll position and focus survive updates of the page."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.edit_page import a_picture, put, sources
from tests.helpers.server import ServerProcess

RUN = re.compile(r"/runs/([0-9a-f]+)/")


def test_typed_text_survives_a_reload_and_another_language(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A draft of mine")
    page.check("input[name=quality][value=high]", force=True)
    page.reload()
    expect(page.locator("#id_prompt")).to_have_value("A draft of mine")
    expect(page.locator("input[name=quality][value=high]")).to_be_checked()
    page.click(".languages a[hreflang=zh-hans]")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("#id_prompt")).to_have_value("A draft of mine")
    expect(page.locator("input[name=quality][value=high]")).to_be_checked()


def test_an_example_can_be_taken_back(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "My own words")
    page.locator(".example").first.click()
    expect(page.locator("#id_prompt")).not_to_have_value("My own words")
    page.keyboard.press("Control+z")
    expect(page.locator("#id_prompt")).to_have_value("My own words")


def test_the_prompt_of_an_example_shows_on_focus(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    example = page.locator(".example").nth(1)
    example.focus()
    expect(example.locator(".words")).to_have_css("opacity", "1")


def test_an_example_of_an_edit_brings_its_image_and_mask(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.get_by_role("button", name="Edit with a mask").press("Enter")
    expect(page).to_have_url(f"{server.url}edit/")
    expect(page.locator("#id_prompt")).to_have_value("Give the cat a felt hat")
    expect(page.locator("[data-state-words]")).to_contain_text("%")


def test_cancelling_by_keyboard_leads_to_the_heading(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "Stop this one")
    page.click("#submit")
    page.wait_for_url(RUN)
    page.locator("form[action$='/cancel/'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", "cancelled")
    expect(page.locator("article[data-run] .state")).to_be_focused()


def test_back_after_an_edit_finds_its_words_and_pictures(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    page.fill("#id_prompt", "Give it a hat")
    page.check("input[name=quality][value=medium]", force=True)
    page.click("#submit")
    page.wait_for_url(RUN)
    page.go_back()
    page.wait_for_url(f"{server.url}edit/")
    expect(page.locator("#id_prompt")).to_have_value("Give it a hat")
    expect(page.locator("input[name=quality][value=medium]")).to_be_checked()
    expect(sources(page)).to_have_count(1)
    page.reload()
    expect(page.locator("#id_prompt")).to_have_value("Give it a hat")


def test_back_in_one_of_two_tabs_finds_what_that_tab_sent(context: BrowserContext, server: ServerProcess) -> None:
    tabs = {name: context.new_page() for name in ("A fox", "A hare")}
    for prompt, tab in tabs.items():
        tab.goto(server.url)
        tab.fill("#id_prompt", prompt)
        tab.click("#submit")
        tab.wait_for_url(RUN)
    for prompt, tab in tabs.items():
        tab.go_back()
        tab.wait_for_url(server.url)
        expect(tab.locator("#id_prompt")).to_have_value(prompt)


def test_changed_defaults_are_listed_beside_the_closed_advanced_fields(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    expect(page.locator("#changed")).to_be_hidden()
    page.locator(".advanced > summary").click()
    page.select_option("#id_output_format", "webp")
    page.fill("#id_output_compression", "80")
    page.locator(".advanced > summary").click()
    expect(page.locator("[data-changed]")).to_have_text("Format: WebP · Compression: 80")
    page.fill("#id_prompt", "A fox")
    page.click("#submit")
    page.wait_for_url(RUN)
    expect(page.locator("[data-changed]")).to_have_text("Format: WebP · Compression: 80")
    page.get_by_role("button", name="Reset to defaults").click()
    expect(page.locator("#changed")).to_be_hidden()
    expect(page.locator(".advanced > summary")).to_be_focused()
    expect(page.locator("#id_output_format")).to_have_value("png")
    page.reload()
    expect(page.locator("#id_output_compression")).to_have_value("")


def test_the_bar_knows_a_key_that_was_sent_and_one_that_was_forgotten(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.evaluate("document.querySelector('#api-ok').click()")
    chip = page.locator(".bar [data-chosen-key]")
    expect(chip).to_have_text("key missing")
    page.fill("#id_prompt", "A fox")
    page.fill("#id_key", "cr_0123456789abcdef")
    page.click("#submit")
    page.wait_for_url(RUN)
    expect(chip).to_have_text("key …cdef")
    page.locator("#api-picker > summary").click()
    page.get_by_role("button", name="Remove the key").click()
    expect(chip).to_have_text("key missing")
