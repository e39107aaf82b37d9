"""Edits by the demo: where they change a picture, and that they always answer."""

import pytest
from PIL import Image

from playground.demo_model import edit
from tests.demo_model.editing import a_brief, a_mask, a_picture, changed_share, edited, opened, saved
from tests.demo_model.test_draw import distance

ODD = [
    "",
    " ",
    "?",
    "\ud800",
    "a" * 40_000,
    "\x00\x01",
    "“”",
    "()[]{}\\",
    "👑👒",
    "和和和",
    "second second first",
    "换成",
    "with",
]


def test_changes_nothing_outside_the_mask_at_high_fidelity(tmp_path):
    source = a_picture(tmp_path)
    picture = edited("a red heart", source, mask=a_mask(tmp_path))
    assert changed_share(picture, Image.open(source)) == 0


@pytest.mark.parametrize(
    "prompt", ["invert", "sea at sunset", "make it green", "去掉", "“你好”", "something odd", ""]
)
def test_changes_the_marked_pixels(tmp_path, prompt):
    source = a_picture(tmp_path)
    picture = edited(prompt, source, mask=a_mask(tmp_path))
    assert (
        picture.convert("RGB").crop((30, 30, 66, 66)).tobytes() != Image.open(source).crop((30, 30, 66, 66)).tobytes()
    )


def test_spills_a_little_at_low_fidelity(tmp_path):
    source = a_picture(tmp_path)
    picture = edited("invert", source, mask=a_mask(tmp_path), input_fidelity="low")
    assert 0.01 < changed_share(picture, Image.open(source)) < 0.25
    assert changed_share(picture, Image.open(source), (20, 20, 76, 76), tolerance=4) == 0


def test_changes_nothing_where_nothing_is_marked(tmp_path):
    source = a_picture(tmp_path)
    mask = saved(Image.new("RGBA", (96, 96), (0, 0, 0, 255)), tmp_path / "mask.png")
    assert changed_share(edited("a sea", source, mask=mask), Image.open(source), (0, 0, 0, 0)) == 0


def test_scales_a_mask_of_another_size(tmp_path):
    source = a_picture(tmp_path)
    picture = edited("invert", source, mask=a_mask(tmp_path, size=(192, 192), box=(48, 48, 144, 144)))
    assert changed_share(picture, Image.open(source), (23, 23, 73, 73)) == 0


def test_half_transparent_mask_changes_half(tmp_path):
    source = saved(Image.new("RGB", (96, 96), (200, 200, 200)), tmp_path / "grey.png")
    mask = saved(Image.new("RGBA", (96, 96), (0, 0, 0, 127)), tmp_path / "mask.png")
    red, _, _ = edited("invert colours", source, mask=mask).convert("RGB").getpixel((48, 48))
    assert 105 < red < 150


@pytest.mark.parametrize("size", [(96, 96), (64, 96), (150, 100), (33, 77)])
def test_answers_in_exactly_the_size_asked_for(tmp_path, size):
    drawing = edit(a_brief("night", a_picture(tmp_path), width=size[0], height=size[1], partials=2))
    assert [opened(data).size for data in (drawing.final, *drawing.partials)] == [size] * 3


def test_same_brief_gives_the_same_bytes(tmp_path):
    brief = a_brief("two stars and snow", a_picture(tmp_path), partials=1)
    assert edit(brief) == edit(brief)


def test_another_index_gives_another_picture(tmp_path):
    source = a_picture(tmp_path)
    assert edited("", source, index=0).tobytes() != edited("", source, index=1).tobytes()


@pytest.mark.parametrize("prompt", ODD)
@pytest.mark.parametrize("masked", [False, True])
def test_odd_prompts_are_answered(tmp_path, prompt, masked):
    mask = a_mask(tmp_path) if masked else None
    drawing = edit(
        a_brief(prompt, a_picture(tmp_path), a_picture(tmp_path, "b.png"), mask=mask, input_fidelity="low")
    )
    assert opened(drawing.final).size == (96, 96) and drawing.revised_prompt


def test_previews_keep_all_pixels_outside_the_mask(tmp_path):
    source = a_picture(tmp_path)
    drawing = edit(a_brief("invert", source, mask=a_mask(tmp_path), partials=3))
    assert len(drawing.partials) == 3
    assert all(changed_share(opened(partial), Image.open(source)) == 0 for partial in drawing.partials)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "a birthday cake",
        "space with a planet",
        "write “Good morning”",
        "night",
        "two stars and snow",
        "on transparent",
    ],
)
@pytest.mark.parametrize("masked", [False, True])
def test_previews_are_the_result_only_coarser(tmp_path, prompt, masked):
    size = (256, 256)
    mask = a_mask(tmp_path, size=size, box=(40, 40, 216, 216)) if masked else None
    instruction = {"width": 256, "height": 256, "mask": mask, "quality": "high", "input_fidelity": "low"}
    drawing = edit(a_brief(prompt, a_picture(tmp_path, size=size), partials=3, **instruction))
    assert max(distance(opened(data), opened(drawing.final)) for data in drawing.partials) < 12


def test_quality_shows(tmp_path):
    source = a_picture(tmp_path)
    low, high = (edited("watercolour", source, quality=quality, input_fidelity="low") for quality in ("low", "high"))
    assert low.tobytes() != high.tobytes()


def test_every_prop_and_style_fits_a_tiny_mask(tmp_path):
    mask = a_mask(tmp_path, box=(50, 50, 53, 52))
    prompt = "crown, hat, glasses, three hearts, stars, moon, watercolour, night, snow"
    assert edited(prompt, a_picture(tmp_path), mask=mask).size == (96, 96)
