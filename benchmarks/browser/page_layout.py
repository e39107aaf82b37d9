"""Check that every page fits at all widths from 320 to 1,300 px, in two languages, with mouse and with touch.

Run: `python -m benchmarks.browser.page_layout [step]`. A page must not scroll sideways, no text may be smaller than
12 px, no touched field smaller than 16 px, and at the end of a phone's page nothing may cover a control. Prints
every violation and exits with 1 then. tests/browser/test_layout.py checks the same at a few widths.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.layout import Looked, places
from tests.browser.page_list import visited
from tests.helpers.server import ServerProcess
from tests.setup import find_chromium

NARROWEST, WIDEST, STEP = 320, 1300, 20
LANGUAGES: Final = ("en-GB", "zh-CN")


def main(step: int = STEP) -> int:
    chromium = find_chromium()
    looked = Looked()
    count = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = ServerProcess(Path(folder) / "server", {"DEMO_SECONDS": "0"}).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            with visited(browser, server, Path(folder)) as visit:
                for language, touch in product(LANGUAGES, (False, True)):
                    for place in places(browser, visit, language, touch):
                        looked.look_at(place, range(NARROWEST, WIDEST + 1, step))
                        count += 1
                    print(f"{language}, {'fingers' if touch else 'mouse'}: {len(looked.found)} wrong", flush=True)
        finally:
            browser.close()
            server.stop()
    print("\n".join(looked.found) or f"{count} pages fit at every width")
    return bool(looked.found)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
