"""A mask: which way round it is, how much of it is marked, and how it fits."""

import pytest
from PIL import Image

from playground.imaging import masks

SIZE = (60, 40)


def a_mask(folder, box=(0, 0, 30, 40), *, size=SIZE, outside=255, inside=0, name="mask.png"):
    picture = Image.new("RGBA", size, (9, 9, 9, outside))
    picture.paste((9, 9, 9, inside), box)
    path = folder / name
    picture.save(path)
    return path


def alpha_of(path):
    with Image.open(path) as picture:
        return picture.getchannel("A")


def test_transparent_pixels_are_marked(tmp_path):
    facts = masks.inspect_mask(a_mask(tmp_path))
    assert (facts.marked, facts.has_marks, facts.is_binary, facts.is_full) == (0.5, True, True, False)
    assert (facts.width, facts.height, facts.is_png, facts.has_alpha) == (60, 40, True, True)


def test_a_soft_edge_is_no_mark_of_its_own(tmp_path):
    assert not masks.inspect_mask(a_mask(tmp_path, inside=140)).has_marks


def test_a_full_mask_is_recognized(tmp_path):
    facts = masks.inspect_mask(a_mask(tmp_path, (0, 0, *SIZE)))
    assert facts.is_full and not facts.looks_inverted


@pytest.mark.parametrize(("inside", "outside", "inverted"), [(255, 0, True), (0, 255, False)])
def test_a_mask_that_marks_all_but_the_middle_looks_inverted(tmp_path, inside, outside, inverted):
    path = a_mask(tmp_path, (20, 10, 40, 30), inside=inside, outside=outside)
    assert masks.inspect_mask(path).looks_inverted is inverted


@pytest.mark.parametrize(("mode", "mark", "ground"), [("L", 255, 0), ("L", 0, 255), ("1", 1, 0), ("RGB", 255, 0)])
def test_black_and_white_is_recognised_and_read(tmp_path, mode, mark, ground):
    picture = Image.new("L", SIZE, 255 if ground else 0)
    picture.paste(255 if mark else 0, (0, 0, 15, 40))
    picture.convert(mode).save(tmp_path / "bw.png")
    facts = masks.inspect_mask(tmp_path / "bw.png")
    assert (facts.has_alpha, facts.marked) == (False, 0)
    assert (facts.is_black_and_white, facts.has_alpha, facts.marked, facts.white_marks) == (
        True,
        False,
        0,
        bool(mark),
    )
    masks.mask_from_black_and_white(tmp_path / "bw.png", tmp_path / "mask.png", facts.white_marks)
    assert masks.inspect_mask(tmp_path / "mask.png").marked == 0.25


def test_a_photo_is_not_black_and_white(tmp_path):
    Image.linear_gradient("L").save(tmp_path / "grey.png")
    Image.new("RGB", SIZE, (255, 0, 0)).save(tmp_path / "red.png")
    assert not masks.inspect_mask(tmp_path / "grey.png").is_black_and_white
    assert not masks.inspect_mask(tmp_path / "red.png").is_black_and_white


def test_a_mask_of_the_right_size_keeps_its_alpha_exactly(tmp_path):
    path = tmp_path / "soft.png"
    soft = Image.linear_gradient("L").resize(SIZE)
    Image.merge("RGBA", (soft, soft, soft, soft)).save(path)
    masks.fit_mask(path, tmp_path / "fitted.png", SIZE)
    assert alpha_of(tmp_path / "fitted.png").tobytes() == soft.tobytes()
    with Image.open(tmp_path / "fitted.png") as fitted:
        assert fitted.mode == "RGBA" and fitted.convert("RGB").getextrema() == ((0, 0),) * 3


@pytest.mark.parametrize("size", [(120, 80), (30, 20), (61, 39)])
def test_a_mask_of_another_size_is_scaled_and_stays_hard(tmp_path, size):
    masks.fit_mask(a_mask(tmp_path), tmp_path / "fitted.png", size)
    facts = masks.inspect_mask(tmp_path / "fitted.png")
    assert (facts.width, facts.height, facts.is_binary) == (*size, True)
    assert abs(facts.marked - 0.5) < 0.02


def test_a_palette_with_a_transparent_colour_is_a_mask(tmp_path):
    picture = Image.new("P", SIZE, 0)
    picture.putpalette([0, 0, 0, 255, 255, 255])
    picture.paste(1, (0, 0, 30, 40))
    picture.save(tmp_path / "palette.png", transparency=1)
    assert masks.inspect_mask(tmp_path / "palette.png").marked == 0.5


@pytest.mark.parametrize(
    ("box", "column", "row"),
    [((0, 0, 10, 10), "left", "top"), ((25, 15, 35, 25), "centre", "middle"), ((50, 15, 60, 25), "right", "middle")],
)
def test_the_marked_region_has_a_position_in_words(tmp_path, box, column, row):
    region = masks.marked_region(a_mask(tmp_path, box))
    assert (region.column, region.row) == (column, row)
    assert region.share == pytest.approx(100 / 2400)


def test_an_empty_mask_has_no_marked_region(tmp_path):
    assert masks.marked_region(a_mask(tmp_path, inside=255)) == masks.Region(0.0, None, None)
