"""A human double click, whose presses are 80 to 300 ms apart, is one run wherever runs begin."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from playground.runs.services.submit import DOUBLE_CLICK
from tests.browser.edit_page import a_picture, sources
from tests.helpers.server import ServerProcess

GAPS = (80, 120, 200, 300)
# What lies between them is tested on a first visit.
ENDS = (80, 300)
RUN = re.compile(r"/runs/[0-9a-f]{20}/")
OVER = re.compile("succeeded|failed")
PROMPT = "textarea[name=prompt]"
MAIN = "#submit"


def press_twice(page: Page, button: Locator, gap: int) -> None:
    """Two presses at one place, as a hand that does not move makes them; then the page of the run that ended."""
    address = page.url
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    page.mouse.move(0, 0)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for pause in (gap, 0):
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(pause)
    wait_for_end(page, address)


def wait_for_end(page: Page, address: str) -> None:
    """Wait until another page than `address` shows a run that has ended."""
    page.wait_for_url(lambda url: url != address and RUN.search(url) is not None)
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", OVER)


def runs_in_history(page: Page, server: ServerProcess) -> int:
    page.goto(f"{server.url}runs/")
    return page.locator("article[data-run]").count()


def make_runs(page: Page, server: ServerProcess, api: str = "ok", count: int = 1) -> list[str]:
    """Finished runs at an API that answers at once; their pages."""
    page.goto(server.url)
    page.locator("#api-picker summary").click()
    page.locator(f"label:has(#api-{api})").click()
    page.fill("#id_key", "cr_0123456789abcdef")
    addresses = []
    for number in range(count):
        addresses.append(page.url)
        page.fill(PROMPT, f"Fox {number}")
        page.keyboard.press("Control+Enter")
        wait_for_end(page, addresses[-1])
    return [*addresses[1:], page.url]


@pytest.mark.parametrize("gap", GAPS)
def test_on_a_first_visit(page: Page, server: ServerProcess, gap: int) -> None:
    page.goto(server.url)
    page.fill(PROMPT, "A fox")
    press_twice(page, page.locator(MAIN), gap)
    assert runs_in_history(page, server) == 1


def test_on_a_runs_page(page: Page, server: ServerProcess) -> None:
    make_runs(page, server)
    for gap in ENDS:
        page.fill(PROMPT, f"Fox {gap}")
        press_twice(page, page.locator(MAIN), gap)
    assert runs_in_history(page, server) == 1 + len(ENDS)


def test_of_an_edit(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    make_runs(page, server)
    for gap in ENDS:
        page.goto(f"{server.url}edit/")
        if not sources(page).count():
            page.locator("input[type=file][name=image]").first.set_input_files(a_picture(tmp_path))
            expect(sources(page)).to_have_count(1)
        page.fill(PROMPT, f"Fox {gap}")
        press_twice(page, page.locator(MAIN), gap)
    assert runs_in_history(page, server) == 1 + len(ENDS)


@pytest.mark.parametrize("api", ["ok", "refusing"])
def test_on_the_card_also_after_an_error(page: Page, server: ServerProcess, api: str) -> None:
    addresses = make_runs(page, server, api, len(ENDS))
    # A press on the page of a run that is younger than this is taken for the second of a double click.
    page.wait_for_timeout(DOUBLE_CLICK / timedelta(milliseconds=1))
    for gap, address in zip(ENDS, addresses, strict=True):
        page.goto(address)
        press_twice(page, page.locator("[data-again]"), gap)
    assert runs_in_history(page, server) == 2 * len(ENDS)


def test_in_the_history(page: Page, server: ServerProcess) -> None:
    make_runs(page, server)
    for number, gap in enumerate(ENDS, start=2):
        page.goto(f"{server.url}runs/")
        page.locator("article summary").first.click()
        press_twice(page, page.locator("[data-again]").first, gap)
        assert runs_in_history(page, server) == number


def test_of_keys(page: Page, server: ServerProcess) -> None:
    make_runs(page, server)
    for gap in ENDS:
        address = page.url
        page.fill(PROMPT, f"Fox {gap}")
        for _ in range(2):
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(gap)
        wait_for_end(page, address)
    assert runs_in_history(page, server) == 1 + len(ENDS)


def test_of_a_finger(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    make_runs(page, server)
    for gap in ENDS:
        address = page.url
        page.fill(PROMPT, f"Fox {gap}")
        box = page.locator(MAIN).bounding_box()
        assert box
        for _ in range(2):
            page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.wait_for_timeout(gap)
        wait_for_end(page, address)
    assert runs_in_history(page, server) == 1 + len(ENDS)
    context.close()


def test_without_scripts(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for gap in GAPS[1::2]:
        page.goto(server.url)
        page.fill(PROMPT, f"Fox {gap}")
        press_twice(page, page.locator(MAIN), gap)
        page.wait_for_load_state("networkidle")
    assert runs_in_history(page, server) == len(GAPS[1::2])
    context.close()


def test_the_second_press_does_not_hit_the_element_that_replaced_the_button(
    page: Page, server: ServerProcess
) -> None:
    page.goto(server.url)
    page.fill(PROMPT, "A fox")
    # A card may stand anywhere: here its button to cancel the new run lies over the whole page.
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("[data-cancel] button { position: fixed; inset: 0; z-index: 9; }");
        document.adoptedStyleSheets = [sheet];
    }""")
    press_twice(page, page.locator(MAIN), 300)
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", "succeeded")


def test_a_press_after_two_and_a_half_seconds_is_a_new_run(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill(PROMPT, "A fox")
    press_twice(page, page.locator(MAIN), 2500)
    expect(page.locator(".strip [data-strip]")).to_have_count(2)
