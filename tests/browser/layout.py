"""Layout checks: elements that overflow, texts that are too small, controls that are covered."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.page_list import Visit

SMALLEST_TEXT: Final = 12
SMALLEST_FIELD: Final = 16  # of a touched field: iPhones zoom into the page when its text is smaller
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
ON_ITS_SIDE: Final[ViewportSize] = {"width": 844, "height": 390}

# How wide the page is when it can be moved sideways, and the first elements that stick out.
SIDEWAYS: Final = """(width) => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= width) return [];
  const clips = (element) => element && element !== document.body
    && (getComputedStyle(element).overflowX !== "visible" || clips(element.parentElement));
  const out = [...document.querySelectorAll("body *")].filter((element) => {
    const { width: own, right } = element.getBoundingClientRect();
    return own && right > width + 0.5 && !clips(element.parentElement);
  });
  return [`${page.scrollWidth} px wide`, ...out.slice(0, 5).map((one) => one.cloneNode().outerHTML.slice(0, 60))];
}"""

# Words that are drawn smaller than that, with their size.
SMALL_TEXTS: Final = """(smallest) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    const parent = walker.currentNode.parentElement;
    if (!words || !parent.checkVisibility() || parent.closest(".quiet, script, style, datalist, title")) continue;
    const zoom = parent.ownerSVGElement ? parent.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(parent).fontSize) * zoom;
    if (size < smallest - 0.01) found.add(`${size.toFixed(1)} px: ${words.slice(0, 40)}`);
  }
  return [...found];
}"""

SMALL_FIELDS: Final = """(smallest) => [...document.querySelectorAll("input, select, textarea")].filter((field) =>
  !["radio", "checkbox", "range", "color", "hidden", "file"].includes(field.type) && field.checkVisibility()
  && parseFloat(getComputedStyle(field).fontSize) < smallest).map((field) => field.id || field.name)"""

# Controls in the lower half of the window that cannot be pressed when the page stands at its end, since something
# else lies above their middle. What a list of its own has moved out of sight does not count, nor does what is inert.
COVERED: Final = """() => {
  scrollTo({ top: document.scrollingElement.scrollHeight, behavior: "instant" });
  const shows = (element, x) => {
    if (!element || element === document.body) return true;
    const { left, right } = element.getBoundingClientRect();
    const isOut = getComputedStyle(element).overflowX !== "visible" && (x < left || x > right);
    return !isOut && shows(element.parentElement, x);
  };
  const controls = document.querySelectorAll("a, button, summary, label, textarea, select");
  return [...controls].filter((control) => {
    if (!control.checkVisibility() || control.closest(".quiet, .skip, [inert], :disabled")) return false;
    const { left, top, width, height } = control.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (width <= 1 || y < innerHeight / 2 || !shows(control.parentElement, x)) return false;
    const above = document.elementFromPoint(x, y);
    return above && !control.contains(above) && !above.contains(control) && !above.closest("label")?.contains(control)
      && !control.contains(above.closest("label"));
  }).map((control) => control.outerHTML.slice(0, 80));
}"""


def sideways(page: Page, width: int) -> list[str]:
    """Why the page can be moved sideways at this width: empty when it cannot."""
    return list(page.evaluate(SIDEWAYS, width))


def small_texts(page: Page) -> list[str]:
    return list(page.evaluate(SMALL_TEXTS, SMALLEST_TEXT))


def small_fields(page: Page) -> list[str]:
    return list(page.evaluate(SMALL_FIELDS, SMALLEST_FIELD))


def covered_at_the_end(page: Page) -> list[str]:
    return list(page.evaluate(COVERED))


def a_screen(browser: Browser, language: str, touch: bool, visit: Visit | None = None) -> BrowserContext:
    """A window of that language and pointer, of a newcomer or of one who has been here."""
    context = browser.new_context(
        locale=language,
        has_touch=touch,
        is_mobile=touch,
        storage_state=visit.state if visit else None,
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    return context


@dataclass
class Place:
    """A page that stands ready to be looked at."""

    name: str
    page: Page
    touch: bool

    def resize(self, width: int, height: int = 844) -> None:
        self.page.set_viewport_size({"width": width, "height": height})


def places(
    browser: Browser, visit: Visit, language: str, touch: bool, leave_out: Collection[str] = ()
) -> Iterator[Place]:
    """Every kind of page, one after the other."""
    url = visit.server.url
    returning = {
        "generate": url,
        "result": visit.generated,
        "masked edit": visit.edited,
        "failure": visit.failed,
        "edit with a picture": f"{url}edit/",
        "history": f"{url}runs/",
        "keys": f"{url}key/",
        "usage": f"{url}usage/",
        "reference": f"{url}reference/",
        "error code": f"{url}reference/errors/image_daily_limit/",
        "missing": f"{url}nothing-here/",
    }
    context = a_screen(browser, language, touch, visit)
    for name, address in returning.items():
        if name in leave_out:
            continue
        page = context.new_page()
        page.goto(address)
        if name == "edit with a picture":
            page.wait_for_selector('mask-editor[data-ready="mask"]')
        yield Place(name, page, touch)
        page.close()
    context.close()
    context = a_screen(browser, language, touch)
    page = context.new_page()
    page.goto(f"{url}edit/")
    yield Place("edit without a picture", page, touch)
    context.close()


@dataclass
class Looked:
    """Layout faults; each begins with the page and the width."""

    sideways: list[str] = field(default_factory=list)
    small_texts: list[str] = field(default_factory=list)
    small_fields: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)

    def look_at(self, place: Place, widths: Iterable[int]) -> None:
        """Resize the page to each width, a phone's on its side and two usual ones, and note what is wrong."""
        for size in ({"width": width, "height": 844} for width in widths):
            place.resize(**size)
            self.sideways += [f"{place.name}, {size['width']}: {out}" for out in sideways(place.page, size["width"])]
        place.resize(**ON_ITS_SIDE)
        self.sideways += [f"{place.name}, on its side: {out}" for out in sideways(place.page, ON_ITS_SIDE["width"])]
        for width in (PHONE["width"], 1024):
            place.resize(width)
            self.small_texts += [f"{place.name}, {width}: {text}" for text in small_texts(place.page)]
            if place.touch:
                self.small_fields += [f"{place.name}, {width}: {name}" for name in small_fields(place.page)]
        place.resize(**PHONE)
        self.covered += [f"{place.name}: {control}" for control in covered_at_the_end(place.page)]

    @property
    def found(self) -> list[str]:
        return [*self.sideways, *self.small_texts, *self.small_fields, *self.covered]
