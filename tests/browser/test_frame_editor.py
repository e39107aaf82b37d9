"""The frame on the edit page: dragged by mouse, finger and keys, sent as it is drawn, and told in words."""

import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_picture, finished, put
from tests.browser.test_share import share
from tests.helpers.server import ServerProcess

SIZE = (600, 400)
OVERLAP = 24
# The right side in a form; it is empty until it was dragged.
RIGHT = re.compile(r'name="frame_right"\r\n\r\n\d')


def choose(page: Page, mode: str, size: str = "") -> None:
    """Choose a frame once it is drawn, and the size of the result."""
    expect(page.locator(".frame-box")).to_be_attached()
    page.check(f"[name=frame][value={mode}]", force=True)
    if size:
        page.select_option("select[data-size]", size)


def handle(page: Page, edge: str) -> Locator:
    return page.locator(f".frame-box [data-edge={edge}]")


def centre(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, edge: str, across: float, down: float) -> None:
    x, y = centre(handle(page, edge))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down)
    page.mouse.up()


def sides(page: Page) -> dict[str, str]:
    """The pixels at the sides: as they are set, else as they follow from the size."""
    shown = page.evaluate(
        "[...document.querySelectorAll('[data-side]')].map((one) => [one.dataset.side, one.value || one.placeholder])"
    )
    return dict(shown)


@pytest.fixture
def cat(page: Page, server: ServerProcess, tmp_path: Path) -> Path:
    """A picture of 600 x 400 pixels on the edit page."""
    path = a_picture(tmp_path, size=SIZE)
    put(page, server, path)
    return path


def test_an_edge_that_is_dragged_outwards_is_stored_with_the_image(page: Page, cat: Path) -> None:
    choose(page, "extend", "1024x1024")
    expect(page.locator("[data-note]")).to_contain_text("600×600 (top +100, bottom +100)")
    with page.expect_response(lambda response: bool(RIGHT.search(response.request.post_data or ""))):
        drag(page, "right", 60, 0)
    stored = sides(page)
    assert int(stored["right"]) > 40 and stored["left"] == "0"
    # The other two edges follow, so that the frame keeps its shape.
    assert abs(int(stored["top"]) + int(stored["bottom"]) - int(stored["right"]) - 200) <= 1
    page.reload()
    expect(page.locator("[name=frame][value=extend]")).to_be_checked()
    assert sides(page) == stored


def test_auto_becomes_the_size_that_it_would_be_as_soon_as_there_is_a_frame(page: Page, cat: Path) -> None:
    expect(page.locator("[data-note]")).to_have_text("Auto will be 1536×1024, the size nearest to your image.")
    choose(page, "extend")
    expect(page.locator("[name=size][value='1536x1024']")).to_be_checked()
    expect(page.locator("[data-note]")).to_contain_text("so nothing is added")
    page.locator(".frame-sides > summary").click()
    assert_accessible(page)


def test_the_keyboard_moves_an_edge_and_the_whole_frame(page: Page, cat: Path) -> None:
    choose(page, "extend", "1024x1024")
    handle(page, "top").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    expect(handle(page, "top")).to_have_attribute("aria-valuetext", "105 px")
    handle(page, "move").focus()
    for _press in range(3):
        page.keyboard.press("ArrowDown")
    expect(handle(page, "top")).to_have_attribute("aria-valuenow", "87")
    expect(handle(page, "move")).to_be_focused()
    # A letter on a handle is still a key of the editor, and an arrow does not scroll the picture.
    page.keyboard.press("e")
    expect(page.locator("[data-tool=eraser]")).to_have_attribute("aria-pressed", "true")


def test_a_finger_drags_the_frame_on_a_tablet(browser: Browser, server: ServerProcess, tmp_path: Path) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 768}, locale="en-GB")
    page = context.new_page()
    put(page, server, a_picture(tmp_path, size=SIZE))
    choose(page, "fill", "1024x1024")
    before = sides(page)
    assert before == {"left": "-100", "top": "0", "right": "-100", "bottom": "0"}
    handle(page, "left").scroll_into_view_if_needed()
    session = context.new_cdp_session(page)
    x, y = centre(handle(page, "left"))
    for kind, across in (("touchStart", 0), ("touchMove", 20), ("touchMove", 40), ("touchEnd", None)):
        points = [] if across is None else [{"x": x + across, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator("[data-side=left]")).not_to_have_value("")
    after = sides(page)
    assert int(after["left"]) < -110 and after["right"] == "-100" and int(after["top"]) < 0
    context.close()


def test_an_extended_image_comes_back_whole_and_without_a_seam(page: Page, cat: Path) -> None:
    choose(page, "extend", "1024x1024")
    expect(page.locator("[data-state-words]")).to_have_text("Nothing marked: only the added area will be painted")
    page.fill("#id_prompt", "Extend the picture")
    page.click("#submit")
    card = finished(page)
    expect(card.locator(".run-inputs")).to_contain_text("Extended from 600×400 to 600×600 (top +100, bottom +100)")
    address = card.locator("img[data-locked]").get_attribute("src")
    locked = Image.open(io.BytesIO(page.request.get(f"{page.url.partition('/qcode')[0]}{address}").body()))
    with Image.open(cat) as opened:
        original = opened.convert("RGB")
    kept = (0, 100 + OVERLAP, 600, 500 - OVERLAP)
    inside = original.crop((0, OVERLAP, 600, 400 - OVERLAP))
    assert locked.convert("RGB").crop(kept).tobytes() == inside.tobytes()
    assert "A" not in locked.getbands() or locked.getchannel("A").getextrema() == (255, 255)
    # A seam is a row that differs from the one above it as no other row does.
    rows = [locked.convert("L").crop((0, row, 600, row + 1)).resize((30, 1)) for row in range(60, 140)]
    steps = [max(ImageChops.difference(first, second).tobytes()) for first, second in pairwise(rows)]
    assert max(steps) < 40, steps


@pytest.mark.parametrize("language", ["zh-CN"])
def test_the_script_says_what_the_server_says(page: Page, cat: Path, language: str) -> None:
    save = page.locator("frame-editor").get_attribute("data-save")
    for mode, size in (("extend", "1024x1024"), ("fill", "1024x1536"), ("fit", "1024x1024")):
        choose(page, mode, size)
        words = page.locator("[data-note]").inner_text()
        rendered = page.evaluate(
            """async ([address, entries]) => {
              const body = new FormData(document.getElementById("edit-form"));
              for (const [name, value] of entries) body.set(name, value);
              body.delete("mask");
              const answer = await (await fetch(address, { method: "POST", body })).text();
              const page = new DOMParser().parseFromString(answer, "text/html");
              return page.querySelector("[data-note]").textContent;
            }""",
            [save, [["frame", mode], ["size", size]]],
        )
        assert rendered == words


def test_without_scripts_the_frame_is_a_form(browser: Browser, server: ServerProcess, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{server.url}edit/")
    page.set_input_files("input[name=image]", a_picture(tmp_path, size=SIZE))
    page.get_by_role("button", name="Add selected files").click()
    page.check("[name=frame][value=extend]", force=True)
    page.locator(".frame-sides > summary").click()
    page.fill("[name=frame_left]", "ten")
    page.check("[name=size][value='1024x1024']", force=True)
    page.click("#submit")
    expect(page.locator("#error-frame")).to_contain_text("a whole number of pixels")
    expect(page.locator("[name=frame_left]")).to_have_value("ten")
    page.fill("[name=frame_left]", "200")
    page.click("#submit")
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded", timeout=60_000)
    expect(page.locator(".run-inputs")).to_contain_text("Extended from 600×400 to 800×800")
    context.close()


def test_a_link_carries_the_frame_to_an_image_of_another_size(
    page: Page, cat: Path, server: ServerProcess, tmp_path: Path
) -> None:
    choose(page, "extend", "1024x1024")
    page.locator(".frame-sides > summary").click()
    page.fill("[name=frame_top]", "100")
    share(page)
    expect(page.locator("#share-address")).not_to_have_value("")
    link = page.locator("#share-address").input_value()
    other = page.context.browser.new_context(locale="en-GB").new_page()  # type: ignore[union-attr]
    other.goto(link)
    expect(other.locator("[data-shared]")).to_be_visible()
    other.set_input_files("input[name=image]", a_picture(tmp_path, "dog.png", size=(300, 200)))
    expect(other.locator("[name=frame][value=extend]")).to_be_checked()
    assert sides(other) == {"left": "0", "top": "50", "right": "0", "bottom": "50"}
    other.context.close()
