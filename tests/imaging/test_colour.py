"""A picture looks the same after every step, whatever colours its numbers mean."""

import struct
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from playground.imaging import convert, mask_lock, normalize
from playground.imaging.alignment import Placement
from playground.imaging.convert import Conversion
from tests.imaging.hidden_metadata import P3, PROFILED, WIDE, as_seen, colour_distance
from tests.imaging.test_mask_lock import a_photo

BOX = (16, 12, 48, 40)
STILL = Placement("same")
# What no mask marks.
BELOW = (0, 44, 96, 72)
# Levels by which JPEG, WebP and rounding move colours; a lost profile moves them by 18 or more.
LOSS = 4


def a_colourful_picture(size: tuple[int, int] = (96, 72)) -> Image.Image:
    """Every hue, from dark to light."""
    across, down = (Image.linear_gradient("L").rotate(angle).resize(size) for angle in (90, 0))
    return Image.merge("RGB", (across, down, ImageChops.invert(across)))


def profiled(folder: Path, name: str, *, size: tuple[int, int] = (96, 72), **options: object) -> Path:
    """A file whose numbers have the profile `name`: JPEG for inks, else PNG."""
    mode, profile = PROFILED[name]
    path = folder / ("source.jpg" if mode == "CMYK" else "source.png")
    quality = {"quality": 95} if mode == "CMYK" else {}
    a_colourful_picture(size).convert(mode).save(path, icc_profile=profile, **quality, **options)
    return path


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


def a_mask(folder: Path, size: tuple[int, int] = (96, 72)) -> Path:
    alpha = Image.new("L", size, 255)
    alpha.paste(0, BOX)
    Image.merge("LA", (alpha, alpha)).save(folder / "mask.png")
    return folder / "mask.png"


@pytest.mark.parametrize("name", PROFILED)
@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_another_format_shows_the_same_colours(tmp_path, name, format):
    source = profiled(tmp_path, name)
    convert.convert_picture(source, tmp_path / "out", Conversion(format, 95))
    assert colour_distance(opened(source), opened(tmp_path / "out")) < LOSS


@pytest.mark.parametrize("name", PROFILED)
def test_a_thumbnail_shows_the_same_colours(tmp_path, name):
    source = profiled(tmp_path, name)
    convert.make_thumbnail(source, tmp_path / "small")
    assert colour_distance(opened(source), opened(tmp_path / "small")) < LOSS
    assert (tmp_path / "small").stat().st_size < 10_000


@pytest.mark.parametrize("name", PROFILED)
def test_a_normalized_source_keeps_its_colours(tmp_path, name):
    source = profiled(tmp_path, name)
    normalize.normalize_source(source, tmp_path / "sent", tmp_path / "small")
    for path in (tmp_path / "sent", tmp_path / "small"):
        assert colour_distance(opened(source), opened(path)) < LOSS


@pytest.mark.parametrize("name", PROFILED)
def test_a_rotated_source_keeps_its_colours(tmp_path, name):
    exif = Image.Exif()
    exif[0x0112] = 3
    source = profiled(tmp_path, name, exif=exif.tobytes())
    normalize.normalize_source(source, tmp_path / "sent")
    upright = opened(source).transpose(Image.Transpose.ROTATE_180)
    assert colour_distance(upright, opened(tmp_path / "sent")) < LOSS


def test_alpha_stays_when_grey_changes_its_numbers(tmp_path):
    _, profile = PROFILED["grey"]
    alpha = Image.linear_gradient("L").resize((96, 72))
    Image.merge("LA", (Image.new("L", alpha.size, 100), alpha)).save(tmp_path / "grey.png", icc_profile=profile)
    normalize.normalize_source(tmp_path / "grey.png", tmp_path / "sent")
    sent = opened(tmp_path / "sent")
    assert (sent.mode, sent.getchannel("A").tobytes()) == ("RGBA", alpha.tobytes())
    assert sent.getpixel((5, 5))[0] < 80


@pytest.mark.parametrize("name", PROFILED)
def test_a_locked_picture_shows_the_colours_of_both(tmp_path, name):
    source, result = profiled(tmp_path, name), tmp_path / "result.png"
    Image.new("RGB", (96, 72), (150, 90, 60)).save(result)
    mask_lock.lock_picture(source, a_mask(tmp_path), result, tmp_path / "locked")
    locked = opened(tmp_path / "locked")
    assert colour_distance(opened(source).crop(BELOW), locked.crop(BELOW)) < LOSS
    inside = ImageStat.Stat(as_seen(locked).crop(BOX)).mean
    assert inside == pytest.approx([150, 90, 60], abs=3)


@pytest.mark.parametrize("name", PROFILED)
def test_the_same_colours_in_other_numbers_have_not_changed(tmp_path, name):
    source, result = profiled(tmp_path, name), tmp_path / "result.png"
    # Colours that sRGB can show, so that it holds the same.
    mode, profile = PROFILED[name]
    a_photo((96, 72)).convert("L").convert(mode).save(source, icc_profile=profile)
    as_seen(opened(source)).save(result)
    assert mask_lock.measure_outside_change(source, a_mask(tmp_path), result, tmp_path / "heat", STILL) < 1


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_a_profile_larger_than_a_png_may_hold_does_no_harm(tmp_path, format):
    huge = struct.pack(">I", len(WIDE) + 2_000_000) + WIDE[4:] + bytes(2_000_000)
    source, result = tmp_path / "source", tmp_path / "result.png"
    a_colourful_picture().save(source, format, icc_profile=huge, quality=95)
    a_colourful_picture().save(result)
    mask_lock.lock_picture(source, a_mask(tmp_path), result, tmp_path / "locked")
    assert colour_distance(opened(source).crop(BELOW), opened(tmp_path / "locked").crop(BELOW)) < 1


@pytest.mark.parametrize(("kept", "dropped"), [(P3, None), (WIDE, P3)])
def test_a_profile_that_was_lost_on_the_way_is_a_change(tmp_path, kept, dropped):
    a_colourful_picture().save(tmp_path / "source.png", icc_profile=kept)
    a_colourful_picture().save(tmp_path / "result.png", icc_profile=dropped)
    files = (tmp_path / "source.png", a_mask(tmp_path), tmp_path / "result.png", tmp_path / "heat", STILL)
    assert mask_lock.measure_outside_change(*files) > 50
