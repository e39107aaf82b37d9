"""Named selections: saved with the picture, and loaded in three ways."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.mask_editor import Editor, edit, picture
from tests.helpers.server import ServerProcess


def alphas(editor: Editor, *places: tuple[int, int]) -> list[int]:
    mask = editor.mask
    return [mask.getpixel(place)[3] if mask else 255 for place in places]


def expect_steps(page: Page, count: int) -> None:
    page.wait_for_function(
        "count => document.querySelector('mask-editor').controller.model.history.position === count", arg=count
    )


def test_selections_are_saved_survive_a_reload_and_combine(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    menu, saved = page.locator("[data-selection-menu]"), page.locator("[data-selection-list] li")
    menu.locator("summary").click()
    editor.act("save-selection")
    expect(page.locator("[data-selection-note]")).to_have_text("Nothing is marked, so there is nothing to save.")
    menu.locator("summary").click()
    editor.take("rectangle")
    editor.drag((100, 100), (300, 200))
    menu.locator("summary").press("Enter")
    page.locator("#selection-name").fill("sky")
    page.locator("#selection-name").press("Enter")
    expect(saved).to_have_count(1)
    assert_accessible(page)
    menu.locator("summary").press("Enter")
    editor.drag((100, 100), (600, 400))
    assert editor.mask
    page.reload()
    page.wait_for_selector('mask-editor[data-ready="mask"]')
    menu.locator("summary").click()
    saved.get_by_role("button", name="Subtract: sky").click()
    expect(page.locator("[data-selection-note]")).to_have_text("“sky” loaded.")
    assert alphas(editor, (200, 150), (500, 300)) == [255, 0]
    saved.get_by_role("button", name="Add: sky").click()
    expect_steps(page, 4)
    assert alphas(editor, (200, 150), (500, 300)) == [0, 0]
    saved.get_by_role("button", name="Replace: sky").click()
    expect_steps(page, 5)
    assert alphas(editor, (200, 150), (500, 300)) == [0, 255]
    page.keyboard.press("Control+z")
    assert alphas(editor, (200, 150), (500, 300)) == [0, 0]


def test_a_deleted_selection_comes_back(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    editor = edit(page, server, picture(tmp_path / "a.png", 900, 600))
    editor.act("all")
    menu, saved = page.locator("[data-selection-menu]"), page.locator("[data-selection-list] li")
    menu.locator("summary").click()
    editor.act("save-selection")
    expect(saved).to_contain_text("Selection 1")
    saved.get_by_role("button", name="Delete: Selection 1").click()
    expect(saved).to_have_count(0)
    undo = menu.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(saved).to_contain_text("Selection 1")
