"""The reference in a browser: found, rehearsed and run on the page; nothing for axe to find."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.test_budget import weights
from tests.helpers.server import ServerProcess

MOST_BYTES = 80_000


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


def test_a_search_shows_only_matching_entries(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    page.locator("#reference-words").fill("Beijing 429")
    expect(page.locator("#error-image_daily_limit")).to_be_visible()
    expect(page.locator("#error-key_expired")).to_be_hidden()
    expect(page.locator("#faq")).to_be_hidden()
    page.locator("#reference-words").fill("")
    expect(page.locator("#error-key_expired")).to_be_visible()


# Headings that are seen though nothing of what belongs to them is: nothing seen stands between them and the next.
EMPTY_HEADINGS = """() => {
  const seen = [...document.querySelectorAll('.reference .content section :is(h2, h3, tr, li, p, pre, dt)')]
    .filter((element) => element.checkVisibility());
  const isBetween = (heading, next) => next?.matches('h3') && heading.matches('h2');
  return seen
    .filter((element, place) => element.matches('h2, h3') && !isBetween(element, seen[place + 1])
      && (seen[place + 1]?.matches('h2, h3') ?? true))
    .map((element) => element.textContent);
}"""


def test_a_search_leaves_no_heading_without_its_text(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    headings = page.locator(".reference .content h3")
    count = headings.count()
    for words in ("HSTS", "Retry-After", "Beijing", "2048", "dall", "mask", "create_key", "nothing holds this"):
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
    [("en", "1 match.", r"^\d+ matches\.$"), ("zh-hans", "找到 1 处。", r"^找到 \d+ 处。$")],
)
def test_a_search_shows_the_number_of_matches(
    page: Page, server: ServerProcess, language: str, one: str, many: str
) -> None:
    page.goto(f"{server.url}reference/?lang={language}")
    status = page.locator("reference-search [data-status]")
    page.locator("#reference-words").fill("openapi.json")
    expect(status).to_have_text(one)
    page.locator("#reference-words").fill("429")
    expect(status).to_have_text(re.compile(many))


def test_row_and_control_lead_to_each_other(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/#generations-output_format")
    page.locator("#generations-output_format a.control").click()
    expect(page.locator("#id_output_format")).to_be_focused()
    page.locator("#id_output_format ~ .ref, label[for=id_output_format] + .ref").click()
    page.locator("#parameter-help a").click()
    expect(page.locator("#generations-output_format")).to_be_focused()


def test_a_sample_is_run_in_its_place(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    page.locator("#quick-start .run-it button").click()
    expect(page.locator("#answer-generate [data-answer-head]")).to_contain_text("HTTP 200")
    expect(page.locator("#answer-generate img")).to_be_visible()
    expect(page).to_have_url(f"{server.url}reference/")


def test_the_slash_opens_the_search_from_anywhere_on_the_page(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/#faq")
    expect(page.locator("reference-search:defined")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#reference-words")).to_be_focused()
    expect(page.locator("#reference-words")).to_have_value("")


def test_a_search_finds_what_is_in_a_sample_of_the_shown_language_only(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/?code=node")
    page.locator("#reference-words").fill("maxRetries")
    expect(page.locator("#sample-generate")).to_be_visible()
    page.locator("#reference-words").fill("iter_lines")
    expect(page.locator("reference-search [data-status]")).to_have_text("Nothing found.")
    expect(page.locator(".reference .content section:visible")).to_have_count(0)


def test_one_switch_sets_the_language_of_every_sample_and_remembers_it(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    expect(page.locator("language-tabs:defined")).to_be_visible()
    page.locator("[data-language-tabs]").get_by_text("Node", exact=True).click()
    expect(page).to_have_url(f"{server.url}reference/")
    listings = page.locator("figure[id^=sample-]").count()
    for _reload in range(2):
        expect(page.locator("pre[data-snippet=node]").filter(visible=True)).to_have_count(listings)
        expect(page.locator("pre[data-snippet]").filter(visible=True)).to_have_count(listings)
        expect(page.locator("[data-language-tabs] [aria-current]")).to_have_text("Node")
        page.reload()


def test_the_switch_works_without_javascript(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}reference/")
    page.locator("[data-language-tabs]").get_by_text("curl", exact=True).click()
    expect(page.locator("#sample-edit pre[data-snippet=curl]")).to_be_visible()
    expect(page.locator("#sample-edit pre[data-snippet=python]")).to_be_hidden()
    context.close()


def test_code_is_beside_the_text_and_stays_in_view(page: Page, server: ServerProcess) -> None:
    page.set_viewport_size({"width": 1100, "height": 800})
    page.goto(f"{server.url}reference/#generations-background")
    prose, code = (page.locator(place).bounding_box() for place in ("#generations-background", "#sample-several"))
    assert prose and code and prose["x"] + prose["width"] <= code["x"]
    assert 0 <= code["y"] < 200


def test_the_reference_never_scrolls_sideways_and_no_address_breaks(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/")
    broken = "[...document.querySelectorAll('code.address')].filter((code) => code.getClientRects().length > 1)"
    for width in (320, 390, 768, 1024, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(f"{broken}.length") == 0, width


def test_on_a_phone_the_contents_stay_in_reach_and_tables_become_cards(page: Page, server: ServerProcess) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}reference/#error-cancelled")
    page.locator(".jump > summary").click()
    page.locator(".jump a[href='#pricing']").click()
    expect(page.locator("#pricing h2")).to_be_in_viewport()
    expect(page.locator(".jump > summary")).to_be_in_viewport()
    cell = page.locator("[id='price-1024x1024-high']")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"High: "'


def test_the_page_is_copied_as_markdown(page: Page, server: ServerProcess) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}reference/")
    button = page.get_by_role("button", name="Copy page as Markdown")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("# API reference\n")


def test_the_shown_sample_is_copied(page: Page, server: ServerProcess) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}reference/?code=curl")
    page.locator("#sample-generate copy-button button").click()
    expect(page.locator("#sample-generate copy-button")).to_contain_text("Copied")
    shown = page.locator("#sample-generate pre[data-snippet=curl]").evaluate("code => code.textContent")
    assert page.evaluate("navigator.clipboard.readText()") == shown


def test_the_reference_stays_within_its_budget(context: BrowserContext, page: Page, server: ServerProcess) -> None:
    loaded = weights(context, page, f"{server.url}reference/")
    assert sum(size for _, _, size in loaded) <= MOST_BYTES, loaded


def test_the_reference_works_without_javascript(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}reference/")
    expect(page.locator("#reference-words")).to_be_hidden()
    page.locator("#error-partial button").click()
    expect(page.locator("article[data-run]")).to_be_visible()
    context.close()
