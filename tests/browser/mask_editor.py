"""The mask editor as a person uses it: places are pixels of the picture."""

import base64
import io
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.helpers.server import ServerProcess

Point = tuple[float, float]
EDGE = 1.5  # pixels of the picture: smooth edges, and a pointer that stands on whole pixels of the screen


@dataclass
class Editor:
    """The mask editor on the edit page."""

    page: Page

    def at(self, place: Point) -> Point:
        """Return the window coordinates of a place in the picture."""
        found = self.page.evaluate("([x, y]) => document.querySelector('mask-editor').clientPoint(x, y)", list(place))
        return found["x"], found["y"]

    @property
    def scale(self) -> float:
        return self.at((1, 0))[0] - self.at((0, 0))[0]

    def take(self, tool: str, size: int | None = None) -> None:
        self.page.click(f'[data-tool="{tool}"]')
        if size:
            self.page.fill('input[data-setting="size"]', str(size))

    def act(self, action: str) -> None:
        self.page.click(f'[data-action="{action}"]')

    def drag(self, *places: Point, steps: int = 8) -> None:
        self.page.mouse.move(*self.at(places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(place), steps=steps)
        self.page.mouse.up()

    def zoom_to(self, place: Point, scale: float) -> None:
        """Turn the wheel over a place until a pixel of the picture is that large."""
        self.page.focus(".mask-stage")
        while self.scale < scale - 0.01:
            self.page.mouse.move(*self.at(place))
            self.page.mouse.wheel(0, -max(1, min(240, 400 * math.log(scale / self.scale))))
            self.page.wait_for_timeout(50)

    @property
    def mask(self) -> Image.Image | None:
        """Return the file input's mask after the editor has written it."""
        self.page.wait_for_selector("mask-editor:not([data-behind])")
        encoded = self.page.evaluate(
            """async () => {
              const [file] = document.querySelector('input[type=file][name=mask]').files;
              if (!file) return null;
              const reader = new FileReader();
              return new Promise((done) => {
                reader.onload = () => done(reader.result.split(',')[1]);
                reader.readAsDataURL(file);
              });
            }"""
        )
        return encoded and opened(base64.b64decode(encoded))

    def words(self) -> Any:
        return expect(self.page.locator("[data-state-words]"))


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    return picture


def edit(page: Page, server: ServerProcess, source: Path) -> Editor:
    """The edit page with one source."""
    page.goto(f"{server.url}edit/")
    page.set_input_files("input[type=file][name=image]", source)
    page.wait_for_selector('mask-editor[data-ready="mask"]')
    return Editor(page)


def picture(path: Path, width: int, height: int, **save: Any) -> Path:
    """A picture whose left half is dark and whose right half is light."""
    drawn = Image.new("RGB", (width, height), (40, 60, 90))
    drawn.paste((220, 200, 160), (width // 2, 0, width, height))
    drawn.save(path, **save)
    return path


def along(*places: Point) -> Callable[[float, float], float]:
    """Return the distance of a point from a line through these places."""

    def distance(x: float, y: float) -> float:
        shortest = math.inf
        for (x0, y0), (x1, y1) in itertools.pairwise(places):
            dx, dy = x1 - x0, y1 - y0
            share = min(1, max(0, ((x - x0) * dx + (y - y0) * dy) / ((dx * dx + dy * dy) or 1)))
            shortest = min(shortest, math.hypot(x - x0 - share * dx, y - y0 - share * dy))
        return shortest

    return distance


def wrong_pixels(mask: Image.Image, is_marked: Callable[[float, float], bool | None], step: int = 4) -> list[Point]:
    """Every `step`th pixel that is not as it should be: marked is alpha 0, unmarked 255, None either."""
    alpha = mask.getchannel("A").load()
    assert alpha is not None
    wrong: list[Point] = []
    for y in range(step // 2, mask.height, step):
        for x in range(step // 2, mask.width, step):
            marked = is_marked(x + 0.5, y + 0.5)
            if marked is not None and alpha[x, y] != (0 if marked else 255):
                wrong.append((x, y))
    return wrong


def within(distance: float, radius: float, edge: float = EDGE) -> bool | None:
    """Say if a point at this distance from a brush's centre is marked; None at its edge."""
    return None if abs(distance - radius) <= edge else distance < radius
