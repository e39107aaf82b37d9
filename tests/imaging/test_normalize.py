"""A file for an image API shows the picture, and tells nothing else."""

import pytest
from PIL import Image, ImageCms

from playground.imaging import normalize, sandbox
from playground.imaging.decode import PictureError
from tests.imaging.hidden_metadata import (
    SECRET,
    SRGB,
    a_scene,
    as_bytes,
    corner,
    pixels,
    saved,
    with_chunk,
    with_segments,
)

FORMATS = ("JPEG", "PNG", "WEBP")


def taken_in(path, **more):
    target = path.with_name("taken")
    return normalize.normalize_source(path, target, **more), target


@pytest.mark.parametrize("format", FORMATS)
def test_an_upright_picture_keeps_every_pixel_and_no_secret(tmp_path, format):
    path = saved(tmp_path, format)
    assert SECRET in path.read_bytes()
    facts, target = taken_in(path)
    assert pixels(target) == pixels(path)
    assert SECRET not in target.read_bytes()
    assert (facts.format, facts.width, facts.height, facts.size) == (
        format.lower(), 120, 80, target.stat().st_size
    )  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_picture_is_turned_once_and_says_so_no_more(tmp_path, format, orientation):
    facts, target = taken_in(saved(tmp_path, format, orientation))
    expected = {3: "bottom right", 6: "top right", 8: "bottom left"}
    assert corner(target) == expected[orientation]
    assert (facts.width, facts.height) == ((120, 80) if orientation == 3 else (80, 120))
    assert SECRET not in target.read_bytes()
    with Image.open(target) as picture:
        assert picture.getexif() == {}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_colour_profile_stays(tmp_path, format, orientation):
    _, target = taken_in(saved(tmp_path, format, orientation))
    with Image.open(target) as picture:
        assert picture.info["icc_profile"] == SRGB


def test_nothing_hides_in_the_segments_of_a_jpeg_or_after_it(tmp_path):
    path = saved(tmp_path, "JPEG", progressive=True)
    path.write_bytes(with_segments(path.read_bytes()))
    _, target = taken_in(path)
    assert SECRET not in target.read_bytes()
    assert pixels(target) == pixels(path)


def test_restart_markers_of_a_jpeg_are_no_segments(tmp_path):
    path = tmp_path / "restarts.jpg"
    Image.effect_noise((200, 160), 80).save(path, quality=95, restart_marker_rows=1)
    _, target = taken_in(path)
    assert pixels(target) == pixels(path)


def test_nothing_hides_in_unknown_chunks_of_a_png_or_after_it(tmp_path):
    path = saved(tmp_path, "PNG")
    path.write_bytes(with_chunk(path.read_bytes(), b"prVt"))
    _, target = taken_in(path)
    assert SECRET not in target.read_bytes()


def test_transparency_stays(tmp_path):
    path = tmp_path / "palette.png"
    a_scene().quantize(8).save(path, transparency=0)
    facts, target = taken_in(path)
    assert facts.has_alpha and pixels(target) == pixels(path)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(tmp_path, format):
    path = tmp_path / "moving"
    first = a_scene()
    first.save(path, format, save_all=True, append_images=[Image.new("RGB", first.size)], lossless=True, duration=50)
    facts, target = taken_in(path)
    with Image.open(target) as picture:
        assert (getattr(picture, "n_frames", 1), picture.convert("RGB").tobytes()) == (1, first.tobytes())
    assert facts.format == format.lower()


def test_a_picture_of_several_as_phones_make_becomes_one(tmp_path):
    path = tmp_path / "phone.jpg"
    path.write_bytes(as_bytes(a_scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (120, 80))]))
    facts, target = taken_in(path)
    with Image.open(target) as picture:
        assert (picture.format, facts.format) == ("JPEG", "jpeg")
    assert pixels(target) == pixels(path)


def test_printing_colours_become_screen_colours(tmp_path):
    path = tmp_path / "print.jpg"
    a_scene().convert("CMYK").save(path, quality=95)
    _, target = taken_in(path)
    with Image.open(target) as picture:
        assert picture.mode == "RGB"
    assert corner(target) == "top left"


def test_sixteen_bits_stay_sixteen(tmp_path):
    path = tmp_path / "deep.png"
    Image.new("I;16", (20, 10), 32768).save(path)
    _, target = taken_in(path)
    with Image.open(target) as picture:
        assert picture.mode == "I;16"


def test_a_lossless_webp_is_turned_without_loss(tmp_path):
    path = saved(tmp_path, "WEBP", 3, lossless=True)
    _, target = taken_in(path)
    with Image.open(target) as picture:
        assert picture.convert("RGB").tobytes() == a_scene().transpose(Image.Transpose.ROTATE_180).tobytes()


def test_a_small_copy_is_made_on_the_way(tmp_path):
    taken_in(saved(tmp_path, "JPEG", 6), thumbnail=tmp_path / "small")
    assert corner(tmp_path / "small") == "top right"
    assert SECRET not in (tmp_path / "small").read_bytes()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("left", [0.3, 0.9])
def test_a_cut_picture_is_refused_and_nothing_is_written(tmp_path, format, left):
    path = tmp_path / "cut"
    data = as_bytes(Image.effect_noise((200, 200), 90).convert("RGB"), format)
    path.write_bytes(data[: int(len(data) * left)])
    with pytest.raises(PictureError):
        taken_in(path)
    assert not path.with_name("taken").exists()


@pytest.mark.parametrize("format", ["GIF", "TIFF", "BMP"])
def test_other_formats_are_refused(tmp_path, format):
    path = tmp_path / "other.png"
    a_scene().save(path, format)
    with pytest.raises(PictureError, match="format"):
        taken_in(path)


def test_a_damaged_profile_does_no_harm(tmp_path):
    path = tmp_path / "print.jpg"
    a_scene().convert("CMYK").save(path, icc_profile=b"no profile at all")
    facts, _ = taken_in(path)
    assert facts.format == "jpeg"


def test_a_wide_profile_survives_the_child(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    path = tmp_path / "lab.png"
    a_scene().save(path, icc_profile=profile)
    facts = sandbox.normalize_source(path, tmp_path / "taken", tmp_path / "small")
    assert facts.width == 120
