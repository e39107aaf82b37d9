"""Steps that tests of the edit page share."""

import io
import re
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.helpers.server import ServerProcess

SIZE = (360, 240)
RUN = re.compile(r"/runs/[0-9a-f]+/")


def a_picture(folder: Path, name: str = "cat.png", size: tuple[int, int] = SIZE, hue: int = 30) -> Path:
    """Make a picture in which every pixel differs from its neighbours."""
    picture = Image.merge(
        "RGB", (Image.linear_gradient("L"), Image.radial_gradient("L"), Image.new("L", (256, 256), hue))
    )
    picture = picture.resize(size)
    ImageDraw.Draw(picture).ellipse((20, 20, 90, 90), (220, 60, 80))
    path = folder / name
    picture.save(path)
    return path


def a_mask(folder: Path, size: tuple[int, int] = SIZE, box: tuple[int, int, int, int] = (120, 60, 240, 180)) -> Path:
    """A mask that marks `box`."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), box)
    path = folder / "mask.png"
    mask.save(path)
    return path


def sources(page: Page) -> Locator:
    """The pictures on the edit page."""
    return page.locator("#sources [data-source]")


def put(page: Page, server: ServerProcess, *paths: Path) -> None:
    """Open the edit page and choose these files."""
    page.goto(f"{server.url}edit/")
    expect(page.locator("source-list:defined")).to_be_attached()
    page.set_input_files("input[name=image]", list(paths))
    expect(sources(page)).to_have_count(len(paths))
    expect(page.locator("mask-editor")).to_have_attribute("data-ready", "mask")


def expect_names(page: Page, *names: str) -> None:
    """These pictures are on the edit page, in this order."""
    expect(page.locator("#sources .source-name")).to_have_text(list(names))


def finished(page: Page) -> Locator:
    """The card of the run, when it is over."""
    page.wait_for_url(RUN)
    card = page.locator("article[data-run]").first
    expect(card).to_have_attribute("data-state", "succeeded", timeout=60_000)
    return card


def downloaded(page: Page, link: Locator) -> Image.Image:
    """The picture behind a download link."""
    with page.expect_download() as download:
        link.click()
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


def assert_same_outside(source: Path, locked: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Every pixel outside `box` and its feather is the source's."""
    feather = round(0.024 * max(locked.size))
    outer_box = (box[0] - feather, box[1] - feather, box[2] + feather, box[3] + feather)
    with Image.open(source) as original:
        before, after = original.convert("RGB"), locked.convert("RGB")
    assert before.size == after.size
    for picture in (before, after):
        picture.paste((0, 0, 0), outer_box)
    assert before.tobytes() == after.tobytes()
