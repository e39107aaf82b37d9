"""Files and drafts for tests of edits."""

from pathlib import Path

from PIL import Image, ImageDraw

from playground.runs import drafts
from playground.runs.models import Source


def a_file(folder: Path, name: str = "cat.png", size: tuple[int, int] = (64, 48), format: str = "", **more) -> Path:
    """A picture with something in it, saved as its name says."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).ellipse((4, 4, size[0] // 2, size[1] // 2), (200, 40, 60))
    path = folder / name
    picture.save(path, format or {"jpg": "JPEG", "webp": "WEBP"}.get(path.suffix[1:], "PNG"), **more)
    return path


def a_mask(folder: Path, size: tuple[int, int] = (64, 48), box: tuple[int, int, int, int] = (8, 8, 24, 24)) -> Path:
    """A mask that marks `box`: alpha 0 inside, 255 outside."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (box[0], box[1], box[2], box[3]))
    path = folder / "my mask.png"
    mask.save(path)
    return path


def a_source(folder: Path, name: str = "cat.png", visitor: str = "alice", **more) -> Source:
    """A picture on the visitor's edit page."""
    return drafts.add_source(visitor, a_file(folder, name, **more), name)
