"""Messages about refused files stay until the visitor acts, and offer a way that works."""

import base64
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.edit_page import a_picture, expect_names, put, sources
from tests.helpers.server import ServerProcess

TRANSFER = """([kind, target, files, texts]) => {
  const transfer = new DataTransfer();
  for (const [name, data] of files)
    transfer.items.add(new File([Uint8Array.from(atob(data), one => one.charCodeAt(0))], name, {type: 'image/png'}));
  for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
  const options = {bubbles: true, cancelable: true};
  const event = kind === 'paste'
    ? new ClipboardEvent(kind, {...options, clipboardData: transfer})
    : new DragEvent(kind, {...options, dataTransfer: transfer});
  document.querySelector(target).dispatchEvent(event);
  return event.defaultPrevented;
}"""


def give(page: Page, kind: str, target: str, files: list[Path], texts: dict[str, str]) -> bool:
    """Paste or drop this on an element; answers whether the page took it."""
    named = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files]
    return bool(page.evaluate(TRANSFER, [kind, target, named, texts]))


def open_edit(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}edit/")
    expect(page.locator("source-list:defined")).to_be_attached()


def a_bitmap(folder: Path) -> Path:
    Image.new("RGB", (8, 8)).save(folder / "bad.bmp")
    return folder / "bad.bmp"


def a_heic(folder: Path) -> Path:
    (folder / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    return folder / "IMG_1.HEIC"


def a_broken_png(folder: Path) -> Path:
    (folder / "broken.png").write_bytes(a_picture(folder, "whole.png").read_bytes()[:300])
    return folder / "broken.png"


@pytest.mark.parametrize("make", [a_bitmap, a_heic, a_broken_png])
def test_a_refused_file_is_named_although_others_of_the_choice_are_taken(
    page: Page, server: ServerProcess, tmp_path: Path, make
) -> None:
    bad = make(tmp_path)
    open_edit(page, server)
    # A good one on either side: the answer about it comes after the words about the other.
    good = [a_picture(tmp_path, name) for name in ("one.png", "two.png")]
    page.set_input_files("#id_image", [good[0], bad, good[1]])
    expect(sources(page)).to_have_count(2)
    expect(page.locator(".pending li")).to_have_count(0)
    expect(page.locator("[data-field-error=image]")).to_contain_text(bad.name)
    page.get_by_role("button", name="Move two.png earlier").click()
    expect_names(page, "two.png", "one.png")
    expect(page.locator("[data-field-error=image]")).to_contain_text(bad.name)
    page.set_input_files("#id_image", a_picture(tmp_path, "three.png"))
    expect(sources(page)).to_have_count(3)
    expect(page.locator("[data-field-error=image]")).to_have_count(0)


def test_the_ninth_picture_is_named_while_the_eight_come_in(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    open_edit(page, server)
    page.set_input_files("#id_image", [a_picture(tmp_path, f"{number}.png", (24, 16)) for number in range(1, 10)])
    expect(sources(page)).to_have_count(8)
    expect(page.locator(".pending li")).to_have_count(0)
    expect(page.locator("[data-field-error=image]")).to_contain_text("“9.png” is one too many")


def test_an_error_of_the_whole_form_stays_beside_the_button(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    put(page, server, a_picture(tmp_path))
    page.evaluate(
        "document.querySelector('#submit-notice').innerHTML = '<p data-field-error=\"\">Wait for some.</p>'"
    )
    with page.expect_response("**/estimate/**"):
        page.check("input[name=quality][value=high]", force=True)
    expect(page.locator("#estimate")).to_contain_text("$")
    expect(page.locator("#submit-notice")).to_have_text("Wait for some.")


def test_files_copied_in_a_file_manager_are_pasted_even_into_the_prompt(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    open_edit(page, server)
    cat = a_picture(tmp_path)
    assert give(page, "paste", "#id_prompt", [cat], {"text/plain": "cat.png"})
    expect_names(page, "cat.png")


def test_a_text_with_a_picture_of_it_is_pasted_into_the_prompt_as_text(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    open_edit(page, server)
    sheet = a_picture(tmp_path, "image.png")
    assert not give(page, "paste", "#id_prompt", [sheet], {"text/plain": "Price\t3"})
    assert give(page, "paste", "body", [sheet], {"text/plain": "Price\t3"})
    expect_names(page, "image.png")


@pytest.mark.parametrize(("kind", "type"), [("drop", "text/uri-list"), ("paste", "text/plain")])
def test_a_link_is_answered_with_a_way_that_works(page: Page, server: ServerProcess, kind: str, type: str) -> None:
    open_edit(page, server)
    link = {type: "https://example.org/cat.png"}
    assert give(page, kind, "#sources", [], link)
    expect(page.locator("[data-field-error=image]")).to_contain_text("Copy the image itself")
    assert not give(page, kind, "#id_prompt", [], link)


def test_a_dropped_folder_is_named_beside_the_pictures_that_are_taken(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    open_edit(page, server)
    (tmp_path / "holiday").mkdir()
    session = page.context.new_cdp_session(page)
    given = {"items": [], "files": [str(a_picture(tmp_path)), str(tmp_path / "holiday")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 700, "y": 400, "data": given})
    expect_names(page, "cat.png")
    expect(page.locator("[data-field-error=image]")).to_have_text(
        "“holiday” is a folder. Open it and drop the images inside."
    )
