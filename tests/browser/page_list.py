"""Every page, as a visitor finds it who has been here before."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect

from tests.browser.mask_editor import Editor, edit, picture
from tests.helpers.server import ServerProcess

RUN: Final = re.compile(r"/runs/[0-9a-f]+/")


@dataclass
class Visit:
    """A visitor who has been here: a run, an edit with a mask, a failure."""

    server: ServerProcess
    state: Any
    generated: str
    edited: str
    failed: str


def submit(page: Page, state: str) -> str:
    page.locator("#submit").click()
    page.wait_for_url(RUN)
    expect(page.locator("article[data-run]").first).to_have_attribute("data-state", state)
    return page.url


@contextmanager
def visited(browser: Browser, server: ServerProcess, folder: Path) -> Iterator[Visit]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url)
    page.fill("#id_prompt", "A vase with sunflowers")
    generated = submit(page, "succeeded")
    page.goto(server.url)
    page.fill("#id_prompt", "Something that is refused")
    rehearse = (
        "form => form.insertAdjacentHTML('beforeend', '<input type=hidden name=rehearse value=moderation_blocked>')"
    )
    page.locator("#brief").evaluate(rehearse)
    failed = submit(page, "failed")
    editor = marked(page, server, folder)
    editor.page.fill("#id_prompt", "A crown")
    edited = submit(page, "succeeded")
    yield Visit(server, context.storage_state(), generated, edited, failed)
    context.close()


def marked(page: Page, server: ServerProcess, folder: Path) -> Editor:
    """The edit page with a picture that is partly marked."""
    editor = edit(page, server, picture(folder / "cat.png", 600, 400))
    editor.take("ellipse")
    editor.drag((100, 100), (300, 300))
    assert editor.mask is not None
    return editor


def refused(page: Page, visit: Visit) -> None:
    page.goto(visit.server.url)
    page.fill("#id_prompt", "   ")
    page.locator("#submit").click()
    expect(page.locator("[data-field-error=prompt]")).not_to_be_empty()


def with_everything_open(page: Page, visit: Visit) -> None:
    page.goto(visit.server.url)
    page.locator("#code > summary").click()
    expect(page.locator("link[href*='/css/code']")).to_have_count(1)
    page.evaluate("for (const fold of document.querySelectorAll('details.fold')) fold.open = true")


def compared(page: Page, visit: Visit) -> None:
    page.goto(visit.edited)
    page.locator("[data-compare]").first.click()
    expect(page.locator("dialog.compare")).to_be_visible()


def compared_runs(page: Page, visit: Visit) -> None:
    runs = [url.rstrip("/").rpartition("/")[2] for url in (visit.generated, visit.edited)]
    page.goto(f"{visit.server.url}compare/?{'&'.join(f'p={run}/1' for run in runs)}")
    expect(page.locator("[data-percent]")).not_to_be_empty()


def rehearsed(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.server.url}reference/errors/image_daily_limit/")
    page.locator("form[method=post] button").last.click()
    expect(page.locator("[data-rehearsed]")).to_be_visible()


def matrix_sheet(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.server.url}matrix/")
    page.fill("#id_prompt", "A {red|blue} fox")
    page.locator("[name=size]").nth(1).check()
    expect(page.locator("#matrix-total")).to_contain_text("4")
    page.locator("button[name=confirm]").click()
    # From the second visit on it is the same matrix, so that it costs the session no more runs.
    expect(page.locator(".matrix-table")).to_be_visible()


def command_palette(page: Page, visit: Visit) -> None:
    page.goto(visit.server.url)
    page.locator("#commands").click()
    expect(page.locator("#command-results [aria-selected=true]")).to_be_visible()


def visit_path(path: str) -> Callable[[Page, Visit], object]:
    return lambda page, visit: page.goto(f"{visit.server.url}{path}")


PLACES: Final[dict[str, Callable[[Page, Visit], object]]] = {
    "generate": visit_path(""),
    "everything open": with_everything_open,
    "refused": refused,
    "result": lambda page, visit: page.goto(visit.generated),
    "failure": lambda page, visit: page.goto(visit.failed),
    "edit without a picture": visit_path("edit/"),
    "edit": lambda page, visit: marked(page, visit.server, Path(visit.server.data)),
    "edited": lambda page, visit: page.goto(visit.edited),
    "comparison": compared,
    "compared runs": compared_runs,
    "history": visit_path("runs/"),
    "matrix": visit_path("matrix/"),
    "matrix sheet": matrix_sheet,
    "commands": visit_path("commands/?q=size"),
    "command palette": command_palette,
    "prompt templates": visit_path("templates/?template=poster"),
    "template editor": visit_path("templates/new/"),
    "keys": visit_path("key/"),
    "usage": visit_path("usage/"),
    "reference": visit_path("reference/"),
    "rehearsal": rehearsed,
    "missing": visit_path("nothing-here/"),
}
