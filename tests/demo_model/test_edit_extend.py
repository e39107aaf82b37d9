"""A padded picture is continued beyond its edges."""

import pytest
from PIL import Image

from tests.demo_model.editing import a_mask, a_picture, edited, saved

PADDED = (96, 160)
KEPT = (0, 32, 96, 128)


@pytest.fixture
def padded(tmp_path):
    """A picture between two transparent bars, and the mask of the bars with 8 pixels of overlap."""
    padded = Image.new("RGBA", PADDED)
    with Image.open(a_picture(tmp_path)) as picture:
        padded.paste(picture, KEPT[:2])
    mask = Image.new("RGBA", PADDED)
    mask.paste((0, 0, 0, 255), (0, 40, 96, 120))
    return saved(padded, tmp_path / "padded.png"), saved(mask, tmp_path / "mask.png")


@pytest.mark.parametrize("prompt", ["", "Extend the sky", "把画面向上扩展", "A red car"])
def test_the_added_area_is_opaque_and_continues_the_picture(padded, prompt):
    source, mask = padded
    result = edited(prompt, source, mask=mask, width=PADDED[0], height=PADDED[1])
    assert result.mode == "RGB"
    # Right beside the picture there is hardly a step: the bars begin in the colours of its edge.
    for inner, outer in ((33, 30), (126, 129)):
        for x in (10, 48, 86):
            step = [abs(a - b) for a, b in zip(result.getpixel((x, inner)), result.getpixel((x, outer)), strict=True)]
            assert max(step) < 24, (inner, outer, x, step)


def test_the_picture_itself_stays_as_it_was(padded):
    source, mask = padded
    result = edited("Extend the sky", source, mask=mask, width=PADDED[0], height=PADDED[1])
    inside = (0, 40, 96, 120)
    with Image.open(source) as before:
        assert result.crop(inside).tobytes() == before.convert("RGB").crop(inside).tobytes()


def test_a_subject_on_transparency_keeps_it_when_all_is_marked(tmp_path):
    sticker = Image.new("RGBA", (96, 96))
    sticker.paste((200, 60, 50, 255), (30, 30, 66, 66), Image.new("L", (36, 36), 255).rotate(45, fillcolor=0))
    mask = a_mask(tmp_path, box=(0, 0, 96, 96))
    result = edited("Make it blue", saved(sticker, tmp_path / "sticker.png"), mask=mask)
    assert result.mode == "RGBA" and result.getpixel((2, 2))[3] == 0
