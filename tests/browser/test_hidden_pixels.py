"""Browsers that give pages noise in place of a canvas, as Firefox with resistFingerprinting: no mask is garbage."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.mask_editor import Editor, edit, picture
from tests.helpers.server import ServerProcess

NOISE = """
  const read = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...place) {
    const image = read.apply(this, place);
    image.data.forEach((value, at) => (image.data[at] = (value * 31 + at * 17) % 256));
    return image;
  };
"""
SIZE = (300, 200)


def box(mask: Image.Image | None) -> tuple[int, int, int, int] | None:
    return mask and mask.getchannel("A").point(lambda value: 255 - value).getbbox()


@pytest.fixture
def editor(page: Page, server: ServerProcess, tmp_path: Path) -> Editor:
    page.add_init_script(NOISE)
    return edit(page, server, picture(tmp_path / "a.png", *SIZE))


def test_a_fill_is_exact_and_the_page_says_that_the_server_reads_the_pixels(page: Page, editor: Editor) -> None:
    editor.take("fill")
    page.mouse.click(*editor.at((200, 100)))
    editor.words().to_have_text("50% marked, centre right")
    assert box(editor.mask) == (150, 0, 300, 200)
    expect(page.locator("[data-findings]")).to_contain_text("so the server reads them instead")
    page.click("[data-action=understood]")
    expect(page.locator("[data-findings] li")).to_have_count(0)
    page.mouse.click(*editor.at((100, 100)))
    editor.words().to_have_text("Everything marked")
    expect(page.locator("[data-findings]")).not_to_contain_text("server")


def test_the_subject_in_a_box_is_found_in_the_pixels_that_the_server_read(page: Page, editor: Editor) -> None:
    editor.take("subject")
    editor.drag((100, -2), (302, 202))
    editor.words().to_have_text("50% marked, centre right")
    found = box(editor.mask)
    assert found and abs(found[0] - 150) <= 2 and found[1:] == (0, 300, 200)


def test_brush_and_shapes_need_no_server(page: Page, editor: Editor) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    editor.take("rectangle")
    editor.drag((50, 50), (150, 100))
    assert box(editor.mask) == (50, 50, 150, 100)
    assert not [url for url in requests if "edit/pixels" in url]


@pytest.mark.parametrize("size", [SIZE, (150, 100)])
def test_a_mask_file_is_exact(page: Page, editor: Editor, tmp_path: Path, size: tuple[int, int]) -> None:
    mask = Image.new("RGBA", SIZE, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (100, 50, 150, 100))
    mask.resize(size, Image.Resampling.NEAREST).save(tmp_path / "mask.png")
    page.set_input_files("input[name=mask]", tmp_path / "mask.png")
    if size != SIZE:
        expect(page.locator("[data-findings]")).to_contain_text(
            "mask.png is 150 × 100 pixels, but the image is 300 × 200."
        )
        page.click("[data-decide=alpha]")
    editor.words().to_contain_text("4.2% marked")


def test_the_mask_of_a_difference_is_exact(page: Page, editor: Editor, tmp_path: Path) -> None:
    other = Image.open(picture(tmp_path / "b.png", *SIZE))
    other.paste((250, 0, 0), (20, 20, 80, 80))
    other.save(tmp_path / "b.png")
    page.set_input_files("input[data-difference]", tmp_path / "b.png")
    editor.words().to_contain_text("6% marked")
    assert box(editor.mask) == (20, 20, 80, 80)


def test_a_fill_survives_a_reload(page: Page, editor: Editor) -> None:
    editor.take("fill")
    page.mouse.click(*editor.at((200, 100)))
    editor.words().to_contain_text("50% marked")
    page.reload()
    page.wait_for_selector('mask-editor[data-ready="mask"]')
    assert box(editor.mask) == (150, 0, 300, 200)


def test_without_the_server_nothing_is_marked_and_the_page_says_why(page: Page, editor: Editor) -> None:
    page.route("**/edit/pixels/", lambda route: route.abort())
    editor.take("fill")
    page.mouse.click(*editor.at((200, 100)))
    editor.words().to_contain_text("the server couldn't read this image, so nothing was marked")
    assert editor.mask is None
