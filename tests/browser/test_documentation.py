"""Documentation in the studio: tabs, values that set the form, errors, on a phone and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import layout
from tests.browser.axe import assert_accessible
from tests.browser.layout import PHONE
from tests.helpers.server import ServerProcess


def opened(page: Page, address: str, tab: str) -> None:
    page.goto(address)
    page.locator("#code > summary").click()
    page.wait_for_selector("code-panel:defined")
    page.locator(f"[data-docs={tab}]").click()
    expect(page.locator(f"#docs-{tab} :is(table, li)").first).to_be_visible()


def value(page: Page, name: str, text: str):
    return page.locator(f'[data-set={name}][value="{text}"]')


@pytest.fixture
def phone(browser: Browser, language: str) -> Iterator[Page]:
    context = layout.a_screen(browser, language, touch=True)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    yield page
    context.close()


def test_a_value_sets_the_control_and_price_and_program_follow(page: Page, server: ServerProcess) -> None:
    opened(page, server.url, "parameters")
    price = page.locator("#submit-label").text_content()
    value(page, "quality", "high").click()
    expect(page.locator("#id_quality input[value=high]")).to_be_checked()
    expect(value(page, "quality", "high")).to_have_attribute("aria-pressed", "true")
    expect(value(page, "quality", "low")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#submit-label")).not_to_have_text(price or "")
    expect(page.locator("pre[data-snippet=curl]")).to_contain_text('"quality": "high"')


def test_a_value_of_a_list_under_advanced_is_set_by_the_keyboard(page: Page, server: ServerProcess) -> None:
    opened(page, server.url, "parameters")
    value(page, "output_format", "webp").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_output_format")).to_have_value("webp")
    expect(page.locator("#id_output_format")).to_be_visible()
    expect(value(page, "output_format", "webp")).to_be_focused()
    expect(page.locator("pre[data-snippet=python]")).to_contain_text('output_format="webp"')


def test_the_marks_follow_the_form(page: Page, server: ServerProcess) -> None:
    opened(page, server.url, "parameters")
    page.locator('#id_size input[value="2048x2048"]').check(force=True)
    expect(value(page, "size", "2048x2048")).to_have_attribute("aria-pressed", "true")
    page.locator(".advanced > summary").click()
    page.locator("#id_output_format").select_option("jpeg")
    expect(value(page, "background", "transparent")).to_be_disabled()
    page.fill("#id_user", "shop 7")
    expect(page.locator("[data-now=user]")).to_contain_text("shop 7")


def test_parameters_and_errors_follow_the_chosen_api(page: Page, server: ServerProcess) -> None:
    opened(page, server.url, "parameters")
    expect(page.locator("[data-parameter=response_format]")).to_be_visible()
    page.locator("#api-picker > summary").click()
    page.locator("#api-official").check(force=True)
    expect(value(page, "n", "10")).to_be_visible()
    expect(page.locator("[data-parameter=response_format]")).to_have_count(0)
    page.locator("[data-docs=errors]").click()
    expect(page.locator("[data-code=image_daily_limit]")).to_have_count(0)


def test_arrow_keys_choose_a_tab_that_the_next_page_remembers(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.locator("#code > summary").click()
    page.wait_for_selector("code-panel:defined")
    page.locator("[data-docs=curl]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-docs=python]")).to_be_focused()
    expect(page.locator("pre[data-snippet=python]")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Request", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-docs=errors]")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=tab][tabindex='0']")).to_have_count(1)
    page.goto(f"{server.url}edit/")
    expect(page.locator("[data-code=image_daily_limit]")).to_be_visible()


def test_an_error_is_simulated_where_it_is_described(page: Page, server: ServerProcess) -> None:
    opened(page, server.url, "errors")
    page.locator("[data-code=concurrency_exhausted] button").click()
    simulated = page.locator("#simulated-concurrency_exhausted")
    expect(simulated.locator("[data-rehearsed]")).to_have_attribute("data-error", "concurrency_exhausted")
    expect(simulated.locator("[data-answer-body]")).to_contain_text("concurrency_exhausted")
    expect(page).to_have_url(server.url)
    # Otherwise a button lies half under the panel's head.
    page.locator("#code").evaluate("panel => panel.scrollTo(0, 0)")
    assert_accessible(page)


def test_streaming_is_a_switch(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.locator("#code > summary").click()
    program = page.locator("pre[data-snippet=curl]")
    expect(program).not_to_contain_text("stream")
    page.get_by_label("Stream previews").check()
    expect(program).to_contain_text('"stream": true')
    page.get_by_label("Stream previews").uncheck()
    expect(program).not_to_contain_text("stream")


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_it_opens_wide_and_leaves_the_form_in_sight(page: Page, server: ServerProcess, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, server.url, "parameters")
    panel, form = page.locator("#code").bounding_box(), page.locator("#brief").bounding_box()
    assert panel and form and panel["width"] >= 560
    assert form["x"] + form["width"] <= panel["x"]
    assert not layout.sideways(page, width)


def test_on_a_phone_it_covers_the_page_and_gives_the_focus_back(phone: Page, server: ServerProcess) -> None:
    opened(phone, server.url, "parameters")
    box = phone.locator("#code").bounding_box()
    assert box == {"x": 0, "y": 0, **PHONE}
    assert not layout.sideways(phone, PHONE["width"]) and not layout.small_texts(phone)
    assert not layout.small_fields(phone)
    assert_accessible(phone)
    # Nothing behind it takes the focus.
    phone.locator("#id_prompt").evaluate("field => field.focus()")
    expect(phone.locator("#id_prompt")).not_to_be_focused()
    value(phone, "size", "1536x1024").click()
    phone.keyboard.press("Escape")
    expect(phone.locator("#code > summary")).to_be_focused()
    expect(phone.locator('#id_size input[value="1536x1024"]')).to_be_checked()
    phone.fill("#id_prompt", "A vase")


def test_from_a_phones_panel_a_link_leads_to_the_control(phone: Page, server: ServerProcess) -> None:
    opened(phone, server.url, "parameters")
    phone.locator("[data-parameter=prompt] [data-control]").click()
    expect(phone.locator("#id_prompt")).to_be_focused()
    expect(phone.locator("#docs-parameters")).to_be_hidden()


def test_without_a_script_a_tab_is_a_link(browser: Browser, server: ServerProcess) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(server.url)
    page.locator("#code > summary").click()
    expect(page.locator("pre[data-snippet=curl]")).to_be_visible()
    page.locator("[data-docs=python]").click()
    expect(page.locator("pre[data-snippet=python]")).to_be_visible()
    expect(page.locator("pre[data-snippet=curl]")).to_be_hidden()
    page.locator("[data-docs=parameters]").click()
    expect(page.locator("#docs-parameters table")).to_be_in_viewport()
    expect(page.locator("[data-code=image_daily_limit]")).to_be_visible()
    context.close()


@pytest.mark.parametrize("address", ["docs/", "edit/docs/"])
def test_the_documentation_as_a_page_is_accessible(page: Page, server: ServerProcess, address: str) -> None:
    page.goto(f"{server.url}{address}")
    expect(page.locator("#docs-parameters table")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert not layout.sideways(page, 320)
