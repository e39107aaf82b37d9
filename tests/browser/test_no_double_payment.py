"""Nothing is paid twice without the person deciding it."""

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, expect

from playground.runs.services.submit import DOUBLE_CLICK
from tests.helpers.server import ServerProcess

RUN = re.compile(r"/runs/([0-9a-f]+)/")


def ask(page: Page, prompt: str) -> str:
    page.fill("textarea[name=prompt]", prompt)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(RUN)
    found = RUN.search(page.url)
    assert found
    return found[1]


def runs_in_history(page: Page, server: ServerProcess) -> int:
    page.goto(f"{server.url}runs/")
    return page.locator("article[data-run]").count()


def test_a_double_click_is_one_run(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("textarea[name=prompt]", "A double click")
    page.locator("button[type=submit][data-submit], #submit").first.dblclick()
    page.wait_for_url(RUN)
    assert runs_in_history(page, server) == 1


def test_back_and_the_same_again_is_one_run(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    first = ask(page, "Back and again")
    page.go_back()
    page.wait_for_selector("textarea[name=prompt]")
    assert ask(page, "Back and again") == first


def test_back_and_another_word_is_a_new_run(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    first = ask(page, "Back and again")
    page.go_back()
    page.wait_for_selector("textarea[name=prompt]")
    assert ask(page, "Back and something else") != first


def test_a_duplicated_tab_is_one_run(context: BrowserContext, server: ServerProcess) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(server.url)
    second.goto(server.url)
    assert ask(first, "Two tabs") == ask(second, "Two tabs")


def test_again_is_a_new_run(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    first = ask(page, "Once more")
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded")
    # A press on the page of a run that is younger than this is taken for the second of a double click.
    page.wait_for_timeout(DOUBLE_CLICK / timedelta(milliseconds=1))
    page.locator("article[data-run] button[data-again]").first.click()
    page.wait_for_url(re.compile(rf"/runs/(?!{first})[0-9a-f]+/"))
    assert runs_in_history(page, server) == 2
