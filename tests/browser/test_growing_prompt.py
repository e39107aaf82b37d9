"""The prompt is as high as its text, also where the browser has no `field-sizing`, as WebKit."""

from playwright.sync_api import Page

from tests.helpers.server import ServerProcess

WITHOUT_FIELD_SIZING = """
  const supports = CSS.supports;
  CSS.supports = (...asked) => asked[0] !== "field-sizing" && supports.apply(CSS, asked);
  addEventListener("DOMContentLoaded", () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("textarea { field-sizing: fixed !important }");
    document.adoptedStyleSheets = [sheet];
  });
"""
TEN_LINES = "\n".join(["A line of the prompt"] * 10)


def is_all_in_sight(page: Page) -> bool:
    return bool(page.evaluate("(({scrollHeight, clientHeight}) => scrollHeight <= clientHeight)(id_prompt)"))


def test_the_prompt_grows_and_shrinks_without_field_sizing(page: Page, server: ServerProcess) -> None:
    page.add_init_script(WITHOUT_FIELD_SIZING)
    page.goto(server.url)
    height = page.evaluate("id_prompt.offsetHeight")
    page.fill("#id_prompt", TEN_LINES)
    assert is_all_in_sight(page) and page.evaluate("id_prompt.offsetHeight") > height
    page.reload()
    page.wait_for_function("id_prompt.value && id_prompt.scrollHeight <= id_prompt.clientHeight")
    page.fill("#id_prompt", "One line")
    assert page.evaluate("id_prompt.offsetHeight") == height


def test_a_prompt_that_was_dragged_to_a_height_keeps_it(page: Page, server: ServerProcess) -> None:
    page.add_init_script(WITHOUT_FIELD_SIZING)
    page.goto(server.url)
    page.evaluate("id_prompt.style.height = '260px'")
    page.fill("#id_prompt", "One line")
    assert page.evaluate("id_prompt.offsetHeight") == 260
