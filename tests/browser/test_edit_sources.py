"""The pictures on the edit page, with a mouse, a finger, a keyboard, and without JavaScript."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_mask, a_picture, assert_same_outside, expect_names, finished, put, sources
from tests.helpers.server import ServerProcess

GIVE = """([kind, name, data]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, {type: 'image/png'}));
  const options = {bubbles: true, cancelable: true};
  if (kind === 'paste') document.dispatchEvent(new ClipboardEvent('paste', {...options, clipboardData: files}));
  else for (const step of ['dragenter', 'dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(step, {...options, dataTransfer: files}));
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_pictures_can_be_dropped_anywhere_and_pasted(
    page: Page, server: ServerProcess, tmp_path: Path, kind: str
) -> None:
    page.goto(f"{server.url}edit/")
    expect(page.locator("source-list:defined")).to_be_attached()
    data = base64.b64encode(a_picture(tmp_path).read_bytes()).decode()
    page.evaluate(GIVE, [kind, "given.png", data])
    expect(sources(page)).to_have_count(1)
    expect_names(page, "given.png")


def test_pictures_are_dragged_into_order(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, *(a_picture(tmp_path, name) for name in ("one.png", "two.png", "three.png")))
    last, first = (page.locator("[data-grip]").nth(place).bounding_box() for place in (2, 0))
    assert last and first
    page.mouse.move(last["x"] + 30, last["y"] + 30)
    page.mouse.down()
    page.mouse.move(first["x"] + 5, first["y"] + 30, steps=12)
    page.mouse.up()
    expect(page.locator("#announcer")).to_have_text("“three.png” is now image 1 of 3.")
    page.reload()
    expect_names(page, "three.png", "one.png", "two.png")


def test_a_finger_drags_them_too(browser: Browser, server: ServerProcess, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, locale="en-GB")
    page = context.new_page()
    put(page, server, *(a_picture(tmp_path, name) for name in ("one.png", "two.png")))
    first, second = (page.locator("[data-grip]").nth(place).bounding_box() for place in (0, 1))
    assert first and second
    session, y = context.new_cdp_session(page), first["y"] + 30
    steps = [first["x"] + 30 + (second["x"] - first["x"]) * step / 10 for step in range(11)]
    for step, x in enumerate(steps):
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#announcer")).to_have_text("“one.png” is now image 2 of 2.")
    expect_names(page, "two.png", "one.png")
    context.close()


def test_the_keyboard_alone_is_enough(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, *(a_picture(tmp_path, name) for name in ("one.png", "two.png")))
    page.get_by_role("button", name="Move two.png earlier").press("Enter")
    expect(page.locator("#announcer")).to_have_text("“two.png” is now image 1 of 2.")
    expect(page.get_by_role("button", name="Move two.png later")).to_be_focused()
    role = page.get_by_label("Role of image 1")
    role.fill("scene")
    role.press("Enter")
    expect(page.locator("#id_preface")).to_have_value("Image 1 is the scene.")
    page.get_by_role("button", name="Remove one.png").press("Enter")
    expect(sources(page)).to_have_count(1)
    page.get_by_role("button", name="Undo", exact=True).first.press("Enter")
    expect(sources(page)).to_have_count(2)
    page.locator("#id_prompt").press("Control+Enter")
    expect(finished(page).locator("img[data-picture]")).to_have_count(1)


def test_a_mask_stays_with_its_picture(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, *(a_picture(tmp_path, name) for name in ("one.png", "two.png")))
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    mask_state = page.inner_text("[data-state-words]")
    page.get_by_role("button", name="Move two.png earlier").click()
    expect(page.locator(".undo")).to_contain_text("The mask of “one.png” is kept with that image")
    page.get_by_role("button", name="Move it back to first place").click()
    expect(page.locator("#sources .source-name").first).to_have_text("one.png")
    expect(page.locator("[data-state-words]")).to_have_text(mask_state)


def test_other_pictures_leave_the_studio_alone(page: Page, server: ServerProcess, tmp_path: Path) -> None:
    put(page, server, a_picture(tmp_path, "one.png"))
    page.evaluate("document.querySelector('mask-editor').dataset.same = 'yes'")
    page.set_input_files("input[name=image]", a_picture(tmp_path, "two.png"))
    expect(sources(page)).to_have_count(2)
    page.get_by_role("button", name="Remove two.png").click()
    expect(sources(page)).to_have_count(1)
    expect(page.locator("mask-editor")).to_have_attribute("data-same", "yes")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_javascript_a_picture_and_a_mask_become_a_run(
    plain: Page, server: ServerProcess, tmp_path: Path
) -> None:
    source, box = a_picture(tmp_path), (120, 60, 240, 180)
    plain.goto(f"{server.url}edit/")
    plain.set_input_files("input[name=image]", source)
    plain.set_input_files("input[name=mask]", a_mask(tmp_path, box=box))
    plain.fill("#id_prompt", "Make it warm")
    plain.locator("#submit").click()
    card = finished(plain)
    address = card.locator("img[data-locked]").get_attribute("src")
    locked = tmp_path / "locked.png"
    locked.write_bytes(plain.request.get(f"{server.root}{address}").body())
    with Image.open(locked) as picture:
        assert_same_outside(source, picture, box)


def test_without_javascript_pictures_are_added_moved_and_removed(
    plain: Page, server: ServerProcess, tmp_path: Path
) -> None:
    plain.goto(f"{server.url}edit/")
    plain.fill("#id_prompt", "A crown")
    plain.set_input_files("input[name=image]", [a_picture(tmp_path, "one.png"), a_picture(tmp_path, "two.png")])
    plain.get_by_role("button", name="Add selected files").click()
    expect_names(plain, "one.png", "two.png")
    plain.get_by_role("button", name="Move two.png earlier").click()
    expect_names(plain, "two.png", "one.png")
    plain.get_by_role("button", name="Remove one.png").click()
    plain.get_by_role("button", name="Undo", exact=True).first.click()
    expect_names(plain, "two.png", "one.png")
    expect(plain.locator("#id_prompt")).to_have_value("A crown")


@pytest.mark.parametrize(("language", "theme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_axe_finds_nothing(
    browser: Browser, server: ServerProcess, tmp_path: Path, language: str, theme: str
) -> None:
    context = browser.new_context(locale=language, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.url}edit/")
    assert_accessible(page)
    page.locator("#submit").click()
    expect(page.locator("[data-field-error=image]")).not_to_be_empty()
    assert_accessible(page)
    put(page, server, a_picture(tmp_path, "one.png"), a_picture(tmp_path, "two.png"))
    page.set_input_files("input[type=file][name=mask]", a_mask(tmp_path))
    expect(page.locator("[data-state-words]")).to_contain_text("%")
    assert_accessible(page)
    page.fill("#id_prompt", "A crown")
    page.locator("#submit").click()
    finished(page)
    assert_accessible(page)
    page.locator("[data-compare]").click()
    expect(page.locator("dialog.compare")).to_be_visible()
    assert_accessible(page)
    context.close()
