"""Pixels outside the mask stay as they were, whatever came back."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from playground.imaging import mask_lock, masks
from tests.imaging.hidden_metadata import SRGB

SIZE = (400, 300)
BOX = (120, 90, 240, 200)
# 0.8 % of 400.
FEATHER = 3
# Red and green change places.
SWAPPED = (
    SRGB.replace(b"\0s\0R\0G\0B", b"\0s\0w\0a\0p")
    .replace(b"rXYZ", b"?")
    .replace(b"gXYZ", b"rXYZ")
    .replace(b"?", b"gXYZ")
)


def a_photo(size=SIZE):
    """Soft noise with edges: something to recognise a place by."""
    bands = [Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size, Image.Resampling.BICUBIC)] * 3
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    for x in range(0, size[0], 37):
        draw.line((x, 0, size[0] - x, size[1]), (x % 255, 90, 200), 2)
    return picture


class Edit:
    """Source, mask and result of one edit, on disk."""

    def __init__(self, folder):
        self.folder = folder
        self.source = a_photo()
        self.box = BOX

    def lock(self, result, *, source=None, **options):
        self.source = source or self.source
        self.source.save(self.folder / "source.png", **options)
        alpha = Image.new("L", self.source.size, 255)
        alpha.paste(0, self.box)
        Image.merge("LA", (alpha, alpha)).save(self.folder / "mask.png")
        result.save(self.folder / "result.png")
        facts = mask_lock.lock_picture(
            *(self.folder / f"{name}.png" for name in ("source", "mask", "result", "locked"))
        )
        with Image.open(self.folder / "locked.png") as locked:
            locked.load()
        return facts, locked

    def marks(self, by=0):
        marks = Image.new("L", self.source.size, 0)
        marks.paste(255, (self.box[0] - by, self.box[1] - by, self.box[2] + by, self.box[3] + by))
        return marks

    def differing(self, locked, where):
        """Count the pixels within `where` (mode L) that differ from the source."""
        assert locked.mode == self.source.mode
        changed = Image.new("L", locked.size, 0)
        for band in ImageChops.difference(locked, self.source).split():
            changed = ImageChops.lighter(changed, band)
        return sum(changed.histogram(where)[1:])


@pytest.fixture
def edit(tmp_path):
    return Edit(tmp_path)


def test_a_result_that_changed_everything_changes_nothing_outside_the_feather(edit):
    facts, locked = edit.lock(ImageChops.invert(edit.source))
    assert (facts.shift_x, facts.shift_y, facts.feather_px, facts.fit) == (0, 0, FEATHER, "same")
    assert edit.differing(locked, ImageChops.invert(edit.marks(FEATHER))) == 0


def test_everything_inside_the_mask_comes_from_the_result(edit):
    _, locked = edit.lock(Image.new("RGB", SIZE, (1, 200, 3)))
    assert locked.crop(BOX).getcolors() == [((BOX[2] - BOX[0]) * (BOX[3] - BOX[1]), (1, 200, 3))]


def test_the_feather_is_at_most_the_promised_share(edit):
    facts, locked = edit.lock(Image.new("RGB", SIZE, (1, 200, 3)))
    assert facts.feather_px <= 0.024 * max(SIZE)
    ring = ImageChops.subtract(edit.marks(FEATHER), edit.marks())
    assert edit.differing(locked, ring) > 0


@pytest.mark.parametrize("shift", [(3, 0), (-2, 5), (8, -8), (0, -1)])
def test_a_result_that_moved_is_moved_back(edit, shift):
    facts, locked = edit.lock(ImageChops.offset(edit.source, *shift))
    assert (facts.shift_x, facts.shift_y) == shift
    assert edit.differing(locked, Image.new("L", SIZE, 255)) == 0


def test_a_moved_result_with_another_tint_is_moved_back(edit):
    tinted = ImageChops.offset(edit.source, 3, 2).point(lambda value: min(255, value + 40))
    facts, _ = edit.lock(tinted)
    assert (facts.shift_x, facts.shift_y) == (3, 2)


def test_changes_inside_the_mask_cause_no_shift(edit):
    result = edit.source.copy()
    result.paste(ImageChops.offset(edit.source, 5, 5).crop(BOX), BOX)
    facts, _ = edit.lock(result)
    assert (facts.shift_x, facts.shift_y) == (0, 0)


@pytest.mark.parametrize("colour", [(0, 0, 0), (90, 120, 200)])
def test_an_empty_result_did_not_move(edit, colour):
    facts, _ = edit.lock(Image.new("RGB", SIZE, colour))
    assert (facts.shift_x, facts.shift_y) == (0, 0)


@pytest.mark.parametrize(("size", "fit"), [((800, 600), "scaled"), ((200, 150), "scaled"), ((384, 256), "stretched")])
def test_a_result_of_another_size_comes_to_the_sources(edit, size, fit):
    facts, locked = edit.lock(edit.source.resize(size, Image.Resampling.LANCZOS))
    assert (facts.fit, facts.shift_x, facts.shift_y, locked.size) == (fit, 0, 0, SIZE)
    assert edit.differing(locked, ImageChops.invert(edit.marks(FEATHER))) == 0


def test_a_result_of_another_size_that_moved_is_moved_back(edit):
    moved = ImageChops.offset(edit.source, 4, -3).resize((800, 600), Image.Resampling.LANCZOS)
    facts, _ = edit.lock(moved)
    assert (facts.shift_x, facts.shift_y) == (4, -3)


def test_a_cropped_result_is_laid_where_it_belongs(edit):
    facts, locked = edit.lock(edit.source.crop((50, 0, 350, 300)).resize((512, 512), Image.Resampling.LANCZOS))
    assert facts.fit == "cropped"
    assert ImageStat.Stat(ImageChops.difference(locked, edit.source).crop(BOX).convert("L")).mean[0] < 8


def test_alpha_of_the_source_stays_outside(edit):
    source = edit.source.convert("RGBA")
    source.putalpha(Image.linear_gradient("L").resize(SIZE))
    _, locked = edit.lock(Image.new("RGB", SIZE, (9, 9, 9)), source=source)
    assert edit.differing(locked, ImageChops.invert(edit.marks(FEATHER))) == 0
    assert locked.getpixel((180, 150)) == (9, 9, 9, 255)


def test_a_see_through_result_makes_a_hole_in_an_opaque_source(edit):
    _, locked = edit.lock(Image.new("RGBA", SIZE, (0, 0, 0, 0)))
    assert (locked.mode, locked.getpixel((180, 150))[3], locked.getpixel((5, 5))[3]) == ("RGBA", 0, 255)


def test_the_colours_of_the_result_are_told_in_the_sources_profile(edit):
    _, locked = edit.lock(Image.new("RGB", SIZE, (200, 30, 30)), icc_profile=SWAPPED)
    assert locked.info["icc_profile"] == SWAPPED
    red, green, blue = locked.getpixel((180, 150))
    assert green > 190 and max(red, blue) < 40


def test_a_result_of_the_sources_own_profile_keeps_its_numbers(edit):
    edit.source.info["icc_profile"] = SWAPPED
    result = Image.new("RGB", SIZE, (200, 30, 30))
    result.info["icc_profile"] = SWAPPED
    _, locked = edit.lock(result)
    assert locked.getpixel((180, 150)) == (200, 30, 30)


def test_alpha_goes_through_a_change_of_profile(edit):
    _, locked = edit.lock(Image.new("RGBA", SIZE, (200, 30, 30, 0)), icc_profile=SWAPPED)
    assert (locked.getpixel((180, 150))[3], locked.getpixel((5, 5))[3]) == (0, 255)


def test_a_profile_for_grey_is_no_profile_for_colours(edit):
    profile = SRGB.replace(b"RGB XYZ ", b"GRAYXYZ ")
    _, locked = edit.lock(Image.new("RGB", SIZE, (9, 9, 9)), icc_profile=profile)
    assert "icc_profile" not in locked.info


def test_a_picture_without_room_for_a_feather_is_locked_hard(edit):
    edit.box = (2, 2, 6, 4)
    facts, locked = edit.lock(Image.new("RGB", (8, 6), (1, 2, 3)), source=Image.new("RGB", (8, 6), (200, 0, 0)))
    assert facts.feather_px == 0
    assert edit.differing(locked, ImageChops.invert(edit.marks())) == 0


def test_a_full_mask_takes_the_whole_result(edit):
    edit.box = (0, 0, *SIZE)
    _, locked = edit.lock(Image.new("RGB", SIZE, (7, 8, 9)))
    assert locked.getcolors() == [(SIZE[0] * SIZE[1], (7, 8, 9))]


def test_small_marks_are_not_lost_in_the_feather():
    marks = Image.new("L", (3000, 100), 0)
    marks.putpixel((1500, 50), 255)
    soft = masks.feather_marks(marks, 24)
    assert (soft.getpixel((1500, 50)), soft.getpixel((1525, 50)), soft.getpixel((1500, 75))) == (255, 0, 0)


def test_a_soft_mask_stays_as_soft_as_it_was_drawn():
    soft = Image.linear_gradient("L").resize(SIZE)
    assert ImageChops.subtract(soft, masks.feather_marks(soft, 3)).getextrema() == (0, 0)
