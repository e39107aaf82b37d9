"""Prompt templates in a browser: by keyboard, and without JavaScript."""

from playwright.sync_api import Browser, Page, expect

from tests.helpers.server import ServerProcess


def test_a_template_is_filled_in_by_keyboard_and_sent_to_the_form(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.get_by_role("link", name="Templates", exact=True).press("Enter")
    page.get_by_role("link", name="Logo", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Logo", exact=True)).to_be_visible()
    page.get_by_label("Exact text").fill("CRUMB")
    page.get_by_label("Subject").fill("a bread roll")
    page.get_by_role("radio", name="deep teal and sand").press("Space")
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
    expect(page.locator("#error-text")).to_have_text("Fill in this field: the prompt needs it.")
    expect(page.get_by_label("Subject")).to_have_value("a bread roll")
    page.context.close()
