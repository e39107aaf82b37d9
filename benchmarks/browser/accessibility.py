"""Check with axe that every page meets WCAG 2.2 AA in both languages and themes, on a desktop and a phone.

Run: `python -m benchmarks.browser.accessibility`. Prints every violation and exits with 1 then.
tests/browser/test_accessibility.py checks each page in one language only.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import sync_playwright

from tests.browser.axe import bring_axe, check
from tests.browser.conftest import FLAGS
from tests.browser.page_list import PLACES, visited
from tests.helpers.server import ServerProcess
from tests.setup import find_chromium

LANGUAGES: Final = ("en-GB", "zh-CN")
WIDTHS: Final = (1440, 390)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


def main() -> int:
    chromium = find_chromium()
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = ServerProcess(Path(folder) / "server", {"DEMO_SECONDS": "0"}).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            with visited(browser, server, Path(folder)) as visit:
                for language, (name, go) in product(LANGUAGES, PLACES.items()):
                    context = browser.new_context(locale=language, storage_state=visit.state, reduced_motion="reduce")
                    page = context.new_page()
                    page.set_viewport_size({"width": 1440, "height": 900})
                    go(page, visit)
                    bring_axe(page)
                    for width, theme in product(WIDTHS, THEMES):
                        page.set_viewport_size({"width": width, "height": 900})
                        page.emulate_media(color_scheme=theme)
                        try:
                            check(page, f"{name}, {language}, {width} px, {theme}:")
                        except AssertionError as violations:
                            found.append(str(violations))
                    context.close()
                    print(f"{name}, {language}: {len(found)} wrong", flush=True)
        finally:
            browser.close()
            server.stop()
    print("\n".join(found) or "axe finds nothing")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
