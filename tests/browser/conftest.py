"""A real Chromium against the real server, with a faulty image API beside it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.fake_provider import FakeProvider
from tests.helpers.server import ServerProcess
from tests.setup import find_chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Menus of the address bar: Chromium starts a renderer for them with every window, also without a screen.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]
expect.set_options(timeout=60_000)


@pytest.fixture(scope="package")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[ServerProcess]:
    ok, slow = provider.url("ok"), provider.url("sse_partials")
    apis = f"builtin,ok={ok},slow:builtin={slow},official:openai={ok},refusing={provider.url('422_size')}"
    server = ServerProcess(
        tmp_path_factory.mktemp("server"), {"IMAGE_APIS": apis, "DEMO_SECONDS": "1.5", "RUN_DEADLINE": "90"}
    ).start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def chromium() -> str:
    """Return the path of Chromium. Must run before Playwright starts."""
    path = find_chromium()
    assert path, "no Chromium: run `python -m tests.setup`"
    return path


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium. It must end with this package: Playwright's event loop is in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["en-GB", "zh-CN"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    locale = request.getfixturevalue("language") if "language" in request.fixturenames else "en-GB"
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors and CSP violations fail the test."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert not troubles, troubles
