"""A brief as a link: it fills the form, says so, and carries nothing secret."""

from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.mask_editor import Editor, edit, picture, wrong_pixels
from tests.helpers.server import ServerProcess


def share(page: Page) -> None:
    """Ask for a link, as soon as the panel that makes it has come."""
    page.locator("#code > summary").click()
    expect(page.locator("link[href*='/css/code']")).to_have_count(1)
    page.locator("[data-share]").click()


def test_a_link_fills_the_form_and_says_so(page: Page, server: ServerProcess) -> None:
    page.goto(server.url)
    page.fill("textarea[name=prompt]", 'a "vase"\n早安 🦊')
    page.locator("[name=size][value='1536x1024']").check(force=True)
    page.locator("[name=n][value='3']").check(force=True)
    page.locator("#api-picker > summary").click()
    page.fill("input[name=key]", "cr_never_in_a_link")
    share(page)
    expect(page.locator("#share-address")).not_to_have_value("")
    link = page.locator("#share-address").input_value()
    assert link.startswith(f"{server.url}#brief=") and "cr_never" not in link
    other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    other.goto(link)
    expect(other.locator("[data-shared]")).to_be_visible()
    expect(other.locator("textarea[name=prompt]")).to_have_value('a "vase"\n早安 🦊')
    expect(other.locator("[name=size][value='1536x1024']")).to_be_checked()
    expect(other.locator("[name=n][value='3']")).to_be_checked()
    expect(other.locator("[data-price]")).to_contain_text("$0.24")
    assert other.url == server.url and other.locator("input[name=key]").input_value() == ""
    other.context.close()


def test_the_server_never_learns_the_brief_of_a_link(page: Page, server: ServerProcess) -> None:
    held: list[Route] = []
    # As long as this script has not come, the brief stands in the address.
    page.route("**/js/lib/share-link*.js", lambda route: held.append(route))
    page.goto(f"{server.url}#brief=eyJwcm9tcHQiOiJhIHNlY3JldCJ9")
    with page.expect_request(lambda request: "hx-request" in request.headers) as request:
        page.fill("textarea[name=prompt]", "a vase")
        page.locator("[name=n][value='2']").check(force=True)
    assert request.value.headers["hx-current-url"] == server.url and "#brief=" in page.url
    held[0].continue_()
    expect(page.locator("[data-shared]")).to_be_visible()


def test_a_link_carries_the_mask_to_a_picture_of_another_size(
    page: Page, server: ServerProcess, tmp_path: Path
) -> None:
    editor = edit(page, server, picture(tmp_path / "small.png", 300, 200))
    page.fill("textarea[name=prompt]", "a crown")
    editor.take("rectangle")
    editor.drag((60, 40), (180, 120))
    assert editor.mask is not None
    share(page)
    expect(page.locator("#share-address")).to_be_visible()
    link = page.locator("#share-address").input_value()
    other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    other.goto(link)
    expect(other.locator("[data-mask-said=waits]")).to_be_visible()
    expect(other.locator("textarea[name=prompt]")).to_have_value("a crown")
    other.set_input_files("input[type=file][name=image]", picture(tmp_path / "large.png", 600, 400))
    expect(other.locator("[data-mask-said=applied]")).to_be_visible()
    mask = Editor(other).mask
    assert mask is not None and mask.size == (600, 400)

    def is_marked(x: float, y: float) -> bool | None:
        distance = max(120 - x, x - 360, 80 - y, y - 240)
        return None if abs(distance) < 6 else distance < 0

    assert not wrong_pixels(mask, is_marked)
    other.context.close()
