"""A key that is typed stays where it was typed: no storage, address, cookie, copy or file of the browser has it."""

import base64
import urllib.parse
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import FLAGS
from tests.helpers.server import ServerProcess

KEY = "cr_canary_in_the_browser_5d1f90"
NEEDLES = [
    KEY.encode(),
    KEY.encode("utf-16-le"),
    base64.b64encode(KEY.encode())[:-4],
    KEY[10:].encode(),
    urllib.parse.quote(KEY[::-1]).encode(),
]
# Everything that a page can keep.
STORED = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href,
    JSON.stringify(history.state), document.documentElement.outerHTML, window.name];
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    const database = await new Promise((done) => (opening.onsuccess = () => done(opening.result)));
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found.push(JSON.stringify(await new Promise((done) => (all.onsuccess = () => done(all.result)))));
    }
  }
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(one.url);
  return found.join("\\n");
}"""


def used(context: BrowserContext, server: ServerProcess) -> tuple[list[str], Page]:
    """Return the stored data of every page of a visit, and the last page."""
    page, bodies = context.new_page(), []
    page.on("console", lambda message: bodies.append(message.text))
    # Bodies carry the key, once, to this server; addresses and other hosts never do.
    page.on("request", lambda request: bodies.append(request.url))
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.root)

    def unfold(name: str) -> None:
        page.eval_on_selector(name, "(details) => { details.open = true; }")

    def look() -> None:
        bodies.append(page.evaluate(STORED))

    page.goto(f"{server.url}key/?api=ok")
    page.locator("input[name=key]").first.fill(KEY)
    look()
    page.locator("input[name=key]").first.press("Enter")
    page.wait_for_load_state()
    look()
    for path in ("", "edit/"):
        page.goto(server.url + path)
        page.fill("textarea[name=prompt]", "a canary")
        unfold("#api-picker")
        page.evaluate("document.querySelector('input[name=api][value=ok]').click()")
        page.locator("input[name=key]").first.fill(KEY)
        unfold("#code")
        expect(page.locator("pre[data-snippet=curl]")).to_contain_text("cr_YOUR_QCODE_API_KEY")
        page.locator("[data-copy=snippet-curl]").click()
        bodies.append(page.evaluate("navigator.clipboard.readText()"))
        if page.locator("[data-share]").count():
            page.locator("[data-share]").click()
            bodies.append(page.locator("#share-address").input_value())
        look()
        # Leave and come back, as a browser that restores forms would.
        page.goto(f"{server.url}reference/")
        page.go_back()
        look()
    page.goto(server.url)
    page.fill("textarea[name=prompt]", "a canary that sings")
    unfold("#api-picker")
    page.evaluate("document.querySelector('input[name=api][value=ok]').click()")
    page.locator("input[name=key]").first.fill(KEY)
    page.click("#submit")
    expect(page.locator("article[data-state=succeeded]").first).to_be_visible()
    look()
    page.goto(f"{server.url}runs/")
    look()
    page.goto(f"{server.url}usage/?api=ok")
    look()
    return bodies, page


def test_no_storage_address_cookie_or_file_of_the_browser_has_the_key(
    browser: Browser, chromium: str, server: ServerProcess, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=chromium, args=FLAGS, locale="en-GB"
    )
    context.set_default_timeout(60_000)
    try:
        traces, _ = used(context, server)
        traces += [f"{cookie['name']}={cookie['value']}" for cookie in context.cookies()]
    finally:
        context.close()
    places = {"pages": "\n".join(traces).encode()}
    places |= {str(path.relative_to(profile)): path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    leaks = [(place, needle) for place, content in places.items() for needle in NEEDLES if needle in content]
    assert not leaks
    assert "a canary that sings" in places["pages"].decode(), "the search looks in the wrong places"
    assert any(b"127.0.0.1" in content for place, content in places.items() if "History" in place)
