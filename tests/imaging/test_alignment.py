"""The position of a result over its source."""

import pytest
from PIL import Image, ImageChops

from playground.imaging.alignment import Placement, align_picture
from tests.imaging.test_mask_lock import a_photo

LARGE = (2000, 1500)


@pytest.fixture(scope="module")
def large():
    return a_photo(LARGE)


def nothing_marked(size):
    return Image.new("L", size, 0)


def test_a_large_picture_is_found_to_the_pixel(large):
    assert align_picture(large, nothing_marked(LARGE), ImageChops.offset(large, -7, 3)) == Placement("same", -7, 3)


def test_detail_in_one_corner_is_enough():
    source = Image.new("RGB", LARGE, (120, 130, 140))
    source.paste(a_photo((300, 200)), (1690, 1290))
    assert align_picture(source, nothing_marked(LARGE), ImageChops.offset(source, -3, -5)) == Placement(
        "same", -3, -5
    )


def test_another_picture_is_nowhere():
    source, other = a_photo(), a_photo().rotate(180)
    assert align_picture(source, nothing_marked(source.size), other) == Placement("same", 0, 0)


def test_a_picture_with_bars_is_recognised():
    source = a_photo((400, 300))
    padded = Image.new("RGB", (600, 600))
    padded.paste(source.resize((600, 450), Image.Resampling.LANCZOS), (0, 75))
    assert align_picture(source, nothing_marked(source.size), padded) == Placement("padded", 0, 0)


def test_with_everything_marked_there_is_nothing_to_go_by():
    source = a_photo()
    everything = Image.new("L", source.size, 255)
    assert align_picture(source, everything, ImageChops.offset(source, 3, 3)) == Placement("same", 0, 0)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (17, 17)])
def test_tiny_pictures_do_no_harm(size):
    source = Image.new("RGB", size, (9, 8, 7))
    assert align_picture(source, nothing_marked(size), Image.new("RGB", (64, 64))).shift_x == 0
