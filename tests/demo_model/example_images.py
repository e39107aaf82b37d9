"""The example images of an empty stage, as the demo renderer generates them.

`python -m tests.demo_model.example_images` writes them to `static/img/examples/`.
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from playground.demo_model import DrawBrief, EditBrief, draw, edit
from playground.pages.texts.examples import EXAMPLES, Example

IMAGES: Final = Path(__file__).parents[2] / "static" / "img"
FOLDER: Final = IMAGES / "examples"
# Pixels of a square image in the file; tall and wide ones are one and a half times as long.
_SIDE: Final = 280
_QUALITY: Final = 56
_SOURCES: Final = {
    "vase": "A small ceramic vase with sunflower, photorealistic",
    "bottle": "Product photo of a perfume bottle on a wooden table, soft morning light, shallow depth of field",
}
# The head of the sample cat, as shares of its width and height.
_HAT: Final = (0.3, 0.0, 0.7, 0.36)


def generate(example: Example) -> Image.Image:
    """Return the image of the example in its full size."""
    width, height = map(int, example.size.split("x"))
    brief = {"prompt": str(example.prompt), "width": width, "height": height, "quality": "high", "index": 0}
    if not example.sources:
        return _decode(draw(DrawBrief(**brief)).final)  # type: ignore[arg-type]
    images = tuple(IMAGES / name for name in example.sources)
    mask = IMAGES / example.mask if example.mask else None
    return _decode(edit(EditBrief(**brief, images=images, mask=mask, input_fidelity="high")).final)  # type: ignore[arg-type]


def small(image: Image.Image) -> Image.Image:
    """Return the image in the size of its file."""
    factor = _SIDE / min(image.size)
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def write_all() -> None:
    """Write the sources and the mask of the edits, then all example images."""
    FOLDER.mkdir(exist_ok=True)
    for name, prompt in _SOURCES.items():
        brief = DrawBrief(prompt, width=1024, height=1024, quality="high", index=0)
        _decode(draw(brief).final).save(FOLDER / f"{name}.webp", quality=86, method=6)
    with Image.open(IMAGES / "sample.webp") as sample:
        width, height = sample.size
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    left, top, right, bottom = _HAT
    ImageDraw.Draw(mask).ellipse((left * width, top * height, right * width, bottom * height), fill=(0, 0, 0, 0))
    mask.save(FOLDER / "hat-mask.png", optimize=True)
    for example in EXAMPLES:
        small(generate(example)).save(FOLDER / f"{example.name}.webp", quality=_QUALITY, method=6)


def _decode(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    django.setup()
    write_all()
