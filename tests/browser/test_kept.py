"""What was typed, where the page stands and where the focus is survive what happens around them."""

import re

from playwright.sync_api import Page, expect

from tests.house import House

RUN = re.compile(r"/runs/([0-9a-f]+)/")


def test_what_was_typed_survives_a_reload_and_another_language(page: Page, house: House) -> None:
    page.goto(house.url)
    page.fill("#id_prompt", "A draft of mine")
    page.check("input[name=quality][value=high]", force=True)
    page.reload()
    expect(page.locator("#id_prompt")).to_have_value("A draft of mine")
    expect(page.locator("input[name=quality][value=high]")).to_be_checked()
    page.click(".languages a[hreflang=zh-hans]")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("#id_prompt")).to_have_value("A draft of mine")
    expect(page.locator("input[name=quality][value=high]")).to_be_checked()


def test_an_example_can_be_taken_back(page: Page, house: House) -> None:
    page.goto(house.url)
    page.fill("#id_prompt", "My own words")
    page.locator(".example").first.click()
    expect(page.locator("#id_prompt")).not_to_have_value("My own words")
    page.keyboard.press("Control+z")
    expect(page.locator("#id_prompt")).to_have_value("My own words")


def test_cancelling_by_keyboard_leads_to_the_heading(page: Page, house: House) -> None:
    page.goto(house.url)
    page.fill("#id_prompt", "Stop this one")
    page.click("#submit")
    page.wait_for_url(RUN)
    page.locator("form[action$='/cancel/'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", "cancelled")
    expect(page.locator("article[data-run] .state")).to_be_focused()
