"""Pages on paper: what they say, without what one can only press."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_list import submit
from tests.helpers.server import ServerProcess

# An A4 sheet in CSS pixels.
SHEET = {"width": 794, "height": 1123}


def on_paper(page: Page) -> None:
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print", color_scheme="dark")
    for control in (".bar", "nav", "main form", "main button"):
        assert not [one for one in page.locator(control).all() if one.is_visible()], control


def test_a_run_prints_picture_prompt_parameters_and_price(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    submit(page, "succeeded")
    # The page that the form's response was put into, and the page when it is loaded again.
    for _ in range(2):
        on_paper(page)
        expect(page.locator("img[data-picture]")).to_be_visible()
        for text in ("A vase with sunflowers", "1024×1024", "$0.08"):
            expect(page.locator(".run-summary").get_by_text(text).first).to_be_visible()
        page.emulate_media(media="screen")
        page.reload()


def test_several_pictures_print_beside_each_other(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    page.locator("label:has(input[name=n][value='2'])").click()
    submit(page, "succeeded")
    on_paper(page)
    pictures = page.locator("img[data-picture]")
    expect(pictures).to_have_count(2)
    first, second = pictures.first.bounding_box(), pictures.last.bounding_box()
    assert first and second
    assert second["x"] >= first["x"] + first["width"] or second["y"] >= first["y"] + first["height"]


def test_paper_is_white_in_the_dark_theme_too(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}reference/?theme=dark")
    on_paper(page)
    assert page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("path", ["reference/", "reference/errors/image_daily_limit/"])
def test_the_reference_fits_the_sheet(page: Page, server: ServerProcess, path: str) -> None:
    page.goto(f"{server.url}{path}")
    on_paper(page)
    boxes = page.locator("main, main pre, main table, main .wide")
    cut = "all => all.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.outerHTML.slice(0, 80))"
    assert boxes.evaluate_all(cut) == []
