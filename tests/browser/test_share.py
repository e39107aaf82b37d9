"""A brief as a link: it fills the form, says so, and carries nothing secret."""

from playwright.sync_api import Page, expect

from tests.house import House


def test_a_link_fills_the_form_and_says_so(page: Page, house: House) -> None:
    page.goto(house.url)
    page.fill("textarea[name=prompt]", 'a "vase"\n早安 🦊')
    page.locator("[name=size][value='1536x1024']").check(force=True)
    page.locator("[name=n][value='3']").check(force=True)
    page.locator("#api-picker > summary").click()
    page.fill("input[name=key]", "cr_never_in_a_link")
    page.locator("#code > summary").click()
    page.locator("[data-share]").click()
    link = page.locator("#share-address").input_value()
    assert link.startswith(f"{house.url}#brief=") and "cr_never" not in link
    other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    other.goto(link)
    expect(other.locator("[data-shared]")).to_be_visible()
    expect(other.locator("textarea[name=prompt]")).to_have_value('a "vase"\n早安 🦊')
    expect(other.locator("[name=size][value='1536x1024']")).to_be_checked()
    expect(other.locator("[name=n][value='3']")).to_be_checked()
    expect(other.locator("[data-price]")).to_contain_text("$0.24")
    assert other.url == house.url and other.locator("input[name=key]").input_value() == ""
    other.context.close()
