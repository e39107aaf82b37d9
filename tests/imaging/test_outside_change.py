"""The share and place of an API's changes outside the mask."""

import pytest
from PIL import Image, ImageChops

from playground.imaging import mask_lock
from playground.imaging.alignment import Placement
from tests.imaging.test_mask_lock import BOX, SIZE, a_photo

OUTSIDE = SIZE[0] * SIZE[1] - (BOX[2] - BOX[0]) * (BOX[3] - BOX[1])


@pytest.fixture(scope="module")
def source():
    return a_photo()


@pytest.fixture
def changed(tmp_path, source):
    def compared(result, format="PNG", box=BOX, placement=None, **options):
        source.save(tmp_path / "source.png")
        alpha = Image.new("L", SIZE, 255)
        alpha.paste(0, box)
        Image.merge("LA", (alpha, alpha)).save(tmp_path / "mask.png")
        result.save(tmp_path / "result", format, **options)
        files = [tmp_path / name for name in ("source.png", "mask.png", "result")]
        lay = placement or mask_lock.lock_picture(*files, tmp_path / "locked").placement
        percent = mask_lock.measure_outside_change(*files, tmp_path / "heat", lay)
        with Image.open(tmp_path / "heat") as heat:
            heat.load()
        return percent, heat

    return compared


def test_the_same_picture_changed_nothing(changed, source):
    percent, heat = changed(source)
    assert (percent, heat.getchannel("A").getextrema()) == (0, (0, 0))


def test_changes_inside_the_mask_do_not_count(changed, source):
    result = source.copy()
    result.paste((255, 0, 255), BOX)
    assert changed(result)[0] == 0


def test_a_result_that_changed_everything_changed_all(changed, source):
    assert changed(source.point(lambda value: (value + 100) % 256))[0] > 99


def test_the_share_is_that_of_the_pixels_outside(changed, source):
    result = source.copy()
    result.paste(source.crop((0, 0, 400, 60)).point(lambda value: (value + 100) % 256), (0, 0))
    percent, heat = changed(result)
    assert percent == pytest.approx(100 * 400 * 60 / OUTSIDE, rel=0.02)
    alpha = heat.getchannel("A")
    assert heat.size == SIZE
    assert alpha.crop((0, 70, 400, 300)).getextrema() == (0, 0)
    assert alpha.getpixel((200, 30)) > 100


@pytest.mark.parametrize(("format", "quality"), [("JPEG", 90), ("JPEG", 75), ("WEBP", 75)])
def test_compression_is_no_change(changed, source, format, quality):
    assert changed(source, format, quality=quality)[0] < 1


def test_a_new_tint_is_a_change(changed, source):
    assert changed(source.convert("L").convert("RGB").point(lambda value: max(0, value - 12)))[0] > 50


@pytest.mark.parametrize("shift", [(3, 2), (-8, 0), (0, -5)])
@pytest.mark.parametrize("size", [SIZE, (800, 600), (384, 256)])
def test_a_result_that_moved_as_a_whole_has_not_changed(changed, source, shift, size):
    moved = Image.new("RGB", SIZE)
    moved.paste(source, shift)
    assert changed(moved.resize(size, Image.Resampling.LANCZOS))[0] < 1


def test_changes_in_a_shifted_result_are_shown_at_their_place_in_the_source(changed, source):
    result = ImageChops.offset(source, 3, 2)
    result.paste((255, 0, 255), (33, 22, 63, 52))
    percent, heat = changed(result)
    assert percent == pytest.approx(100 * 30 * 30 / OUTSIDE, rel=0.05)
    left, top, right, bottom = heat.getchannel("A").getbbox()
    assert heat.size == SIZE
    assert (left, top, right, bottom) == pytest.approx((30, 20, 60, 50), abs=2)


def test_a_part_that_moved_has_changed(changed, source):
    result = source.copy()
    result.paste(ImageChops.offset(source, 4, 0).crop((0, 0, 400, 80)), (0, 0))
    assert changed(result)[0] > 10


def test_a_cropped_result_that_moved_has_not_changed(changed, source):
    moved = ImageChops.offset(source, 4, -3).crop((50, 0, 350, 300)).resize((512, 512), Image.Resampling.LANCZOS)
    assert changed(moved, placement=Placement("cropped", 4, -3))[0] < 1


@pytest.mark.parametrize("size", [(800, 600), (200, 150), (384, 256)])
def test_another_size_is_no_change(changed, source, size):
    percent, heat = changed(source.resize(size, Image.Resampling.LANCZOS))
    assert percent < 1
    assert heat.width / heat.height == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)


def test_a_pixel_that_became_transparent_has_changed(changed, source):
    assert changed(Image.new("RGBA", SIZE, (0, 0, 0, 0)))[0] > 90


def test_with_everything_marked_nothing_is_outside(changed, source):
    assert changed(ImageChops.invert(source), box=(0, 0, *SIZE))[0] == 0
