"""The bar on a phone: every word whole, and the page one is on in sight."""

from playwright.sync_api import Page, ViewportSize

from tests.helpers.server import ServerProcess

PHONE: ViewportSize = {"width": 390, "height": 844}
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll(".bar nav a")].map((link) => {
    const words = document.createRange();
    words.selectNodeContents(link);
    return words.getBoundingClientRect();
  });
  return boxes.some((box, place) => place > 0 && box.left < boxes[place - 1].right);
}"""


def test_header_items_do_not_overlap(page: Page, server: ServerProcess, language: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(server.url)
    assert not page.evaluate(OVERLAPS)


def test_the_current_page_is_visible_in_the_navigation(page: Page, server: ServerProcess) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}usage/")
    current = page.locator(".bar nav [aria-current]").bounding_box()
    bar = page.locator(".bar nav").bounding_box()
    assert current and bar
    assert bar["x"] <= current["x"] and current["x"] + current["width"] <= bar["x"] + bar["width"]
