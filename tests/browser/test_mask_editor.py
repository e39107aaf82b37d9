"""The API receives the mask as it is drawn, pixel by pixel."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.mask_editor import Editor, along, edit, opened, picture, within, wrong_pixels
from tests.fake_provider import FakeProvider
from tests.helpers.server import ServerProcess

ELBOW = ((200.0, 300.0), (700.0, 300.0), (700.0, 700.0))
KEY = "cr_0123456789abcdef0123456789abcdef"


def send_to_the_recording_api(page: Page, provider: FakeProvider) -> Image.Image:
    """Submit, and open the mask that the API was sent."""
    before = len(provider.requests)
    if not page.locator("#id_key").is_visible():
        page.click("#api-picker > summary")
    page.locator("[name=api][value=ok]").check(force=True)
    page.fill("#id_key", KEY)
    page.fill("textarea[name=prompt]", "A red balloon")
    page.click("#submit")
    page.wait_for_url(re.compile("/runs/"))
    provider.wait_for(before + 1, 20)
    parts = provider.requests[-1].parts
    assert [part.name for part in parts if part.filename] == ["image", "mask"]
    return opened(next(part.data for part in parts if part.name == "mask"))


@pytest.mark.parametrize("density", [1, 2])
def test_the_api_receives_the_drawn_mask_at_any_zoom(
    browser: Browser, server: ServerProcess, provider: FakeProvider, tmp_path: Path, density: int
) -> None:
    context = browser.new_context(device_scale_factor=density, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    editor = edit(page, server, picture(tmp_path / "a.png", 1024, 1024))
    editor.take("brush", 60)
    editor.drag(*ELBOW)
    editor.drag((100, 900), (900, 900))
    page.keyboard.press("Control+z")
    editor.zoom_to((700, 500), 4)
    editor.take("eraser", 20)
    editor.drag((660, 500), (740, 500), (740, 540))
    mask = send_to_the_recording_api(page, provider)
    drawn, erased = along(*ELBOW), along((660, 500), (740, 500), (740, 540))

    def is_marked(x: float, y: float) -> bool | None:
        inside, taken = within(drawn(x, y), 30), within(erased(x, y), 10)
        return False if taken or inside is False else None if None in (inside, taken) else True

    assert mask.size == (1024, 1024)
    assert wrong_pixels(mask, is_marked) == []
    context.close()


def test_undo_and_redo_reach_every_step(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 800, 600))
    editor.take("rectangle")
    editor.drag((100, 100), (300, 200))
    editor.act("invert")
    editor.act("clear")
    assert editor.mask is None
    editor.act("undo")
    page.keyboard.press("Control+z")
    mask = editor.mask
    assert mask and mask.getchannel("A").point(lambda value: 255 - value).getbbox() == (100, 100, 300, 200)
    editor.act("undo")
    expect(page.locator("[data-action=undo]")).to_be_disabled()
    for _ in range(3):
        editor.act("redo")
    assert editor.mask is None


@pytest.mark.parametrize("size", [(3840, 2160), (4096, 4096)])
def test_large_pictures_are_marked_in_full(
    page: Page, server: ServerProcess, tmp_path: Path, size: tuple[int, int]
) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", *size))
    editor.take("brush", 300)
    places = ((600.0, 500.0), (3000.0, 1800.0))
    editor.drag(*places)
    mask, distance = editor.mask, along(*places)
    assert mask and mask.size == size
    assert wrong_pixels(mask, lambda x, y: within(distance(x, y), 150, 4), step=24) == []


def test_a_turned_photo_is_marked_as_it_is_seen(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    editor = edit(page, server, picture(tmp_path / "a.jpg", 1200, 800, exif=exif))
    editor.take("rectangle")
    editor.drag((50, 900), (350, 1150))
    mask = editor.mask
    assert mask and mask.size == (800, 1200)
    assert mask.getpixel((100, 1000)) == (0, 0, 0, 0)


def test_shapes_add_and_subtract(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 1000, 800))
    editor.take("lasso")
    editor.drag((100, 100), (500, 100), (500, 500), (100, 500))
    editor.take("polygon")
    for place in ((600, 100), (900, 100), (900, 400), (600, 400), (600, 100)):
        page.mouse.click(*editor.at(place))
    editor.take("ellipse")
    page.locator("[data-setting=mode][value=subtract]").check(force=True)
    editor.drag((200, 200), (400, 400))
    editor.take("fill")
    page.locator("[data-setting=mode][value=add]").check(force=True)
    page.mouse.click(*editor.at((50, 50)))
    mask = editor.mask
    assert mask
    alphas = {place: mask.getpixel(place)[3] for place in ((120, 300), (300, 300), (750, 250), (950, 600), (50, 700))}
    assert alphas == {(120, 300): 0, (300, 300): 0, (750, 250): 0, (950, 600): 255, (50, 700): 0}


def test_shift_draws_straight_lines(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 1000, 800))
    editor.take("brush", 20)
    page.mouse.click(*editor.at((100, 100)))
    page.keyboard.down("Shift")
    page.mouse.click(*editor.at((900, 300)))
    editor.drag((100, 700), (500, 350), (900, 700))
    page.keyboard.up("Shift")
    mask, distances = editor.mask, (along((100, 100), (900, 300)), along((100, 700), (900, 700)))
    assert mask
    assert wrong_pixels(mask, lambda x, y: within(min(distance(x, y) for distance in distances), 10)) == []


def test_a_reload_loses_no_stroke(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 800, 600))
    editor.drag((100, 100), (500, 300))
    before = editor.mask
    page.reload()
    page.wait_for_selector('mask-editor[data-ready="mask"]')
    after = Editor(page).mask
    assert before and after and before.tobytes() == after.tobytes()
    editor.act("undo")
    assert editor.mask is None


def test_leaving_the_window_ends_the_stroke(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 800, 600))
    editor.take("brush", 20)
    page.mouse.move(*editor.at((100, 100)))
    page.mouse.down()
    page.mouse.move(*editor.at((300, 100)), steps=4)
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    page.mouse.move(*editor.at((300, 500)), steps=4)
    page.mouse.up()
    mask = editor.mask
    assert mask and mask.getpixel((200, 100))[3] == 0 and mask.getpixel((300, 400))[3] == 255


def test_the_ring_is_back_when_the_browser_says_the_pointer_left_after_a_stroke(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    """WebKit lets go of a captured pointer as if it had left the stage and come back."""
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.take("brush", 60)
    editor.drag((200, 200), (400, 200))
    ring = page.locator("[data-ring]")
    expect(ring).to_be_visible()
    x, y = editor.at((400, 200))
    for name in ("pointerleave", "pointerenter"):
        place = {"clientX": x, "clientY": y, "pointerType": "mouse", "pointerId": 1}
        page.dispatch_event(".mask-stage", name, place)
    expect(ring).to_be_visible()


def test_grow_and_feather_are_shown_while_their_sliders_move_and_are_one_step(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.take("rectangle")
    editor.drag((100, 100), (300, 200))
    assert editor.mask
    editor.take("edges")
    page.fill("[data-setting=grow]", "20")
    expect_mark(page, (90, 150), 255)
    page.fill("[data-setting=feather]", "8")
    expect(page.locator("[data-action=reset]")).to_be_enabled()
    page.keyboard.press("Escape")
    expect_mark(page, (90, 150), 0)
    assert steps(page) == 1
    page.fill("[data-setting=grow]", "20")
    page.fill("[data-setting=feather]", "8")
    expect(page.locator("[data-action=apply]")).to_be_enabled()
    editor.act("apply")
    grown = editor.mask
    assert grown and steps(page) == 2
    assert grown.getpixel((90, 150))[3] == 0 and 0 < grown.getpixel((80, 150))[3] < 255
    editor.act("undo")
    sharp = editor.mask
    assert sharp and sharp.getpixel((90, 150))[3] == 255
    # Going on with something else keeps the preview.
    page.fill("[data-setting=grow]", "20")
    editor.act("invert")
    mask = editor.mask
    assert mask and mask.getpixel((90, 150))[3] == 255 and mask.getpixel((50, 50))[3] == 0
    assert steps(page) == 3


def steps(page: Page) -> int:
    return int(page.evaluate("document.querySelector('mask-editor').controller.model.history.position"))


def expect_mark(page: Page, place: tuple[int, int], value: int) -> None:
    """The picture shows this mark, 0 to 255, at a place."""
    page.wait_for_function(
        """([x, y, value]) => {
          const { data, width } = document.querySelector('mask-editor').controller.model.bitmap;
          return data[y * width + x] === value;
        }""",
        arg=[*place, value],
    )


def test_a_form_that_is_sent_while_the_mask_is_feathered_has_it(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.take("rectangle")
    editor.drag((100, 100), (300, 200))
    before = editor.mask
    editor.take("edges")
    page.fill("[data-setting=feather]", "12")
    size = page.evaluate("new FormData(document.querySelector('#edit-form')).get('mask').size")
    after = editor.mask
    assert before and after and before.tobytes() != after.tobytes()
    assert size == page.evaluate("document.querySelector('input[type=file][name=mask]').files[0].size")


def test_a_soft_brush_fades_to_its_rim(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.take("brush", 100)
    page.fill("[data-setting=hardness]", "20")
    editor.drag((200, 300), (700, 300))
    mask = editor.mask
    assert mask
    rows = [mask.getpixel((450, y))[3] for y in (300, 325, 340, 355)]
    assert rows[0] == 0 and 0 < rows[1] < rows[2] < 255 and rows[3] == 255
    page.keyboard.press("}")
    expect(page.locator("[data-setting=hardness]")).to_have_value("45")


def test_the_wheel_moves_the_page_until_the_picture_has_the_focus(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 800, "height": 700})
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    is_larger = "scale => document.querySelector('mask-editor').controller.view.scale > scale"
    page.focus(".mask-stage")
    page.mouse.move(*editor.at((450, 300)))
    fitted, start = editor.scale, page.evaluate("scrollY")
    page.mouse.wheel(0, -100)
    page.wait_for_function(is_larger, arg=fitted)
    page.evaluate("document.activeElement.blur()")
    near = editor.scale
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(is_larger, arg=near)
    assert page.evaluate("scrollY") == start
    nearer = editor.scale
    page.mouse.wheel(0, 120)
    page.wait_for_function("start => scrollY > start", arg=start)
    assert editor.scale == nearer


def test_alt_and_the_wheel_size_the_brush(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.take("brush", 50)
    page.mouse.move(*editor.at((450, 300)))
    page.keyboard.down("Alt")
    page.mouse.wheel(0, -120)
    expect(page.locator("[data-setting=size]")).to_have_value("55")
    page.mouse.wheel(0, 120)
    page.keyboard.up("Alt")
    expect(page.locator("[data-setting=size]")).to_have_value("49")
