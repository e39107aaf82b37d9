"""Small pictures and masks to edit, and what came of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from playground.demo_model import EditBrief, edit

SIZE = (96, 96)
BOX = (24, 24, 72, 72)


def a_picture(folder: Path, name: str = "photo.png", *, size: tuple[int, int] = SIZE) -> Path:
    """A red ball before a blue gradient."""
    ramp = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (ramp.point(lambda v: v // 6 + 60), ramp.point(lambda v: v // 4 + 90), ramp))
    picture = Image.blend(picture, Image.new("RGB", size, (90, 140, 200)), 0.7)
    width, height = size
    ball = (width * 0.3, height * 0.3, width * 0.7, height * 0.8)
    ImageDraw.Draw(picture).ellipse(ball, fill=(200, 60, 50))
    return saved(picture, folder / name)


def a_mask(
    folder: Path, *, size: tuple[int, int] = SIZE, box: tuple[int, int, int, int] = BOX, name="mask.png"
) -> Path:
    """A mask that marks a rectangle."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), box)
    return saved(mask, folder / name)


def saved(picture: Image.Image, path: Path, **options: Any) -> Path:
    """The path of the picture now; its extension tells the format."""
    picture.save(path, **options)
    return path


def a_brief(prompt: str, *images: Path, **changes: Any) -> EditBrief:
    """An edit of small pictures at high fidelity, unless told otherwise."""
    usual: dict[str, Any] = {"width": SIZE[0], "height": SIZE[1], "quality": "low", "index": 0, "mask": None}
    return EditBrief(prompt, images=images, **{**usual, "input_fidelity": "high", **changes})


def edited(prompt: str, *images: Path, **changes: Any) -> Image.Image:
    """The edited picture."""
    return opened(edit(a_brief(prompt, *images, **changes)).final)


def opened(data: bytes) -> Image.Image:
    """A decoded picture."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def changed_share(
    first_picture: Image.Image, second_picture: Image.Image, box: tuple[int, int, int, int] = BOX, tolerance: int = 0
) -> float:
    """The share of pixels outside the box that differ by more than `tolerance` levels."""
    first, second = first_picture.convert("RGB"), second_picture.convert("RGB")
    places = [
        (x, y) for x in range(first_picture.width) for y in range(first_picture.height) if not _is_inside(x, y, box)
    ]
    return sum(_distance(first.getpixel(place), second.getpixel(place)) > tolerance for place in places) / len(places)


def _is_inside(x: int, y: int, box: tuple[int, int, int, int]) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _distance(first: Any, second: Any) -> int:
    return max(abs(a - b) for a, b in zip(first, second, strict=True))
