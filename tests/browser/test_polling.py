"""A run's page shows its state to every visitor, and after every lost request."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fake_provider import FakeProvider
from tests.helpers.server import ServerProcess

RUN: Final = re.compile(r"/runs/[0-9a-f]+/")
CARD: Final = "article[data-run]"
HIDE: Final = """() => {
  Object.defineProperty(document, 'hidden', {get: () => window.isAway ?? false});
  Object.defineProperty(document, 'visibilityState', {get: () => window.isAway ? 'hidden' : 'visible'});
  window.notified = [];
  window.Notification = class extends EventTarget {
    static permission = 'default';
    static async requestPermission() { return (Notification.permission = window.answer ?? 'granted'); }
    constructor(title, options) { super(); notified.push([title, options.body]); }
  };
}"""


def turn(page: Page, *, away: bool) -> None:
    """Hide the tab, or show it again."""
    page.evaluate("(away) => { isAway = away; document.dispatchEvent(new Event('visibilitychange')) }", away)


def ask(page: Page, server: ServerProcess, api: str = "slow") -> None:
    page.goto(server.url)
    page.evaluate("id => document.querySelector(`input[name=api][value=${id}]`).click()", api)
    page.fill("#id_prompt", "A garden with a pond")
    page.click("#submit")
    page.wait_for_url(RUN)


def icon(page: Page, state: str) -> None:
    page.wait_for_function(
        "state => { const icon = document.getElementById('favicon'); return icon.href === icon.dataset[state] }",
        arg=state,
    )


@pytest.fixture
def tab(page: Page) -> Page:
    """A page that can be hidden, with a clock that can be put forward."""
    page.add_init_script(f"({HIDE})()")
    page.clock.install()
    return page


def test_a_hidden_tab_says_that_its_run_is_ready(tab: Page, server: ServerProcess, provider: FakeProvider) -> None:
    provider.finale.clear()
    ask(tab, server)
    expect(tab.locator(CARD)).to_have_attribute("data-state", "running")
    tab.get_by_label("Notify me when it's ready").check()
    icon(tab, "running")
    assert tab.title().startswith("1 running")
    turn(tab, away=True)
    provider.finale.set()
    while not tab.title().startswith("Ready"):
        tab.clock.fast_forward(6000)
        tab.wait_for_timeout(100)
    icon(tab, "ready")
    assert tab.evaluate("notified")[0][0] == "Ready · A garden with a pond"
    assert tab.evaluate("notified.length") == 1
    turn(tab, away=False)
    tab.wait_for_function("favicon.href !== favicon.dataset.ready")


def test_a_run_in_the_strip_is_notified_too(tab: Page, server: ServerProcess, provider: FakeProvider) -> None:
    provider.finale.clear()
    ask(tab, server)
    tab.get_by_label("Notify me when it's ready").check()
    tab.goto(server.url)
    tab.evaluate("Notification.permission = 'granted'")
    turn(tab, away=True)
    provider.finale.set()
    while not tab.evaluate("notified.length"):
        tab.clock.fast_forward(6000)
        tab.wait_for_timeout(100)
    assert tab.evaluate("notified")[0][0] == "Ready · A garden with a pond"


def test_the_page_says_that_notifications_are_blocked(
    tab: Page, server: ServerProcess, provider: FakeProvider
) -> None:
    provider.finale.clear()
    ask(tab, server)
    tab.evaluate("answer = 'denied'")
    box = tab.get_by_label("Notify me when it's ready")
    box.click()
    expect(tab.locator("notify-switch")).to_contain_text("Your browser blocks notifications")
    expect(box).not_to_be_checked()
    provider.finale.set()


def test_an_ended_session_is_shown_as_a_sentence(page: Page, server: ServerProcess, provider: FakeProvider) -> None:
    provider.finale.clear()
    ask(page, server)
    expect(page.locator(CARD)).to_have_count(1)
    page.context.clear_cookies()
    expect(page.locator("#gone")).to_contain_text("Your session has ended")
    expect(page.locator(CARD)).to_have_count(0)
    provider.finale.set()


def lose(page: Page, module: str, times: int) -> None:
    """Lose the first requests for a module on the way, on a page whose clocks run twenty times as fast."""
    lost: list[str] = []

    def answer(route: Route) -> None:
        lost.append(route.request.url)
        if len(lost) <= times:
            route.abort()
        else:
            route.fallback()

    page.route(re.compile(rf"/{module}(\.[0-9a-f]+)?\.js$"), answer)
    page.add_init_script(
        "{ const later = setTimeout; setTimeout = (act, wait, ...a) => later(act, wait / 20, ...a) }"
    )


@pytest.mark.parametrize(
    ("module", "times"),
    [
        ("run-follower", 1),
        ("polling", 1),
        ("run-follower", 9),
        ("brief-form", 1),
        ("main", 1),
        (r"htmx-2(\.min)?", 1),
    ],
)
def test_a_module_that_fails_to_load_is_loaded_again(
    page: Page, server: ServerProcess, provider: FakeProvider, module: str, times: int
) -> None:
    provider.finale.clear()
    ask(page, server)
    other = page.context.new_page()
    lose(other, module, times)
    with other.expect_event("requestfailed"):
        other.goto(page.url)
    provider.finale.set()
    expect(other.locator(CARD)).to_have_attribute("data-state", "succeeded")
    expect(other.locator("brief-form:defined")).to_be_attached()
    expect(other.locator("#lost")).to_be_hidden()


def test_a_page_that_cannot_follow_says_so(page: Page, server: ServerProcess, provider: FakeProvider) -> None:
    provider.finale.clear()
    ask(page, server)
    other = page.context.new_page()
    other.route("**/*.js", lambda route: route.abort())
    with other.expect_event("requestfailed"):
        other.goto(page.url)
    expect(other.locator("#lost")).to_be_hidden()
    # It says so after a while, and needs no script for it.
    other.evaluate("document.getElementById('lost').getAnimations().forEach(one => one.finish())")
    expect(other.locator("#lost")).to_be_visible()
    provider.finale.set()
    other.unroute("**/*.js")
    other.get_by_role("link", name="Reload the page").click()
    expect(other.locator(CARD)).to_have_attribute("data-state", "succeeded")


def test_a_page_whose_help_is_lost_too_says_so(page: Page, server: ServerProcess) -> None:
    lose(page, "(notify-switch|brief-form|module-recovery)", 99)
    page.goto(server.url)
    expect(page.locator("#lost")).to_be_visible()


def test_typed_text_survives_a_module_that_fails_to_load(page: Page, server: ServerProcess) -> None:
    lose(page, "brief-form", 99)
    page.goto(server.url)
    page.evaluate("window.here = true")
    with page.expect_response(lambda response: response.request.method == "HEAD"):
        page.fill("#id_prompt", "Words that nothing keeps yet")
    expect(page.locator("#lost")).to_be_visible()
    assert page.evaluate("here")
    expect(page.locator("#id_prompt")).to_have_value("Words that nothing keeps yet")
