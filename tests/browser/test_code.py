"""The code panel in a browser: open, edit the form, copy, save as a file."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import assert_accessible
from tests.helpers.server import ServerProcess

ODD = "a \"vase\"\nwith `x` $(y) </script> \\ '早安' 🦊"


def test_the_code_follows_the_typed_prompt(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("textarea[name=prompt]", ODD)
    page.locator("#id_quality input[value=high]").check(force=True)
    program = page.locator("pre[data-snippet=curl]")
    expect(program).to_contain_text('"quality": "high"')
    expect(program).to_contain_text("a \\\"vase\\\"\\nwith `x` $(y) </script> \\\\ '早安' 🦊")


def test_the_panel_opens_with_its_tabs_and_stays_open(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.locator("#code > summary").click()
    expect(page.locator("pre[data-snippet=curl]")).to_be_visible()
    page.get_by_role("tab", name="Python", exact=True).click()
    expect(page.locator("pre[data-snippet=python]")).to_be_visible()
    expect(page.locator("pre[data-snippet=curl]")).to_be_hidden()
    assert_accessible(page)
    page.goto(f"{server.url}edit/")
    expect(page.locator("pre[data-snippet=python]")).to_be_visible()


def test_a_program_can_be_copied_and_kept(page: Page, server: ServerProcess) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.root)
    page.goto(server.url)
    page.locator("#code > summary").click()
    text = page.locator("pre[data-snippet=curl]").text_content()
    page.locator("[data-copy=snippet-curl]").click()
    expect(page.locator("[data-copy=snippet-curl]")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == text
    with page.expect_download() as download:
        page.locator("[data-download=snippet-curl]").click()
    assert download.value.suggested_filename == "generations.sh"
    assert download.value.path().read_text() == text


def test_a_button_of_the_panel_that_is_pressed_early_works(page: Page, server: ServerProcess) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.root)
    held: list[Route] = []
    page.route("**/code-panel*.js", lambda route: held.append(route))
    page.goto(server.url)
    page.fill("textarea[name=prompt]", "A mountain lake")
    page.locator("#code > summary").click()
    page.get_by_role("button", name="Copy a link to this form").click()
    held[0].continue_()
    expect(page.locator("[data-share]")).to_contain_text("Copied")
    assert "#brief=" in page.evaluate("navigator.clipboard.readText()")


def test_a_tab_that_is_chosen_early_is_remembered(page: Page, server: ServerProcess) -> None:
    held: list[Route] = []
    page.route("**/code-panel*.js", lambda route: held.append(route))
    page.goto(server.url)
    with page.expect_request("**/code-panel*.js"):
        page.locator("#code > summary").click()
    page.get_by_role("tab", name="Python", exact=True).click()
    held[0].continue_()
    page.wait_for_selector("code-panel:defined")
    page.unroute("**/code-panel*.js")
    page.goto(f"{server.url}edit/")
    expect(page.locator("[data-docs=python]")).to_have_attribute("aria-selected", "true")


def test_updated_code_keeps_its_copied_mark(page: Page, server: ServerProcess) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.root)
    held: list[Route] = []
    page.route("**/snippets/", lambda route: held.append(route))
    page.clock.install()
    page.goto(server.url)
    # No time passes any more, however slow the machine is.
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=5))
    with page.expect_request("**/snippets/"):
        page.locator("#code > summary").click()
    button = page.locator("[data-copy=snippet-curl]")
    button.click()
    expect(button).to_contain_text("Copied")
    # Only what the answer brings can say it again.
    button.evaluate("button => (button.dataset.old = 'yes')")
    held[-1].continue_()
    expect(page.locator("[data-copy=snippet-curl]:not([data-old])")).to_contain_text("Copied")


def test_a_run_shows_its_answer_as_soon_as_it_is_there(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.locator("#code > summary").click()
    page.fill("textarea[name=prompt]", "A mountain lake")
    page.locator("textarea[name=prompt]").press("Control+Enter")
    page.wait_for_url(re.compile("/runs/"))
    page.get_by_role("tab", name="Response", exact=True).click()
    expect(page.locator("[data-shown=response]")).to_contain_text("image_generation.completed")
    expect(page.locator("pre[data-snippet=curl]")).to_contain_text("A mountain lake")
    assert_accessible(page)
