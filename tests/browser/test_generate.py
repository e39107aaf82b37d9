"""Generation from end to end: prompt, progress, reload, picture, three downloads, history."""

import io
import re

from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.fake_provider import FakeProvider
from tests.helpers.server import ServerProcess

PROMPTS = {"en-GB": "A mountain lake at dawn", "zh-CN": "山间湖泊的清晨，薄雾"}
FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def ask(page: Page, prompt: str) -> None:
    page.fill("textarea[name=prompt]", prompt)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/runs/[0-9a-f]+/"))


def test_a_prompt_becomes_pictures_that_can_be_downloaded(page: Page, server: ServerProcess, language: str) -> None:
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("lang", {"en-GB": "en", "zh-CN": "zh-hans"}[language])
    ask(page, PROMPTS[language])
    card = page.locator("article[data-run]").first
    expect(card).to_have_attribute("data-state", re.compile("queued|running"))
    page.reload()
    expect(card).to_have_attribute("data-state", "succeeded")
    expect(card.locator("img[data-picture]")).to_have_count(1)
    expect(card).to_contain_text("$0.08")
    for name, format in FORMATS.items():
        with page.expect_download() as download:
            card.locator(f"a[download][href*='format={name}'], a[download][data-format={name}]").first.click()
        with Image.open(io.BytesIO(download.value.path().read_bytes())) as picture:
            assert (picture.format, picture.size) == (format, (1024, 1024))
    page.goto(f"{server.url}runs/")
    expect(page.locator("article[data-run]")).to_have_count(1)
    expect(page.locator("article[data-run]")).to_contain_text(PROMPTS[language])


def test_the_picture_arrives_without_a_reload(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    ask(page, "A red fox in the snow")
    page.evaluate("window.here = true")
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded")
    assert page.evaluate("window.here")


def test_partial_pictures_come_first(page: Page, server: ServerProcess, provider: FakeProvider) -> None:
    provider.finale.clear()
    page.goto(server.url)
    page.evaluate("document.querySelector('input[name=api][value=slow]').click()")
    ask(page, "A garden with a pond")
    expect(page.locator("img[data-preview]").first).to_be_visible()
    provider.finale.set()
    expect(page.locator("img[data-picture]").first).to_be_visible()


def test_a_run_can_be_cancelled(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    ask(page, "A desert")
    page.locator("form[action$='/cancel/'] button").first.click()
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "cancelled")
    expect(page.locator("[data-message]").first).not_to_be_empty()


def test_the_filled_form_stands_beside_the_picture(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    ask(page, "A lighthouse")
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", "succeeded")
    expect(page.locator("textarea[name=prompt]")).to_have_value("A lighthouse")


def test_the_language_switch_keeps_the_place(page: Page, server: ServerProcess) -> None:
    page.goto(f"{server.url}?lang=zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_an_example_brings_its_prompt_and_its_shape(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    poster = page.locator("a.example[href='?example=poster']")
    poster.click()
    expect(page.locator("textarea[name=prompt]")).to_have_value(poster.locator(".words").inner_text())
    expect(page.locator("[name=size][value='1024x1536']")).to_be_checked()
    expect(page.locator("#submit")).to_contain_text("$")


def test_the_button_says_that_the_prompt_is_being_sent(page: Page, server: ServerProcess) -> None:
    held: list[Route] = []
    page.goto(server.url)
    page.route(server.url, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.fill("textarea[name=prompt]", "A lighthouse")
    page.locator("#submit").click()
    expect(page.locator("#submit .sending")).to_be_visible()
    expect(page.locator("#submit .verb")).to_be_hidden()
    held[0].continue_()
    page.wait_for_url(re.compile(r"/runs/[0-9a-f]+/"))
    expect(page.locator("#submit .sending")).to_be_hidden()
