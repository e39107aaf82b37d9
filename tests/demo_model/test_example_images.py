"""The example images of an empty stage are what the demo renderer makes of their prompts."""

import pytest
from PIL import Image, ImageChops, ImageStat

from playground.pages.texts.examples import EXAMPLES, Example
from tests.demo_model.example_images import FOLDER, generate, small

# Of 255: what WebP loses at this size.
MOST_DIFFERENCE = 8.0
# One that is generated and one that is edited: each takes half a second.
NAMES = ("logo", "hat")


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.name in NAMES], ids=lambda one: one.name)
def test_an_example_shows_what_the_demo_makes_of_its_prompt(example: Example) -> None:
    with Image.open(FOLDER / f"{example.name}.webp") as shown:
        difference = ImageStat.Stat(ImageChops.difference(shown.convert("RGB"), small(generate(example))))
    assert max(difference.mean) < MOST_DIFFERENCE


def test_every_example_has_its_image() -> None:
    assert {f"{one.name}.webp" for one in EXAMPLES} <= {path.name for path in FOLDER.iterdir()}
