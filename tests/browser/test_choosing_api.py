"""Choosing another API changes what can be chosen, at once, and loses nothing."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.mask_editor import edit, picture
from tests.helpers.server import ServerProcess

FIELDS = "**/fields/"


def choose(page: Page, api: str) -> None:
    with page.expect_response(FIELDS):
        page.evaluate("id => document.querySelector(`#api-${id}`).click()", api)


def test_sizes_and_numbers_follow_the_api_and_come_back_with_it(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A fox")
    page.locator("#advanced").evaluate("fields => (fields.closest('details').open = true)")
    page.fill("#id_user", "me")
    choose(page, "official")
    page.fill("[name=own_size]", "1280x720")
    page.check("#brief [name=n][value='10']", force=True)
    choose(page, "builtin")
    expect(page.locator("[name=own_size]")).to_have_count(0)
    expect(page.locator("#brief [name=n]")).to_have_count(4)
    choose(page, "official")
    expect(page.locator("[name=own_size]")).to_have_value("1280x720")
    expect(page.locator("#brief [name=n][value='10']")).to_be_checked()
    expect(page.locator("#id_user")).to_have_value("me")
    expect(page.locator("#id_user")).to_be_visible()
    expect(page.locator("#id_prompt")).to_have_value("A fox")
    expect(page.locator("#submit-label")).to_contain_text("≈")


def test_fields_follow_the_model_and_come_back_with_it(page: Page, server: ServerProcess) -> None:
    model, formats, frames = (page.locator(f"#id_{name}") for name in ("model", "output_format", "frame_count"))
    page.goto(server.url)
    page.locator("#advanced").evaluate("fields => (fields.closest('details').open = true)")
    choose(page, "official")
    model.select_option("gpt-image-2.6-flare")
    expect(formats.locator("option")).to_have_count(5)
    expect(frames).to_be_hidden()
    formats.select_option("gif")
    frames.fill("5")
    model.select_option("gpt-image-1-mini")
    expect(frames).to_have_count(0)
    choose(page, "builtin")
    expect(model).to_have_count(0)
    choose(page, "official")
    # The model of before is chosen again, and its fields come in a second response.
    expect(model).to_have_value("gpt-image-1-mini")
    expect(page.locator("[name=own_size]")).to_have_count(0)
    model.select_option("gpt-image-2.6-flare")
    expect(formats).to_have_value("gif")
    expect(frames).to_have_value("5")
    expect(frames).to_be_visible()
    expect(page.locator("#brief [name=quality][value=max]")).to_have_count(1)


def test_more_pictures_than_the_api_takes_are_rejected_at_once(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    editor = edit(page, server, picture(tmp_path / "1.png", 64, 48))
    choose(page, "official")
    # The answer to the choice has to arrive in the page before the files do: until then the demo's limit holds.
    expect(page.locator("#choices")).to_have_attribute("data-most", "16")
    page.set_input_files("#id_image", [picture(tmp_path / f"{number}.png", 64, 48) for number in range(2, 10)])
    expect(page.locator("#sources [data-source]")).to_have_count(9)
    editor.act("all")
    choose(page, "builtin")
    expect(page.locator("#source-troubles")).to_contain_text("9.png")
    expect(page.locator(".source-more")).to_be_hidden()
    choose(page, "official")
    expect(page.locator("#source-troubles")).to_be_empty()
    assert editor.mask is not None


def test_an_api_without_a_key_offers_the_demo_and_a_way_to_a_key(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    choose(page, "official")
    expect(page.get_by_role("link", name="Get a key")).to_be_visible()
    expect(page.locator(".apis > .hint:visible")).to_have_text(
        re.compile(r"^Keys start with sk-\.\s+Create a secret"), use_inner_text=True
    )
    with page.expect_response(FIELDS):
        page.get_by_role("button", name="Use the demo").press("Enter")
    expect(page.locator("#api-builtin")).to_be_checked()
    expect(page.locator(".no-key")).to_be_hidden()


def test_a_question_mark_explains_its_field_in_place(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    mark = page.locator("#brief .ref").first
    mark.press("Enter")
    popover = page.locator("#parameter-help")
    expect(popover).to_contain_text("A description of the image")
    expect(popover).to_be_focused()
    page.keyboard.press("Tab")
    expect(popover.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    expect(page).to_have_url(server.url)


def test_a_key_that_is_typed_in_ends_the_words_that_nothing_is_charged(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    expect(page.locator(".demo-note")).to_be_visible()
    page.locator("#api-picker summary").click()
    page.fill("#id_key", "cr_0123456789abcdef")
    expect(page.locator(".demo-note")).to_be_hidden()
