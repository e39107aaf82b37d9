"""With few colours of the visitor's own, and without backgrounds and shadows, what is chosen is still seen."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.edit_page import a_picture
from tests.helpers.server import ServerProcess

SEEN = 0.05  # the share of a control's pixels that its mark has at least
STRONG = 60  # levels of grey between a mark and its ground


@pytest.fixture
def forced(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    theme = getattr(request, "param", "light")
    context = browser.new_context(forced_colors="active", color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    yield page
    context.close()


def picture_of(control: Locator) -> Image.Image:
    return Image.open(io.BytesIO(control.screenshot())).convert("L")


def assert_seen(first: Image.Image, second: Image.Image, what: str) -> None:
    difference = ImageChops.difference(first, second.resize(first.size))
    marked = sum(difference.histogram()[STRONG:])
    assert marked >= SEEN * first.width * first.height, f"{what}: {marked} of {first.width * first.height} pixels"


def assert_choice_is_seen(page: Page, chosen: str, other: str) -> None:
    """Choose one radio button or tab, then another of its group: what stands for the first must change."""
    shown = page.locator(f"label:has({chosen}), [role=tab]{chosen}")
    page.locator(chosen).click(force=True)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    before = picture_of(shown)
    page.locator(other).click(force=True)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    assert_seen(before, picture_of(shown), chosen)


@pytest.mark.parametrize("forced", ["light", "dark"], indirect=True)
def test_selected_tiles_and_tabs_stand_out(forced: Page, server: ServerProcess) -> None:
    forced.goto(server.url)
    forced.locator("#api-picker > summary").click()
    forced.locator("#code > summary").click()
    forced.wait_for_selector("code-panel:defined")
    expect(forced.locator("pre[data-snippet=curl]")).to_be_visible()
    assert_choice_is_seen(forced, "[name=size][value='1024x1024']", "[name=size][value='1024x1536']")
    assert_choice_is_seen(forced, "[name=quality][value=low]", "[name=quality][value=high]")
    assert_choice_is_seen(forced, "[name=n][value='2']", "[name=n][value='3']")
    assert_choice_is_seen(forced, "[data-docs=python]", "[data-docs=curl]")
    assert_choice_is_seen(forced, "#api-builtin", "#api-slow")


def test_the_current_page_language_and_theme_are_seen(forced: Page, server: ServerProcess) -> None:
    links = {
        "page": ".bar nav a >> nth=2",
        "language": ".languages a[hreflang=en]",
        "theme": "[data-theme-choice=system]",
    }
    forced.goto(f"{server.url}runs/")
    current = {what: picture_of(forced.locator(link)) for what, link in links.items()}
    forced.goto(f"{server.url}?lang=zh-hans")
    forced.locator("[data-theme-choice=light]").click()
    forced.mouse.move(0, 0)
    forced.goto(f"{server.url}usage/")
    for what, link in list(links.items())[1:]:
        assert_seen(current[what], picture_of(forced.locator(link)), what)
    forced.goto(f"{server.url}usage/?lang=en")
    assert_seen(current["page"], picture_of(forced.locator(links["page"])), "page")


def test_the_main_button_stands_out(forced: Page, server: ServerProcess) -> None:
    forced.goto(server.url)
    button = picture_of(forced.locator("#submit"))
    empty = Image.new("L", button.size, button.getpixel((0, 0)))
    forced.locator("#submit").evaluate("button => (button.style.visibility = 'hidden')")
    ground = picture_of(forced.locator(".send"))
    empty.paste(ground.getpixel((1, 1)), (0, 0, *button.size))
    assert_seen(button, empty, "main button")
    middle = button.crop((4, button.height // 3, 14, button.height // 2))
    assert_seen(middle, Image.new("L", middle.size, ground.getpixel((1, 1))), "its surface")


def test_pressed_tools_and_their_options_are_seen(forced: Page, server: ServerProcess, tmp_path_factory) -> None:
    forced.goto(f"{server.url}edit/")
    forced.set_input_files("input[name=image]", a_picture(tmp_path_factory.mktemp("forced")))
    forced.wait_for_selector('mask-editor[data-ready="mask"]')
    for tool in ("rectangle", "brush"):
        forced.locator(f"[data-tool={tool}]").click()
        forced.mouse.move(0, 0)
        forced.evaluate("document.activeElement.blur()")
        pressed = picture_of(forced.locator(f"[data-tool={tool}]"))
        forced.locator("[data-tool=ellipse]").click()
        forced.mouse.move(0, 0)
        assert_seen(pressed, picture_of(forced.locator(f"[data-tool={tool}]")), tool)
    assert_choice_is_seen(forced, "[name=mask-mode][value=subtract]", "[name=mask-mode][value=add]")
    forced.locator(".mask-menu > summary").first.click()
    assert_choice_is_seen(forced, "[name=mask-pattern][value=checks]", "[name=mask-pattern][value=plain]")


def test_colours_of_the_mask_keep_their_colours(forced: Page, server: ServerProcess, tmp_path_factory) -> None:
    forced.goto(f"{server.url}edit/")
    forced.set_input_files("input[name=image]", a_picture(tmp_path_factory.mktemp("forced")))
    forced.wait_for_selector('mask-editor[data-ready="mask"]')
    forced.locator(".mask-menu > summary").first.click()
    swatches = forced.locator(".mask-colours label > span:not(.quiet)")
    middles = set()
    for swatch in swatches.all():
        drawn = Image.open(io.BytesIO(swatch.screenshot())).convert("RGB")
        middles.add(drawn.getpixel((drawn.width // 2, drawn.height // 2)))
    assert len(middles) == swatches.count()
    label = forced.locator("label:has([name=mask-colour][value='#12c46b'])")
    assert_choice_is_seen(forced, "[name=mask-colour][value='#12c46b']", "[name=mask-colour][value='#101010']")
    expect(label).to_be_visible()
