"""The reference's browser sample runs from a page of another origin, with only base address and key changed."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page

from playground.imageapi.providers import make_demo_key
from tests.gateway.clients.test_samples import FETCH
from tests.helpers.server import ServerProcess

SAMPLE = FETCH.replace("console.log(dataUrl);", 'document.querySelector("img").src = dataUrl;')


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Elsewhere</title><img alt='result'>")

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_the_browser_sample_shows_a_picture_on_a_page_of_another_origin(
    page: Page, server: ServerProcess, elsewhere: str
) -> None:
    key = make_demo_key((server.data / "secret_key").read_text())
    sample = SAMPLE.replace("https://api.qcode.cc/qcode-img/v1", f"{server.url}v1").replace(
        "cr_YOUR_QCODE_API_KEY", key
    )
    page.goto(elsewhere)
    page.evaluate(f"(async () => {{ {sample} }})()")
    page.wait_for_function("document.querySelector('img').naturalWidth === 1024")
    assert re.match("data:image/png", page.get_attribute("img", "src") or "")
