"""Selections that follow the picture: the subject in a box, and a lasso that snaps to edges."""

import math
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page, expect

from tests.browser.mask_editor import Editor, edit
from tests.helpers.server import ServerProcess

CENTRE, RADIUS = (400, 310), 150


def disc(path: Path, size: tuple[int, int] = (800, 600), scale: int = 1) -> Path:
    """A red disc before a wall that gets lighter, with grain."""
    wall = Image.linear_gradient("L").resize(size)
    drawn = Image.merge("RGB", [wall.point(lambda value, base=base: base + value // 5) for base in (120, 150, 160)])
    box = [edge * scale for edge in (250, 160, 550, 460)]
    ImageDraw.Draw(drawn).ellipse(box, (200, 60, 55))
    drawn = drawn.filter(ImageFilter.GaussianBlur(1))
    Image.blend(drawn, Image.effect_noise(size, 30).convert("RGB"), 0.08).save(path)
    return path


@pytest.fixture
def editor(page: Page, server: ServerProcess, tmp_path: Path) -> Editor:
    return edit(page, server, disc(tmp_path / "a.png"))


def assert_disc(mask: Image.Image | None, scale: int = 1) -> None:
    """The mask marks the disc, to two pixels of its radius."""
    assert mask
    for turn in range(0, 360, 15):
        x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        for radius, alpha in ((RADIUS - 3, 0), (RADIUS + 3, 255)):
            place = (round((CENTRE[0] + radius * x) * scale), round((CENTRE[1] + radius * y) * scale))
            assert abs(mask.getpixel(place)[3] - alpha) < 128, (turn, radius)


def test_a_box_marks_the_subject_and_is_one_step(page: Page, editor: Editor) -> None:
    editor.take("subject")
    editor.drag((220, 130), (590, 500))
    editor.words().to_contain_text("% marked")
    assert_disc(editor.mask)
    editor.act("undo")
    assert editor.mask is None
    editor.act("all")
    editor.words().to_contain_text("Everything marked")
    page.keyboard.press("x")
    editor.drag((220, 130), (590, 500))
    editor.words().to_contain_text("% marked")
    mask = editor.mask
    assert mask and mask.getpixel(CENTRE)[3] == 255 and mask.getpixel((20, 20))[3] == 0


def test_the_subject_is_found_by_keyboard(page: Page, editor: Editor) -> None:
    page.focus(".mask-stage")
    moves = [*["ArrowUp"] * 2, *["ArrowLeft"] * 2, *["Shift+ArrowRight"] * 3, *["Shift+ArrowDown"] * 9]
    for key in ("s", "Enter", *moves):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    editor.words().to_contain_text("% marked")
    mask = editor.mask
    assert mask and mask.getpixel(CENTRE)[3] == 0 and mask.getpixel((20, 20))[3] == 255


def test_the_search_in_a_4k_picture_can_be_stopped_and_is_exact(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    editor = edit(page, server, disc(tmp_path / "a.png", (3200, 2400), 4))
    editor.take("subject")
    # Without an answer from the worker the search is never over before it is stopped.
    page.evaluate("() => { window.post = Worker.prototype.postMessage; Worker.prototype.postMessage = () => {}; }")
    editor.drag((880, 520), (2360, 2000))
    bar = page.locator("[data-finding-subject]")
    expect(bar).to_be_visible()
    # A submit waits for the subject: its mask would be without it.
    page.fill("textarea[name=prompt]", "A red balloon")
    page.click("#submit")
    bar.get_by_role("button", name="Cancel").click()
    expect(bar).to_be_hidden()
    editor.words().to_contain_text("Nothing marked")
    page.evaluate("() => { Worker.prototype.postMessage = window.post; }")
    editor.drag((880, 520), (2360, 2000))
    editor.words().to_contain_text("% marked")
    expect(bar).to_be_hidden()
    assert_disc(editor.mask, 4)


def test_where_nothing_stands_out_the_page_says_so(page: Page, editor: Editor) -> None:
    editor.take("subject")
    editor.drag((20, 20), (24, 24))
    editor.words().to_contain_text("No subject stands out in this box")


def test_a_lasso_that_snaps_follows_the_edge_of_a_shaky_hand(page: Page, editor: Editor) -> None:
    editor.take("lasso")
    page.check("[data-setting=snapping]")
    around = [
        (CENTRE[0] + radius * math.cos(turn / 10 * math.pi), CENTRE[1] + radius * math.sin(turn / 10 * math.pi))
        for turn, radius in ((turn, RADIUS + (-1) ** turn * 7) for turn in range(21))
    ]
    editor.drag(*around, steps=4)
    editor.words().to_contain_text("% marked")
    assert_disc(editor.mask)
