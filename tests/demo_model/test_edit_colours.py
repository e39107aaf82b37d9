"""Edits of pictures whose numbers do not mean sRGB: what is kept keeps its colours."""

import pytest
from PIL import Image, ImageStat

from playground.demo_model import edit
from playground.imaging.alignment import Placement
from playground.imaging.mask_lock import measure_outside_change
from tests.demo_model.editing import BOX, SIZE, a_brief, a_mask, edited, opened, saved
from tests.imaging.hidden_metadata import P3, PROFILED, as_seen
from tests.imaging.test_colour import profiled

# Below the box, where nothing is painted.
KEPT = (0, 76, *SIZE)


def distance(first: Image.Image, second: Image.Image) -> float:
    """Return the largest difference between the mean colours of two pictures, in levels."""
    means = (ImageStat.Stat(as_seen(picture).crop(KEPT)).mean for picture in (first, second))
    return max(abs(a - b) for a, b in zip(*means, strict=True))


@pytest.mark.parametrize("name", PROFILED)
@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_nothing_outside_the_mask_changes_its_colour(tmp_path, name, output_format):
    source, mask = profiled(tmp_path, name, size=SIZE), a_mask(tmp_path)
    brief = a_brief("a red hat", source, mask=mask, output_format=output_format)
    (tmp_path / "result").write_bytes(edit(brief).final)
    assert measure_outside_change(source, mask, tmp_path / "result", tmp_path / "heat", Placement("same")) < 5


@pytest.mark.parametrize("name", PROFILED)
def test_previews_and_result_have_the_colours_of_the_source(tmp_path, name):
    source = profiled(tmp_path, name, size=SIZE)
    drawing = edit(a_brief("a red hat", source, mask=a_mask(tmp_path), partials=3))
    assert len(drawing.partials) == 3
    for data in (*drawing.partials, drawing.final):
        assert distance(opened(data), Image.open(source)) < 4


def test_a_further_picture_is_put_in_with_its_own_colours(tmp_path):
    scene = saved(Image.new("RGB", SIZE, (120, 120, 120)), tmp_path / "scene.png")
    style = Image.new("RGB", SIZE, (60, 190, 70))
    plain = edited("place the logo", scene, saved(style, tmp_path / "a.png"), mask=a_mask(tmp_path))
    # The same numbers mean another green.
    wide = edited("place the logo", scene, saved(style, tmp_path / "b.png", icc_profile=P3), mask=a_mask(tmp_path))
    meant = as_seen(Image.open(tmp_path / "b.png")).getpixel((0, 0))
    assert wide.crop(BOX).getpixel((24, 24)) == pytest.approx(meant, abs=8)
    assert plain.crop(BOX).getpixel((24, 24)) == pytest.approx((60, 190, 70), abs=8)
