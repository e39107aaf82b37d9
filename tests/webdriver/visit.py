"""One visit from the first prompt to the last download. What is found stands beside what it should be."""

import base64
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from tests.browser.mask_editor import EDGE, along, picture, within, wrong_pixels
from tests.coredriver.driver import SECONDS, Driver

SOURCE: Final = (900, 600)
BOX: Final = (100, 100, 300, 200)
STROKE: Final = ((500.0, 450.0), (800.0, 450.0))
BRUSH: Final = 60
IMPORTED: Final = (300, 150, 450, 300)
FORMATS: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
EDITOR: Final = "document.querySelector('mask-editor')"
FIELDSETS: Final = "[...document.querySelectorAll('.choices fieldset')].map((one) => Math.round(one.offsetHeight))"

OVERFLOWS: Final = """
  return [...document.querySelectorAll(".mask-menu")].map((menu) => {
    menu.open = true;
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = menu.querySelector(":scope > div");
    menu.open = false;
    return [scrollWidth - clientWidth, scrollHeight - clientHeight];
  });
"""
CHOOSE_BRUSH: Final = """
  const input = document.querySelector("input[data-setting=size]");
  input.value = args[0];
  input.dispatchEvent(new Event("input", { bubbles: true }));
"""
FEATHER: Final = """
  const slider = document.querySelector("input[data-setting=feather]");
  slider.value = 8;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
"""
READ_MASK: Final = """
  const [file] = document.querySelector("input[type=file][name=mask]").files;
  if (!file) return null;
  const reader = new FileReader();
  return new Promise((done) => {
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(file);
  });
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at."""

    what: str
    found: Any
    wanted: Any

    @property
    def is_wrong(self) -> bool:
        return bool(self.found != self.wanted)


class Walk:
    """A visitor in one browser; `downloads` is where the browser puts files."""

    def __init__(self, driver: Driver, url: str, downloads: Path) -> None:
        self.driver, self.url, self.downloads = driver, url, downloads
        self.source = picture(downloads / "source.png", *SOURCE)

    def findings(self) -> Iterator[Finding]:
        self.driver.resize(1280, 900)
        yield from self._generate()
        yield from self._list()
        yield from self._draw()
        yield from self._import_mask()
        yield from self._edit()

    def _generate(self) -> Iterator[Finding]:
        self.driver.open(self.url)
        heights = self.driver.run(f"return {FIELDSETS}")
        wider = "const style = document.querySelector('.fields').style; style.width = '330px';"
        settled = self.driver.run(f"{wider} {FIELDSETS}; style.width = ''; return {FIELDSETS}")
        yield Finding("heights of the choices at first sight", heights, settled)
        self.driver.type("#id_prompt", "A mountain lake at dawn, " * 12)
        hidden = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(id_prompt)"
        yield Finding("pixels of the prompt out of sight", self.driver.run(f"return {hidden}"), 0)
        self.driver.click("#submit")
        yield self._ending("a picture from a prompt")
        for name, format in FORMATS.items():
            content = self._download(
                f".formats a[download][href*='format={name}'], a[data-format={name}]", f".{name}"
            )
            yield Finding(f"download as {name}", _facts(content), (format, (1024, 1024)))

    def _list(self) -> Iterator[Finding]:
        self.driver.open(f"{self.url}runs/")
        shown = "[...document.querySelectorAll('.cards img[data-picture], .cards img[data-locked]')]"
        self.driver.wait(f"{shown}.every((one) => one.complete)")
        full = f"{shown}.filter((one) => !one.currentSrc.includes('thumbnail')).length"
        yield Finding("full pictures loaded into the history's small frames", self.driver.run(f"return {full}"), 0)

    def _draw(self) -> Iterator[Finding]:
        self.driver.open(f"{self.url}edit/")
        self.driver.type("input[name=image]", str(self.source))
        self.driver.wait("document.querySelector('mask-editor[data-ready=mask]')")
        self._take("fill")
        self._press((700.0, 300.0))
        yield Finding("share of a fill", _share(self._mask()), 0.5)
        self._act("clear")
        self._take("rectangle")
        self.driver.drag(*map(self._place, (BOX[:2], BOX[2:])))
        self._take("brush")
        self.driver.run(CHOOSE_BRUSH, BRUSH)
        self.driver.drag(*map(self._place, STROKE), steps=20)
        ring = "!document.querySelector('[data-ring]').hidden"
        yield Finding("the brush has its ring after a stroke", self.driver.run(f"return {ring}"), True)
        mask = self._mask()
        yield Finding("wrong pixels of a rectangle and a stroke", mask and len(wrong_pixels(mask, _is_drawn)), 0)
        yield Finding("the downloaded mask is the one that is sent", self._downloaded_mask(), mask and mask.tobytes())
        self.driver.run(FEATHER)
        self._act("apply")
        feathered = self._mask()
        soft = feathered and sum(feathered.getchannel("A").histogram()[1:255]) > 1000
        yield Finding("a feathered mask has soft edges", soft, True)
        self._act("undo")
        yield Finding("undo takes the feather back", _same(self._mask(), mask), True)
        over = self.driver.run(OVERFLOWS)
        yield Finding("pixels that the editor's menus scroll by", over, [[0, 0]] * len(over))

    def _import_mask(self) -> Iterator[Finding]:
        self._act("clear")
        file = self.downloads / "imported.png"
        mask = Image.new("RGBA", SOURCE, (0, 0, 0, 255))
        mask.paste((0, 0, 0, 0), IMPORTED)
        mask.save(file)
        self.driver.type("input[type=file][name=mask]", str(file))
        self.driver.wait("/%/.test(document.querySelector('[data-state-words]').textContent)")
        yield Finding("a mask file is taken pixel by pixel", _same(self._mask(), mask), True)

    def _edit(self) -> Iterator[Finding]:
        self.driver.type("#id_prompt", "A red balloon")
        self.driver.click("#submit")
        yield self._ending("a masked edit")
        content = self._download(
            "a[download][href*='/locked/'][href*='format=png'], a[download][href*='/locked/']", ".png"
        )
        yield Finding("download of the locked picture", _facts(content), ("PNG", SOURCE))
        feather = round(0.024 * max(SOURCE))
        outer_box = (IMPORTED[0] - feather, IMPORTED[1] - feather, IMPORTED[2] + feather, IMPORTED[3] + feather)
        yield Finding(
            "outside the mask the locked picture is the source",
            _outside(content, outer_box),
            _outside(self.source.read_bytes(), outer_box),
        )
        self.driver.open(f"{self.url}runs/")
        shown = "[...document.querySelectorAll('.cards img[data-picture], .cards img[data-locked]')]"
        self.driver.wait(f"{shown}.length === 3 && {shown}.every((one) => one.complete)")
        yield from self._list()

    # -- what hands do

    def _ending(self, what: str) -> Finding:
        self.driver.wait("/\\/runs\\/[0-9a-f]+\\//.test(location.pathname)")
        state = "document.querySelector('article[data-run]')?.dataset.state"
        self.driver.wait(f"!['queued', 'running', undefined].includes({state})")
        return Finding(what, self.driver.run(f"return {state}"), "succeeded")

    def _take(self, tool: str) -> None:
        self.driver.click(f'[data-tool="{tool}"]')

    def _act(self, action: str) -> None:
        # Some stand in the options of a tool that is not in hand.
        self.driver.run(f"document.querySelector('[data-action={action}]').click()")

    def _place(self, place: tuple[float, float]) -> tuple[float, float]:
        point = self.driver.run(f"return {EDITOR}.clientPoint(...args)", *place)
        return point["x"], point["y"]

    def _press(self, place: tuple[float, float]) -> None:
        self.driver.drag(self._place(place))

    def _mask(self) -> Image.Image | None:
        """Return the file input's mask after the editor has written it."""
        self.driver.wait("document.querySelector('mask-editor:not([data-behind], [data-working])')")
        encoded = self.driver.run(READ_MASK)
        return encoded and _opened(base64.b64decode(encoded))

    def _downloaded_mask(self) -> bytes:
        self.driver.wait("document.querySelector('mask-editor:not([data-behind])')")
        return _opened(self._download(".mask-state [data-action=download]", ".png")).tobytes()

    def _download(self, selector: str, extension: str) -> bytes:
        """The file that comes when this is clicked."""
        before = set(self.downloads.iterdir())
        self.driver.run("document.querySelector(args[0]).click()", selector)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for path in set(self.downloads.iterdir()) - before:
                if path.name.endswith((extension, ".jpg")) and (content := path.read_bytes()) and _is_whole(content):
                    return content
            time.sleep(0.05)
        return b""


def _is_drawn(x: float, y: float) -> bool | None:
    left, top, right, bottom = BOX
    depth = min(x - left, right - x, y - top, bottom - y)
    box = within(-depth, 0, EDGE)
    line = within(along(*STROKE)(x, y), BRUSH / 2)
    return True if box or line else None if None in (box, line) else False


def _opened(content: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(content))
    opened.load()
    return opened


def _is_whole(content: bytes) -> bool:
    try:
        _opened(content)
    except OSError:
        return False
    return True


def _facts(content: bytes) -> Any:
    opened = _opened(content) if content else None
    return opened and (opened.format, opened.size)


def _share(mask: Image.Image | None) -> float | None:
    return mask and mask.getchannel("A").histogram()[0] / (mask.width * mask.height)


def _same(mask: Image.Image | None, other: Image.Image | None) -> bool:
    return bool(mask and other and mask.getchannel("A").tobytes() == other.getchannel("A").tobytes())


def _outside(content: bytes, box: tuple[int, int, int, int]) -> bytes:
    result = _opened(content).convert("RGB")
    result.paste((0, 0, 0), box)
    return result.tobytes()
