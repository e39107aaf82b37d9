"""An edit from end to end: pictures, mask, run, locked picture, comparison, change and run."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.edit_page import (
    a_mask,
    a_picture,
    assert_same_outside,
    downloaded,
    expect_names,
    finished,
    put,
    sources,
)
from tests.helpers.server import ServerProcess

BOX = (120, 60, 240, 180)


def mark(page: Page) -> None:
    """Draw a stroke across the middle of the picture."""
    box = page.locator(".mask-stage").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.45, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.55, middle, steps=6)
    page.mouse.up()
    expect(page.locator("[data-state-words]")).to_contain_text("%")


def test_a_masked_edit_keeps_all_pixels_outside_the_mask(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    source = a_picture(tmp_path)
    put(page, server, source)
    expect(page.locator("mask-editor")).to_be_visible()
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path, box=BOX))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    page.fill("#id_prompt", "Make it warm")
    page.keyboard.press("Control+Enter")
    card = finished(page)
    expect(card.locator("img[data-picture]")).to_have_count(1)
    expect(card.locator("img[data-locked='1']")).to_be_visible()
    assert 0 <= float(card.locator("[data-outside-changed]").get_attribute("data-outside-changed") or -1) <= 100
    locked = downloaded(page, card.locator("a[download][href*='/locked/'][href*='format=png']"))
    assert_same_outside(source, locked, BOX)


def test_a_drawn_mask_goes_along_and_survives_a_refusal(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    mark(page)
    mask_state = page.inner_text("[data-state-words]")
    page.locator("details.api > summary").click()
    page.check("input[name=api][value=ok]", force=True)
    page.keyboard.press("Control+Enter")
    page.fill("#id_prompt", "A crown")
    page.locator("#submit").click()
    expect(page.locator("[data-field-error=key]")).not_to_be_empty()
    expect(sources(page)).to_have_count(1)
    expect(page.locator("[data-state-words]")).to_have_text(mask_state)
    page.reload()
    expect(page.locator("[data-state-words]")).to_have_text(mask_state)
    expect(sources(page)).to_have_count(1)


def test_change_and_run_brings_pictures_and_mask_back(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    page.fill("#id_prompt", "Night")
    page.locator("#submit").click()
    finished(page)
    page.fill("#id_prompt", "Night with stars")
    page.locator("#change-sources").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    expect(page.locator("#id_prompt")).to_have_value("Night with stars")
    expect_names(page, "cat.png")


def test_a_variation_opens_the_form_and_is_sent_from_there(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    page.fill("#id_prompt", "Watercolour")
    page.locator("#submit").click()
    finished(page)
    page.locator("[data-tile='1'] a.frame").click()
    page.locator("dialog.lightbox").get_by_role("button", name="Variation of image 1").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(sources(page)).to_have_count(1)
    expect(page.locator("#id_prompt")).to_have_value("")
    expect(page.locator("#submit")).to_contain_text("$")
    page.locator("#submit").click()
    finished(page)
    expect(page.locator(".version")).to_have_count(2)


def test_a_result_can_be_edited_with_one_click(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    page.fill("#id_prompt", "Watercolour")
    page.locator("#submit").click()
    finished(page)
    page.get_by_role("button", name="Continue with this").click()
    page.wait_for_url(f"{server.url}edit/")
    expect(sources(page)).to_have_count(1)
    page.locator("#undo-sources").click()
    expect(page.locator("#sources .source-name")).to_have_text("cat.png")


def test_source_and_result_are_compared_in_four_ways(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path))
    page.fill("#id_prompt", "Pencil")
    page.locator("#submit").click()
    finished(page)
    page.locator("[data-compare]").click()
    dialog = page.locator("dialog.compare")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-side=a] option:checked")).to_contain_text("Source 1")
    expect(dialog.locator("[data-side=b] option:checked")).to_have_text("Image 1")
    line = dialog.locator("[data-line]")
    line.focus()
    page.keyboard.press("Home")
    expect(line).to_have_attribute("aria-valuetext", "0% of the first image")
    for mode in ("blink", "beside", "difference"):
        dialog.locator(f"input[value={mode}]").check(force=True)
        expect(dialog.locator(".compare-stage")).to_have_attribute("data-mode", mode)
    page.keyboard.press("Escape")
    expect(page.locator("[data-compare]")).to_be_focused()


def test_a_picture_that_is_too_large_is_refused_before_it_is_sent(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}edit/")
    expect(page.locator("source-list:defined")).to_be_attached()
    page.evaluate(
        "() => { const files = new DataTransfer();"
        "files.items.add(new File([new Uint8Array(26 * 1024 * 1024)], 'huge.png', {type: 'image/png'}));"
        "files.items.add(new File(['x'], 'photo.heic', {type: 'image/heic'}));"
        "const input = document.querySelector('input[name=image]');"
        "input.files = files.files; input.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    troubles = page.locator("[data-field-error=image]")
    expect(troubles.nth(0)).to_contain_text("“huge.png” is over 25 MB")
    expect(troubles.nth(1)).to_contain_text("“photo.heic” is a HEIC file")
    expect(sources(page)).to_have_count(0)


def test_the_demo_picture_is_there_to_try(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}edit/")
    page.get_by_role("button", name="Try a sample image").click()
    expect(sources(page)).to_have_count(1)
    expect(page.locator("mask-editor")).to_be_visible()
