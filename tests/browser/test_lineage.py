"""The tree of a picture's versions above the stage."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import assert_accessible
from tests.browser.page_list import submit
from tests.helpers.server import ServerProcess


@pytest.fixture(scope="module")
def session(browser: Browser, server: ServerProcess) -> tuple[Any, list[str]]:
    """A session with a first version, two made from it and one from the first of those; the addresses of all."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url)
    page.fill("#id_prompt", "A vase")
    urls = [submit(page, "succeeded")]
    for origin in (0, 1, 0):
        run_id = urls[origin].rstrip("/").rpartition("/")[2]
        token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        headers = {"Referer": server.url}
        page.request.post(f"{server.url}edit/from/{run_id}/1/", form={"csrfmiddlewaretoken": token}, headers=headers)
        page.goto(f"{server.url}edit/")
        page.fill("#id_prompt", f"Version {len(urls) + 1}")
        urls.append(submit(page, "succeeded"))
    state = context.storage_state()
    context.close()
    return state, urls


@pytest.fixture
def visitor(browser: Browser, session, request):
    context = browser.new_context(storage_state=session[0], **getattr(request, "param", {}))
    yield context.new_page(), session[1]
    context.close()


def test_arrow_keys_go_through_the_versions_and_enter_opens_one(visitor) -> None:
    page, urls = visitor
    page.goto(urls[2])
    current = page.get_by_role("link", name="Version 3 of 4, made from version 2")
    expect(current).to_have_attribute("aria-current", "page")
    expect(current).to_have_attribute("tabindex", "0")
    current.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Version 2 of 4, made from version 1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    branch = page.get_by_role("link", name="Version 4 of 4, made from version 1")
    expect(branch).to_be_focused()
    expect(page.locator(".version a[tabindex='0']")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Version 1 of 4")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(urls[3])


def test_any_versions_are_chosen_and_compared(visitor) -> None:
    page, urls = visitor
    page.goto(urls[3])
    expect(page.get_by_label("Compare version 1")).to_be_hidden()
    page.get_by_text("Select to compare").click()
    assert_accessible(page)
    for number in (1, 3):
        page.get_by_label(f"Compare version {number}").check()
    page.locator("#lineage-compare button").click()
    expect(page).to_have_url(re.compile("/compare/"))
    expect(page.locator(".compare-pane img:visible")).to_have_count(3)


@pytest.mark.parametrize("visitor", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_tree_is_a_list_of_links(visitor) -> None:
    page, urls = visitor
    page.goto(urls[3])
    page.get_by_role("link", name="Version 3 of 4, made from version 2").click()
    expect(page).to_have_url(urls[2])
    page.get_by_role("link", name="Compare with version 2").click()
    expect(page.locator(".compare-pane img:visible")).to_have_count(2)


@pytest.mark.parametrize("visitor", [{"viewport": {"width": 320, "height": 700}}], indirect=True)
def test_on_a_phone_the_tree_scrolls_inside_itself(visitor) -> None:
    page, urls = visitor
    page.goto(urls[2])
    expect(page.locator(".version a[tabindex='0']")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_edit_page_shows_the_tree_while_its_image_is_a_version(visitor, server: ServerProcess) -> None:
    page, urls = visitor
    page.goto(urls[3])
    page.get_by_role("button", name="Continue with this").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(page.get_by_label("Version 5 of 5, made from version 4: not sent yet")).to_be_visible()
    newest = page.get_by_role("link", name="Version 4 of 5, made from version 1")
    newest.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Version 1 of 5")).to_be_focused()
    page.locator("#sources button[value='remove']").click()
    expect(page.locator(".version")).to_have_count(0)
