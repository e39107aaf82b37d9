"""Marking up the first image: by pointer and by keyboard, kept, and sent."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.edit_page import a_picture, finished, put
from tests.helpers.server import ServerProcess


@dataclass
class Markup:
    """The markup editor on the edit page."""

    page: Page

    @property
    def element(self) -> Locator:
        return self.page.locator("markup-editor")

    def open(self) -> None:
        self.page.locator("edit-modes label").nth(1).click()
        expect(self.element).to_have_attribute("data-ready", "markup")

    def take(self, tool: str) -> None:
        self.element.locator(f'[data-tool="{tool}"]').click()

    def at(self, x: float, y: float) -> tuple[float, float]:
        place = self.element.evaluate("(editor, [x, y]) => editor.clientPoint(x, y)", [x, y])
        return place["x"], place["y"]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=5)
        self.page.mouse.up()

    @property
    def drawn(self) -> list[dict]:
        text = self.element.locator("[name=annotations]").input_value()
        return json.loads(text)["annotations"] if text else []

    def expect_kinds(self, *kinds: str) -> None:
        expect(self.element.locator("[data-layer] > g")).to_have_count(len(kinds))
        assert [one["kind"] for one in self.drawn] == list(kinds)


@pytest.fixture
def markup(page: Page, server: ServerProcess, tmp_path: Path) -> Markup:
    put(page, server, a_picture(tmp_path))
    markup = Markup(page)
    markup.open()
    return markup


def test_what_is_drawn_is_shown_as_a_source_and_survives_a_reload(markup: Markup) -> None:
    page = markup.page
    markup.drag((40, 40), (200, 120))
    markup.take("note")
    page.mouse.click(*markup.at(100, 180))
    page.keyboard.type("Bigger")
    markup.expect_kinds("arrow", "note")
    expect(page.locator("#source-notes")).to_contain_text("sent as image 2")
    expect(page.locator("#id_preface")).to_have_value(re.compile("^Image 2, the notes, is a copy of image 1"))
    page.reload()
    expect(markup.element).to_have_attribute("data-ready", "markup")
    markup.expect_kinds("arrow", "note")


def test_a_note_is_sent_when_it_has_words_and_a_press_beside_it_ends_it(markup: Markup) -> None:
    page = markup.page
    markup.drag((40, 40), (200, 120))
    expect(page.locator("#source-notes")).to_be_visible()
    markup.take("note")
    page.mouse.click(*markup.at(100, 180))
    expect(markup.element.locator("[data-layer] > g")).to_have_count(2)
    assert [one["kind"] for one in markup.drawn] == ["arrow"]
    page.keyboard.type("Bigger")
    page.mouse.click(*markup.at(30, 200))
    markup.expect_kinds("arrow", "note")


def test_every_kind_can_be_placed_moved_and_removed_with_the_keyboard(markup: Markup) -> None:
    page = markup.page
    stage = markup.element.locator(".mask-stage")
    for key, kind in (("a", "arrow"), ("r", "box"), ("o", "circle"), ("d", "pen")):
        stage.focus()
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        assert markup.drawn[-1]["kind"] == kind
        before = markup.drawn[-1]
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        assert markup.drawn[-1] != before
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    page.keyboard.type("Hello")
    markup.expect_kinds("arrow", "box", "circle", "pen", "note")
    stage.focus()
    page.keyboard.press("Delete")
    markup.expect_kinds("arrow", "box", "circle", "pen")
    page.keyboard.press("Control+z")
    markup.expect_kinds("arrow", "box", "circle", "pen", "note")


def test_a_mark_is_selected_moved_by_hand_and_by_numbers(markup: Markup) -> None:
    markup.take("box")
    markup.drag((40, 40), (140, 120))
    markup.take("select")
    markup.drag((40, 80), (80, 100))
    assert (markup.drawn[0]["left"], markup.drawn[0]["top"]) == pytest.approx((80, 60), abs=2)
    field = markup.element.locator('[data-number="x"]')
    field.fill("10")
    field.press("Tab")
    assert markup.drawn[0]["left"] == 10


def test_a_marked_run_shows_its_notes_and_brings_them_back(markup: Markup, server: ServerProcess) -> None:
    page = markup.page
    markup.take("circle")
    markup.drag((40, 40), (140, 120))
    expect(page.locator("#source-notes")).to_be_visible()
    page.fill("#id_prompt", "Make it blue")
    page.click("#submit")
    card = finished(page)
    expect(card.locator(".run-inputs li")).to_have_count(2)
    expect(card.locator(".run-inputs")).to_contain_text("notes")
    card.locator("#change-sources").click()
    expect(markup.element).to_have_attribute("data-ready", "markup")
    markup.expect_kinds("circle")


def test_marks_have_no_accessibility_problems(markup: Markup) -> None:
    markup.drag((40, 40), (200, 120))
    expect(markup.page.locator("#source-notes")).to_be_visible()
    assert_accessible(markup.page)


def test_another_model_gets_the_marks_in_the_way_that_the_page_shows(markup: Markup) -> None:
    page = markup.page
    markup.drag((40, 40), (200, 120))
    notes = page.locator("#source-notes")
    expect(notes).to_contain_text("sent as image 2")
    page.locator('[name="api"][value="official"]').evaluate("radio => radio.click()")
    expect(page.locator("select[name=model]")).to_be_visible()
    page.select_option("select[name=model]", "gpt-image-2.5-flare")
    expect(notes).to_contain_text("as a transparent layer")
    expect(page.locator("#id_preface")).to_have_value("")
    markup.expect_kinds("arrow")
