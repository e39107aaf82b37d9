"""Pages fit: into narrow windows and phones on their side, in both languages, for a mouse and for fingers."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import layout
from tests.browser.layout import ON_ITS_SIDE, PHONE, Looked
from tests.browser.page_list import Visit, visited
from tests.helpers.server import ServerProcess

WIDTHS: Final = (320, 360, 820, 821, 940, 1000, 1200)
LIKE_OTHERS: Final = ("result", "failure", "history", "keys", "error code")
LONG: Final = "A still life with lemons, half peeled, a goblet and an oyster, on a table with a white cloth. " * 3

# Lines of a text of which a part is drawn and a part is not.
SLICED: Final = """(element) => {
  const words = document.createRange();
  words.selectNodeContents(element);
  const edges = [...element.querySelectorAll("*"), element]
    .filter((one) => getComputedStyle(one).overflowY !== "visible").map((one) => one.getBoundingClientRect().bottom);
  const edge = Math.min(...edges);
  return [...words.getClientRects()].filter((line) => line.top < edge - 1 && line.bottom > edge + 1).length;
}"""


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With the APIs that are listed when nothing is set: their names are long, and some end calls after 100 s."""
    server = ServerProcess(tmp_path_factory.mktemp("layout"), {"DEMO_SECONDS": "0"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def visit(browser: Browser, own_server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    with visited(browser, own_server, tmp_path_factory.mktemp("sources")) as visit:
        yield visit


@pytest.fixture(scope="module", params=[("en-GB", "touch"), ("zh-CN", "mouse")])
def looked(request: pytest.FixtureRequest, browser: Browser, visit: Visit) -> Looked:
    """Measure the most different pages at some widths; `benchmarks/browser/page_layout.py` does all, in all ways."""
    language, pointer = request.param
    looked = Looked()
    for place in layout.places(browser, visit, language, pointer == "touch", leave_out=LIKE_OTHERS):
        looked.look_at(place, WIDTHS)
    return looked


def test_no_page_moves_sideways(looked: Looked) -> None:
    assert not looked.sideways


def test_no_text_is_smaller_than_twelve_pixels(looked: Looked) -> None:
    assert not looked.small_texts


def test_no_field_makes_a_phone_zoom(looked: Looked) -> None:
    assert not looked.small_fields


def test_at_the_end_of_a_page_nothing_covers_a_control(looked: Looked) -> None:
    assert not looked.covered


def test_text_follows_the_size_that_a_visitor_chose_in_the_browser(
    browser: Browser, own_server: ServerProcess
) -> None:
    page = browser.new_page()
    page.goto(own_server.url)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "14px"
    settings = page.context.new_cdp_session(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 24}})
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "21px"
    for width in (390, 821, 1024):
        page.set_viewport_size({"width": width, "height": 844})
        assert not layout.sideways(page, width)
    page.close()


def test_a_short_page_begins_beneath_the_bar(page: Page, own_server: ServerProcess) -> None:
    page.set_viewport_size({"width": 1024, "height": 1400})
    page.goto(f"{own_server.url}runs/")
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().top") <= 60


@pytest.fixture
def phone(browser: Browser, language: str) -> Iterator[Page]:
    context = layout.a_screen(browser, language, touch=True)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    yield page
    context.close()


def test_the_code_opens_on_a_phone_under_the_longest_advice(
    phone: Page, own_server: ServerProcess, language: str
) -> None:
    phone.goto(own_server.url)
    phone.locator("#id_quality input[value=high]").check(force=True)
    phone.locator("#api-picker > summary").click()
    phone.locator("#api-api").check(force=True)
    expect(phone.locator("#estimate .warn")).to_be_visible()
    phone.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    phone.locator("#code > summary").click()
    expect(phone.get_by_role("dialog", name="代码" if language == "zh-CN" else "Code")).to_be_visible()
    assert not layout.covered_at_the_end(phone)


def test_the_advice_and_the_button_are_in_sight_wherever_the_page_stands(
    phone: Page, own_server: ServerProcess
) -> None:
    phone.goto(own_server.url)
    for place in ("0", "document.scrollingElement.scrollHeight / 2", "document.scrollingElement.scrollHeight"):
        phone.evaluate(f"scrollTo({{top: {place}, behavior: 'instant'}})")
        expect(phone.locator("#submit")).to_be_in_viewport(ratio=1)


def test_earlier_prompts_are_cut_between_lines(browser: Browser, own_server: ServerProcess, language: str) -> None:
    page = browser.new_page(locale=language)
    page.goto(own_server.url)
    page.fill("#id_prompt", LONG)
    page.locator("#submit").click()
    expect(page.locator("article[data-run]")).to_have_attribute("data-state", "succeeded")
    page.locator(".earlier > summary").click()
    entry = page.locator(".earlier button").first
    expect(entry).to_be_visible()
    assert not entry.evaluate(SLICED)
    page.close()


def test_a_phone_on_its_side_shows_the_whole_canvas(browser: Browser, visit: Visit, language: str) -> None:
    context = layout.a_screen(browser, language, touch=True, visit=visit)
    page = context.new_page()
    page.set_viewport_size(ON_ITS_SIDE)
    page.goto(f"{visit.server.url}edit/")
    page.wait_for_selector('mask-editor[data-ready="mask"]')
    canvas = page.locator(".mask-stage")
    canvas.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = canvas.bounding_box()
    assert box and box["width"] >= 320 and box["height"] >= 220
    corners = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x in (0.01, 0.99) for y in (0.02, 0.98)
    ]
    on_top = "points => points.map(([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.mask-stage')))"
    assert all(page.evaluate(on_top, corners)), box
    for tool in ("brush", "eraser", "rectangle", "lasso", "invert", "clear"):
        expect(page.locator(f'[data-tool="{tool}"], [data-action="{tool}"]').first).to_be_in_viewport(ratio=1)
    context.close()
