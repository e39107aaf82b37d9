"""A frame cuts or pads a picture to the shape of the result, and marks what was added."""

import json
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from playground.imageapi.catalog import nearest_size
from playground.imaging import frames, mask_lock
from playground.imaging.alignment import box_size
from playground.imaging.frames import (
    OVERLAP,
    Frame,
    FrameError,
    clip_box,
    frame_picture,
    has_shape,
    inner_box,
    parse_frame,
)
from playground.imaging.masks import load_marks, save_marks
from tests.imaging.hidden_metadata import SRGB
from tests.imaging.test_mask_lock import a_photo

# The page's tests (tests/js) read the same table: it must show what is sent.
GEOMETRY = json.loads((Path(__file__).parents[1] / "geometry_cases.json").read_text("utf-8"))
SIZE = (600, 400)
SQUARE = (1024, 1024)


def framed(folder: Path, frame: Frame, shape=SQUARE, *, picture=None, marks=None, most=2**25, **options):
    """Frame a photo; return it, the marks of its mask (None without one), and the facts."""
    picture = picture or a_photo(SIZE)
    picture.save(folder / "source.png", **options)
    mask = None
    if marks:
        drawn = Image.new("L", picture.size, 0)
        drawn.paste(255, marks)
        save_marks(drawn, mask := folder / "own.png")
    box = frame.box(picture.size, shape)
    paths = (folder / "framed.png", folder / "thumbnail.webp", mask, folder / "mask.png")
    facts = frame_picture(folder / "source.png", box, *paths, most)
    with Image.open(folder / "framed.png") as sent:
        sent.load()
    return sent, load_marks(folder / "mask.png", sent.size) if facts.has_mask else None, facts


def typed(case) -> Frame:
    return Frame(case["mode"], *case["sides"])


@pytest.mark.parametrize("case", GEOMETRY["frames"], ids=str)
def test_the_frame_takes_the_shape_of_the_result(case):
    size = tuple(case["picture"])
    box = typed(case).box(size, tuple(case["shape"]))
    assert box == tuple(case["box"])
    part = clip_box(box, size)
    in_frame = (part[0] - box[0], part[1] - box[1], part[2] - box[0], part[3] - box[1])
    left, top, right, bottom = inner_box(in_frame, box_size(box), OVERLAP)
    assert (left + box[0], top + box[1], right + box[0], bottom + box[1]) == tuple(case["kept"])


@pytest.mark.parametrize("case", GEOMETRY["problems"], ids=str)
def test_a_frame_is_checked_as_on_the_page(case):
    found = ""
    try:
        typed(case).box(tuple(case["picture"]), tuple(case["shape"]))
    except FrameError as error:
        found = error.reason
    assert found == case["problem"]


@pytest.mark.parametrize(("text", "pixels"), GEOMETRY["sides"])
def test_sides_are_read_as_on_the_page(text, pixels):
    found = "number"
    with suppress(FrameError):
        found = parse_frame({"mode": "extend", "left": text}).left
    assert found == pixels


def test_auto_and_the_same_shape_are_the_page_s():
    for case in GEOMETRY["auto"]:
        assert nearest_size(*case["picture"]).name == case["size"]
    for case in GEOMETRY["shapes"]:
        assert has_shape(tuple(case["picture"]), tuple(case["result"])) == case["is_same"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"left": "ten"}, "number"),
        ({"left": "1.5"}, "number"),
        ({"left": "99999"}, "number"),
        ({"left": "-590"}, "small"),
        ({"left": "9000", "right": "9000"}, "large"),
    ],
)
def test_a_frame_that_cannot_be_used_says_why(values, reason):
    with pytest.raises(FrameError) as error:
        parse_frame({"mode": "extend", **values}).box(SIZE, SQUARE)
    assert error.value.reason == reason


def test_signs_and_spaces_around_a_number_do_no_harm():
    assert parse_frame({"mode": "extend", "left": " +12 ", "top": "\N{MINUS SIGN}7"}) == Frame("extend", 12, -7)


def test_extending_pads_with_transparency_and_marks_it_with_the_overlap(tmp_path):
    picture = a_photo(SIZE)
    sent, marks, facts = framed(tmp_path, Frame("extend"), picture=picture)
    assert (sent.mode, sent.size, facts.kept) == ("RGBA", (600, 600), (0, 100, 600, 500))
    assert sent.getchannel("A").crop((0, 0, 600, 100)).getextrema() == (0, 0)
    assert sent.crop(facts.kept).convert("RGB").tobytes() == picture.tobytes()
    assert sent.getchannel("A").crop(facts.kept).getextrema() == (255, 255)
    expected = Image.new("L", sent.size, 255)
    expected.paste(0, (0, 100 + OVERLAP, 600, 500 - OVERLAP))
    assert marks.tobytes() == expected.tobytes()


def test_the_pictures_own_marks_move_with_it(tmp_path):
    _sent, marks, _facts = framed(tmp_path, Frame("extend"), marks=(200, 150, 260, 190))
    assert marks.crop((200, 250, 260, 290)).getextrema() == (255, 255)
    assert marks.crop((0, 130, 190, 470)).getextrema() == (0, 0)


def test_filling_cuts_the_picture_and_its_marks(tmp_path):
    picture = a_photo(SIZE)
    sent, marks, facts = framed(tmp_path, Frame("fill"), picture=picture, marks=(90, 50, 150, 90))
    assert sent.convert("RGB").tobytes() == picture.crop((100, 0, 500, 400)).tobytes()
    assert (sent.mode, facts.facts.has_alpha) == ("RGB", False)
    assert marks.getbbox() == (0, 50, 50, 90)


@pytest.mark.parametrize("marks", [None, (0, 0, 60, 400)])
def test_a_mask_of_which_nothing_is_left_is_not_written(tmp_path, marks):
    assert framed(tmp_path, Frame("fill"), marks=marks)[1] is None


def test_a_picture_over_the_limit_is_made_smaller_with_its_mask(tmp_path):
    sent, marks, facts = framed(tmp_path, Frame("extend"), most=150_000)
    assert facts.facts.size <= 150_000
    assert sent.width == sent.height < 600
    assert marks.size == sent.size
    assert sent.getchannel("A").getbbox() == facts.kept


def test_a_frame_over_the_pixel_limit_is_made_smaller(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "MAX_PIXELS", 90_000)
    sent, _marks, facts = framed(tmp_path, Frame("extend"))
    assert (sent.size, facts.kept) == ((300, 300), (0, 50, 300, 250))


def test_the_colour_profile_stays(tmp_path):
    assert framed(tmp_path, Frame("extend"), icc_profile=SRGB)[0].info["icc_profile"] == SRGB


def test_the_lock_fades_within_the_overlap_and_keeps_all_other_pixels(tmp_path):
    sent, _marks, facts = framed(tmp_path, Frame("extend"))
    Image.new("RGB", SQUARE, (10, 200, 30)).save(tmp_path / "result.png")
    lock = [tmp_path / f"{name}.png" for name in ("framed", "mask", "result", "locked")]
    mask_lock.lock_picture(*lock, facts.kept)
    with Image.open(tmp_path / "locked.png") as locked:
        locked.load()
    assert locked.mode == "RGB"
    kept = frames.inner_box(facts.kept, sent.size, OVERLAP)
    assert locked.crop(kept).tobytes() == sent.convert("RGB").crop(kept).tobytes()
    assert locked.crop((0, 0, 600, 100 + OVERLAP // 2)).getextrema() == ((10, 10), (200, 200), (30, 30))
    # Between the two it fades: neither the one nor the other has a hard edge there.
    row = locked.crop((300, 100, 301, 100 + OVERLAP + 4)).getchannel("G").tobytes()
    assert max(abs(first - second) for first, second in pairwise(row)) < 150
