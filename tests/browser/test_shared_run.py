"""Sharing a finished run: a link with a copy button, a read-only page for others, and the end of it."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_mask, a_picture, finished, put
from tests.browser.layout import sideways
from tests.browser.page_list import submit
from tests.helpers.server import ServerProcess


def test_another_person_reads_a_shared_run_until_it_is_withdrawn(
    page: Page, browser: Browser, server: ServerProcess
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.root)
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    submit(page, "succeeded")
    page.get_by_role("button", name="Create a link").press("Enter")
    page.get_by_role("button", name="Copy link").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.get_by_label("Link to the shared run").input_value()

    context = browser.new_context(viewport={"width": 1024, "height": 800}, java_script_enabled=False)
    other = context.new_page()
    other.goto(address)
    expect(other.locator("img[data-picture]")).to_be_visible()
    expect(other.locator(".shared-prompt")).to_have_text("A vase with sunflowers")
    expect(other.locator("pre").first).to_contain_text("curl")
    context.close()

    page.goto(address)
    assert_accessible(page)
    for width in (320, 390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page, width) == []

    page.go_back()
    page.get_by_role("button", name="Stop sharing").press("Enter")
    expect(page.get_by_role("button", name="Create a link")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="This run is no longer shared")).to_be_visible()


def test_before_and_after_of_a_shared_edit_are_compared_by_mouse_and_keyboard(
    page: Page, browser: Browser, server: ServerProcess, tmp_path: Path
) -> None:
    put(page, server, a_picture(tmp_path))
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    page.fill("#id_prompt", "Pencil")
    page.locator("#submit").click()
    finished(page)
    page.get_by_label("Also show the source image and the mask").check()
    page.get_by_role("button", name="Create a link").click()
    address = page.get_by_label("Link to the shared run").input_value()

    page.goto(address)
    stage = page.locator(".compare-stage")
    expect(stage).to_have_attribute("data-mode", "slider")
    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-line]")).to_have_value("52")
    expect(page.locator("[data-of='b']")).to_have_attribute("src", re.compile("/locked/$"))
    page.locator(".versions input[value=returned]").check(force=True)
    expect(page.locator("[data-of='b']")).to_have_attribute("src", re.compile(r"/pictures/1/$"))
    expect(page.locator("figure [data-locked]")).to_be_hidden()
    assert_accessible(page)
    for width in (320, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page, width) == []

    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address)
    expect(plain.locator("[data-before]")).to_be_visible()
    expect(plain.locator("figure [data-locked]")).to_be_visible()
    expect(plain.locator(".compare-stage")).to_be_hidden()
    context.close()


def test_a_shared_run_prints_on_one_page(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    submit(page, "succeeded")
    page.get_by_role("button", name="Create a link").click()
    page.get_by_role("link", name="Open the shared page").click()
    expect(page.locator("img[data-picture]")).to_be_visible()
    paper = page.pdf(format="A4")
    assert paper.count(b"/Type /Page\n") == 1
