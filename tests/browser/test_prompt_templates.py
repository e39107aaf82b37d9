"""Prompt templates in a browser: by keyboard, and without JavaScript."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.helpers.server import ServerProcess


def test_a_template_is_filled_in_by_keyboard_and_sent_to_the_form(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.get_by_role("link", name="Templates", exact=True).press("Enter")
    page.get_by_role("button", name="Logo", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Logo", exact=True)).to_be_visible()
    page.get_by_label("Exact text").fill("CRUMB")
    page.get_by_label("Subject").fill("a bread roll")
    page.locator("#template-form").get_by_role("radio", name="deep teal and sand").press("Space")
    page.get_by_label("Subject").press("Enter")
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_have_value(
        'A minimal logo with the text "CRUMB" and a simple symbol of a bread roll, color palette: deep teal and sand'
    )
    prompt.fill("My own logo")
    page.get_by_role("button", name="Use to generate").press("Enter")
    expect(page.locator("#id_prompt")).to_have_value("My own logo")
    expect(page.locator("#brief")).to_be_visible()


def test_without_javascript_a_missing_field_says_so_and_keeps_the_others(
    browser: Browser, server: ServerProcess
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{server.url}templates/?template=logo")
    page.get_by_label("Subject").fill("a bread roll")
    page.get_by_role("button", name="Write the prompt").click()
    expect(page.locator("#error-slot-text")).to_have_text("Fill in this field: the prompt needs it.")
    expect(page.get_by_label("Subject")).to_have_value("a bread roll")
    page.context.close()


def test_the_prompt_of_the_studio_becomes_a_template_that_is_filled_in(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}?prompt=A+cup")
    page.fill("#id_prompt", "A {colour} cup")
    page.get_by_role("button", name="Save as a template").press("Enter")
    expect(page.get_by_label("Template text")).to_have_value("A {colour} cup")
    page.get_by_label("Name", exact=True).fill("Cup")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_label("Colour", exact=True).fill("blue")
    page.get_by_label("Colour", exact=True).press("Enter")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A blue cup")
    expect(page.get_by_label("Link to this prompt")).to_have_value(f"{server.url}?prompt=A+blue+cup")
    page.get_by_label("Prompt", exact=True).fill("A red cup")
    expect(page.get_by_label("Link to this prompt")).to_have_value(f"{server.url}?prompt=A+red+cup")
    page.reload()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A red cup")


def test_saving_the_prompt_keeps_what_the_studio_holds(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}?prompt=A+cup")
    page.fill("#id_prompt", "Another cup")
    page.get_by_role("button", name="Save as a template").click()
    expect(page.get_by_label("Template text")).to_be_visible()
    page.go_back()
    expect(page.locator("#id_prompt")).to_have_value("Another cup")


def test_without_javascript_a_template_is_saved_exported_deleted_and_imported(
    browser: Browser, server: ServerProcess, tmp_path: Path
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{server.url}templates/new/")
    page.get_by_label("Name", exact=True).fill("杯子")
    page.get_by_label("Template text").fill("一个{颜色}的杯子")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("颜色")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all").click()
    file = tmp_path / "templates.json"
    download.value.save_as(file)
    page.get_by_role("link", name="Edit “杯子”").click()
    page.get_by_role("button", name="Delete template").click()
    expect(page.get_by_text("“杯子” was deleted.")).to_be_visible()
    page.get_by_label("File of exported templates").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("1 template was imported.")).to_be_visible()
    expect(page.get_by_role("button", name="杯子")).to_be_visible()
    page.context.close()
