"""The reference in a browser: found, rehearsed and run on the page; nothing for axe to find."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.helpers.server import ServerProcess


@pytest.mark.parametrize(("language", "theme"), [("en-GB", "dark"), ("zh-CN", "light")])
def test_axe_finds_nothing_on_the_reference(
    browser: Browser, server: ServerProcess, language: str, theme: str
) -> None:
    context = browser.new_context(locale=language, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.url}reference/")
    assert_accessible(page)
    page.goto(f"{server.url}reference/errors/image_daily_limit/")
    page.locator("#rehearsal form button").click()
    expect(page.locator("[data-rehearsed]")).to_have_attribute("data-error", "image_daily_limit")
    assert_accessible(page)
    context.close()


def test_a_search_shows_only_what_holds_the_words(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    page.locator("#reference-words").fill("Beijing 429")
    expect(page.locator("#error-image_daily_limit")).to_be_visible()
    expect(page.locator("#error-key_expired")).to_be_hidden()
    expect(page.locator("#faq")).to_be_hidden()
    page.locator("#reference-words").fill("")
    expect(page.locator("#error-key_expired")).to_be_visible()


# Headings that are seen though nothing of what belongs to them is: nothing seen stands between them and the next.
EMPTY_HEADINGS = """() => {
  const seen = [...document.querySelectorAll('.reference .content :is(h2, h3, tr, li, p, pre, dt, details)')]
    .filter((element) => element.checkVisibility());
  return seen
    .filter((element, place) => element.matches('h3') && (seen[place + 1]?.matches('h2, h3') ?? true))
    .map((element) => element.textContent);
}"""


def test_a_search_leaves_no_heading_without_its_text(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    headings = page.locator(".reference .content h3")
    count = headings.count()
    for words in ("HSTS", "Retry-After", "Beijing", "2048", "dall", "mask", "nothing holds this"):
        page.locator("#reference-words").fill(words)
        expect(page.locator("reference-search [data-status]")).not_to_be_empty()
        assert page.evaluate(EMPTY_HEADINGS) == [], words
    page.locator("#reference-words").fill("")
    expect(headings.filter(visible=True)).to_have_count(count)


def test_a_question_is_found_with_its_answer(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    question = page.locator("#faq h3").first
    page.locator("#reference-words").fill(question.inner_text())
    expect(question).to_be_visible()
    expect(page.locator("#faq h3 + p").first).to_be_visible()


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "1 place found.", r"^\d+ places found\.$"), ("zh-hans", "找到 1 处。", r"^找到 \d+ 处。$")],
)
def test_a_search_counts_what_it_found(page: Page, server: ServerProcess, language: str, one: str, many: str) -> None:
    page.goto(f"{server.url}reference/?lang={language}")
    said = page.locator("reference-search [data-status]")
    page.locator("#reference-words").fill("openapi.json")
    expect(said).to_have_text(one)
    page.locator("#reference-words").fill("429")
    expect(said).to_have_text(re.compile(many))


def test_row_and_control_lead_to_each_other(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/#generations-output_format")
    page.locator("#generations-output_format a.control").click()
    expect(page.locator("#id_output_format")).to_be_focused()
    page.locator("#id_output_format ~ .ref, label[for=id_output_format] + .ref").click()
    expect(page.locator("#generations-output_format")).to_be_focused()


def test_a_program_is_run_in_its_place(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    page.locator("#sample-python .run-it button").click()
    expect(page.locator("#answer-python [data-answer-head]")).to_contain_text("HTTP 200")
    expect(page.locator("#answer-python img")).to_be_visible()
    expect(page).to_have_url(f"{server.url}reference/")


def test_the_reference_works_without_javascript(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}reference/")
    expect(page.locator("#reference-words")).to_be_hidden()
    page.locator("#error-partial button").click()
    expect(page.locator("article[data-run]")).to_be_visible()
    context.close()
