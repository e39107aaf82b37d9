"""Input of a mask by keyboard, touch, pen and files."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import bring_axe, check
from tests.browser.mask_editor import Editor, Point, edit, opened, picture
from tests.helpers.server import ServerProcess


def box(mask: Image.Image | None) -> tuple[int, int, int, int] | None:
    return mask and mask.getchannel("A").point(lambda value: 255 - value).getbbox()


@pytest.fixture
def editor(page: Page, server: ServerProcess, tmp_path: Path) -> Editor:
    return edit(page, server, picture(tmp_path / "a.png", 900, 600))


def test_cells_make_a_mask_by_keyboard_and_say_so(page: Page, editor: Editor) -> None:
    page.focus(".mask-stage")
    page.keyboard.press("g")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "Row 1, column 1")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    assert box(editor.mask) == (720, 200, 900, 400)
    editor.words().to_have_text("6.7% marked, centre right")


def test_a_rectangle_is_placed_moved_and_sized_by_keys(page: Page, editor: Editor) -> None:
    page.focus(".mask-stage")
    for key in ("r", "Enter", *["Alt+ArrowLeft"] * 3, *["Alt+Shift+ArrowDown"] * 2, "Enter"):
        page.keyboard.press(key)
    assert box(editor.mask) == (297, 200, 597, 402)


def test_a_shape_is_placed_by_numbers(page: Page, editor: Editor) -> None:
    editor.take("rectangle")
    for name, value in {"x": 10, "y": 20, "width": 30, "height": 40}.items():
        page.fill(f'[data-number="{name}"]', str(value))
    page.keyboard.press("Enter")
    assert box(editor.mask) == (10, 20, 40, 60)


def test_shortcuts_leave_the_prompt_alone(page: Page, editor: Editor) -> None:
    editor.drag((100, 100), (300, 100))
    page.fill("textarea[name=prompt]", "")
    page.focus("textarea[name=prompt]")
    page.keyboard.type("bee")
    page.keyboard.press("Control+z")
    expect(page.locator('[data-tool="brush"]')).to_have_attribute("aria-pressed", "true")
    assert editor.mask
    page.focus(".mask-stage")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts dl")).to_contain_text("Mask: brush, eraser")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, server: ServerProcess, tmp_path: Path, theme: Any) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.act("all")
    bring_axe(page)
    for tool in ("brush", "rectangle", "lasso", "subject", "polygon", "fill", "cells", "edges"):
        editor.take(tool)
        check(page, tool)


def test_fingers_draw_and_two_of_them_only_move(browser: Browser, server: ServerProcess, tmp_path: Path) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    session = context.new_cdp_session(page)

    def touch(kind: str, *points: Point) -> None:
        points_with_ids = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points_with_ids})

    editor.take("brush", 40)
    touch("touchStart", editor.at((100, 100)))
    for x in range(120, 401, 20):
        touch("touchMove", editor.at((x, 100)))
    touch("touchEnd")
    drawn, scale = editor.mask, editor.scale
    assert drawn and drawn.getpixel((250, 100))[3] == 0
    first, second = editor.at((300, 300)), editor.at((500, 300))
    touch("touchStart", first)
    touch("touchMove", (first[0] + 9, first[1] + 9))
    touch("touchStart", (first[0] + 9, first[1] + 9), second)
    for step in range(1, 11):
        touch("touchMove", (first[0] - 6 * step, first[1]), (second[0] + 6 * step, second[1]))
    touch("touchEnd")
    assert editor.scale > 1.5 * scale
    after = editor.mask
    assert after and after.tobytes() == drawn.tobytes()
    context.close()


def test_a_pen_has_pressure_and_keeps_the_palm_out(page: Page, editor: Editor) -> None:
    session = page.context.new_cdp_session(page)

    def pen(kind: str, place: Point, force: float) -> None:
        x, y = editor.at(place)
        pressed = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen", "force": force}
        session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pressed})

    editor.take("brush", 80)
    pen("mousePressed", (100, 300), 0.1)
    for step in range(1, 31):
        pen("mouseMoved", (100 + 20 * step, 300), 0.1 + 0.03 * step)
    touched = {"type": "touchStart", "touchPoints": [dict(zip("xy", editor.at((450, 500)), strict=True))]}
    session.send("Input.dispatchTouchEvent", touched)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    pen("mouseReleased", (700, 300), 0)
    mask = editor.mask
    assert mask
    widths = [sum(mask.getpixel((x, y))[3] < 128 for y in range(200, 400)) for x in (140, 400, 660)]
    assert widths[0] < 35 < widths[1] < 65 < widths[2]
    assert mask.getpixel((450, 500))[3] == 255


def test_a_black_and_white_file_of_another_size_becomes_a_mask(page: Page, editor: Editor, tmp_path: Path) -> None:
    flat = Image.new("L", (450, 300), 0)
    flat.paste(255, (300, 100, 400, 200))
    flat.save(tmp_path / "flat.png")
    page.set_input_files("input[name=mask]", tmp_path / "flat.png")
    expect(page.locator("[data-findings]")).to_contain_text("450 × 300")
    page.click("[data-decide=white]")
    mask = editor.mask
    assert mask and mask.getpixel((700, 300)) == (0, 0, 0, 0) and mask.getpixel((100, 100))[3] == 255
    with page.expect_download() as download:
        editor.act("download")
    assert opened(download.value.path().read_bytes()).tobytes() == mask.tobytes()


def test_downloading_an_empty_mask_explains_that_nothing_is_marked(page: Page, editor: Editor) -> None:
    editor.act("download")
    editor.words().to_contain_text("Nothing is marked yet, so there is no mask to download.")
    editor.take("rectangle")
    editor.drag((100, 100), (400, 400))
    editor.words().to_contain_text("% marked")
    editor.act("clear")
    editor.words().to_have_text("Nothing marked: the whole image will be repainted")


def test_slips_of_the_hand_are_removed_in_one_click(page: Page, editor: Editor) -> None:
    editor.take("rectangle")
    editor.drag((100, 100), (400, 400))
    editor.take("brush", 3)
    page.mouse.click(*editor.at((700, 500)))
    page.click('[data-finding="specks"] button')
    expect(page.locator("[data-findings] li")).to_have_count(0)
    assert box(editor.mask) == (100, 100, 400, 400)


def test_tools_and_undo_work_on_a_cyrillic_keyboard(page: Page, editor: Editor) -> None:
    editor.take("rectangle")
    editor.drag((100, 100), (400, 400))
    editor.words().to_contain_text("% marked")
    press = "(event) => document.querySelector('.mask-stage').dispatchEvent(new KeyboardEvent('keydown', event))"
    page.evaluate(press, {"key": "у", "code": "KeyE", "bubbles": True})
    expect(page.locator("[data-tool=eraser]")).to_have_attribute("aria-pressed", "true")
    page.evaluate(press, {"key": "я", "code": "KeyZ", "ctrlKey": True, "bubbles": True})
    editor.words().to_contain_text("Nothing marked")
