"""Measure the bytes of pages and the time that they keep a slow machine busy, in Chromium with an empty cache.

Run: `python -m benchmarks.browser.page_weight [loads]`. Bytes are compressed, as on the wire. Times are medians of
five loads with the CPU slowed down to a quarter; the anchor is the reference as plain text from the same server, a
page without style or script. The longest task is that of the quietest load. Exits with 1 when the first page
exceeds its budget.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.mask_editor import edit, picture
from tests.browser.test_budget import MOST_BYTES, MOST_REQUESTS, MOST_SCRIPT_BYTES, weights
from tests.helpers.server import ServerProcess
from tests.setup import find_chromium

SLOWER: Final = 4
ANCHOR: Final = "text alone"
FIRST: Final = "generate"
WATCH: Final = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: 'longtask', buffered: true });
"""
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
LOADED: Final = "performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass
class Weight:
    """A page's answers, and its times in milliseconds, one a load."""

    answers: list[tuple[str, str, int]] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)
    tasks: list[float] = field(default_factory=list)

    def size(self, *kinds: str) -> int:
        """Bytes of the answers of these kinds; of all when none is named."""
        return sum(size for kind, _, size in self.answers if not kinds or kind in kinds)

    @property
    def longest(self) -> float:
        """The longest task of the load that had the shortest longest one: what else the machine does is left out."""
        return min(self.tasks, default=0)


def measure(
    browser: Browser, server: ServerProcess, path: str, prepare: Callable[[Page], object], loads: int
) -> Weight:
    """Load the page `loads` times, each with an empty cache."""
    weight = Weight()
    for _ in range(loads):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        prepare(page)
        weight.answers = weights(context, page, f"{server.url}{path}")
        page.close()
        _time(context, f"{server.url}{path}", weight)
        context.close()
    return weight


def _time(context: BrowserContext, url: str, weight: Weight) -> None:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    weight.painted.append(page.evaluate(PAINTED))
    weight.loaded.append(page.evaluate(LOADED))
    weight.tasks.append(max(page.evaluate("longTasks"), default=0))
    page.close()


def main() -> int:
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        server = ServerProcess(Path(folder) / "server").start()
        small = picture(Path(folder) / "cat.png", 600, 400)
        nothing, with_picture = (lambda page: None), (lambda page: edit(page, server, small))
        pages: dict[str, tuple[str, Callable[[Page], object]]] = {
            ANCHOR: ("reference/llms.txt", nothing),
            FIRST: ("", nothing),
            "edit": ("edit/", nothing),
            "edit, a picture": ("edit/", with_picture),
            "reference": ("reference/", nothing),
            "usage": ("usage/", nothing),
        }
        weights = {name: measure(browser, server, path, prepare, loads) for name, (path, prepare) in pages.items()}
        browser.close()
        server.stop()
    print(f"{'page':16}{'answers':>8}{'KB':>8}{'script':>8}{'style':>8}{'painted':>10}{'x text':>8}{'longest':>9}")
    anchor = statistics.median(weights[ANCHOR].painted)
    for name, weight in weights.items():
        painted = statistics.median(weight.painted)
        kilobytes = "".join(
            f"{size / 1000:8.1f}" for size in (weight.size(), weight.size("Script"), weight.size("Stylesheet"))
        )
        print(
            f"{name:16}{len(weight.answers):8}{kilobytes}{painted:7.0f} ms{painted / anchor:8.2f}"
            f"{weight.longest:6.0f} ms"
        )
    first = weights[FIRST]
    over = [
        words
        for words, is_over in (
            (f"over {MOST_BYTES} bytes", first.size() > MOST_BYTES),
            (f"over {MOST_REQUESTS} answers", len(first.answers) > MOST_REQUESTS),
            (f"over {MOST_SCRIPT_BYTES} bytes of script", first.size("Script") > MOST_SCRIPT_BYTES),
        )
        if is_over
    ]
    print("the first page is within its budget" if not over else f"the first page has {', '.join(over)}")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
