"""Annotations: a list from a browser is checked and drawn."""

import json
from pathlib import Path

import pytest
from PIL import Image

from playground.imaging.annotations import (
    COLOURS,
    GEOMETRY,
    MAX_ANNOTATIONS,
    AnnotationsError,
    arrow_head,
    draw_annotated_copy,
    draw_annotated_thumbnail,
    draw_annotations,
    move_annotations,
    parse_annotations,
)

# The page's tests (tests/js) read the same table: it must show what is drawn.
CASES = json.loads((Path(__file__).parents[1] / "geometry_cases.json").read_text("utf-8"))
SIZE = (400, 300)
ARROW = {"kind": "arrow", "colour": "red", "width": 8, "x1": 40, "y1": 40, "x2": 200, "y2": 40}
BOX = {"kind": "box", "colour": "blue", "width": 8, "left": 50, "top": 100, "right": 150, "bottom": 200}
CIRCLE = {"kind": "circle", "colour": "green", "width": 8, "left": 250, "top": 100, "right": 350, "bottom": 200}
PEN = {"kind": "pen", "colour": "yellow", "width": 10, "points": [40, 250, 100, 120, 250, 100, 200, 250, 50]}
NOTE = {"kind": "note", "colour": "red", "width": 4, "x": 250, "y": 20, "text": "Bigger\n更大一些"}
ALL = [ARROW, BOX, CIRCLE, PEN, NOTE]


def parse(*annotations, size=SIZE):
    text = json.dumps({"width": size[0], "height": size[1], "annotations": annotations})
    return parse_annotations(text, SIZE)


def reason(*annotations, **more) -> str:
    with pytest.raises(AnnotationsError) as error:
        parse(*annotations, **more)
    return error.value.reason


def ink(picture, place) -> str:
    """The name of the colour at a place."""
    pixel = "#{:02x}{:02x}{:02x}".format(*picture.convert("RGB").getpixel(place))
    return next((name for name, (line, _edge) in COLOURS.items() if line == pixel), pixel)


@pytest.fixture
def layer(tmp_path):
    draw_annotations(SIZE, ALL, tmp_path / "layer.png")
    with Image.open(tmp_path / "layer.png") as picture:
        return picture.copy()


def test_every_kind_is_accepted_as_it_was_drawn():
    assert parse(*ALL) == ALL


def test_fields_that_nothing_draws_are_dropped():
    assert parse({**ARROW, "onclick": "x", "text": "y"}) == [ARROW]


def test_no_text_means_no_annotations():
    assert parse_annotations(" ", SIZE) == []


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"annotations": {}}', "[" * 60_000, '{"annotations": [1], "width": 400, "height": 300}']
)
def test_other_texts_are_rejected(text):
    with pytest.raises(AnnotationsError):
        parse_annotations(text, SIZE)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "line"},
        {"colour": "#fff"},
        {"colour": ["red"]},
        {"width": 0},
        {"width": 1e9},
        {"x1": 1.5},
        {"x1": "40"},
        {"x1": True},
        {"x1": None},
        {"x2": 5000},
    ],
)
def test_values_that_cannot_be_drawn_are_rejected(change):
    assert reason({**ARROW, **change}) == "invalid"


@pytest.mark.parametrize("points", [[], [1, 2], [1, 2, 0], [1, 2, 101], [1, 2, 3.5], "1,2,3", [1, 2, 100] * 4001])
def test_strokes_that_cannot_be_drawn_are_rejected(points):
    assert reason({**PEN, "points": points}) == "invalid"


@pytest.mark.parametrize("text", ["", " \n", "x" * 201, "a\n" * 12 + "b", "a\x00b", "a\x1bb", "\ud800", 7])
def test_notes_without_text_that_can_be_shown_are_rejected(text):
    assert reason({**NOTE, "text": text}) == "note"


def test_annotations_of_a_picture_of_another_size_are_rejected():
    assert reason(ARROW, size=(300, 400)) == "size"


def test_too_many_annotations_are_rejected():
    assert reason(*[ARROW] * (MAX_ANNOTATIONS + 1)) == "too_many"


@pytest.mark.parametrize(
    ("place", "colour"),
    [((100, 40), "red"), ((190, 40), "red"), ((50, 150), "blue"), ((300, 100), "green"), ((80, 250), "yellow")],
)
def test_each_shape_is_drawn_where_it_was_drawn_in_the_browser(layer, place, colour):
    assert ink(layer, place) == colour


@pytest.mark.parametrize("place", [(100, 150), (300, 150), (10, 10)])
def test_the_layer_is_transparent_beside_the_lines(layer, place):
    assert layer.getpixel(place)[3] == 0


@pytest.mark.parametrize("place", [(100, 45), (44, 150)])
def test_an_edge_in_another_colour_makes_a_line_visible_on_any_picture(layer, place):
    assert ink(layer, place) == "white"


def test_a_note_has_latin_and_chinese_letters(layer):
    label = layer.crop((250, 20, 400, 110)).convert("RGB")
    rows = [sum(label.getpixel((x, y)) == (255, 255, 255) for x in range(8, 90)) for y in range(90)]
    assert sum(rows[10:32]) > 50 and sum(rows[36:60]) > 50


def test_a_note_at_the_border_is_moved_into_the_picture(tmp_path):
    draw_annotations(SIZE, [{**NOTE, "x": 390, "y": 295, "text": "Seen"}], tmp_path / "layer.png")
    with Image.open(tmp_path / "layer.png") as picture:
        box = picture.getbbox()
    assert box[0] < 350 and box[2:] == SIZE


def test_a_note_that_is_wider_than_the_picture_shrinks(tmp_path):
    draw_annotations(SIZE, [{**NOTE, "width": 40, "text": "x" * 200}], tmp_path / "layer.png")
    with Image.open(tmp_path / "layer.png") as picture:
        assert picture.getpixel((2, 150))[3] == 255 or picture.getbbox()[2] == SIZE[0]


def test_shapes_outside_of_the_picture_draw_nothing(tmp_path):
    draw_annotations(SIZE, [{**BOX, "left": -90, "right": -50}, {**ARROW, "y1": 599, "y2": 599}], tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.getbbox() is None


def test_a_copy_of_a_photo_is_a_jpeg_of_the_same_size_with_the_marks(tmp_path):
    Image.new("RGB", SIZE, (120, 120, 120)).save(tmp_path / "photo.jpg")
    facts = draw_annotated_copy(tmp_path / "photo.jpg", ALL, tmp_path / "copy")
    with Image.open(tmp_path / "copy") as copy:
        assert (copy.format, copy.size, facts.format) == ("JPEG", SIZE, "jpeg")
        red, green, blue = copy.getpixel((100, 40))
    assert red > 200 and green < 60 and blue < 80


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16", "LA"])
def test_pictures_of_every_kind_can_be_annotated(tmp_path, mode):
    picture = Image.new(mode, SIZE)
    picture.save(tmp_path / "picture.png")
    draw_annotated_copy(tmp_path / "picture.png", ALL, tmp_path / "copy")
    with Image.open(tmp_path / "copy") as copy:
        assert copy.size == SIZE and copy.mode == ("RGBA" if mode in ("RGBA", "LA") else "RGB")


def test_a_thumbnail_shows_the_marks_smaller(tmp_path):
    Image.new("RGB", (160, 120), (120, 120, 120)).save(tmp_path / "small.png")
    draw_annotated_thumbnail(tmp_path / "small.png", SIZE, [BOX], tmp_path / "marked.webp")
    with Image.open(tmp_path / "marked.webp") as picture:
        red, _green, blue = picture.convert("RGB").getpixel((20, 60))
    assert picture.size == (160, 120) and blue > red + 60


def test_the_same_list_gives_the_same_bytes(tmp_path):
    facts = [draw_annotations(SIZE, ALL, tmp_path / f"{number}.png") for number in range(2)]
    assert facts[0].digest == facts[1].digest


@pytest.mark.parametrize("case", CASES["scaled"], ids=str)
def test_annotations_move_to_another_size_as_on_the_page(case):
    scale = case["to"][0] / case["from"][0]
    assert move_annotations([case["annotation"]], (0, 0), scale) == [case["expected"]]


@pytest.mark.parametrize("case", CASES["arrow_heads"], ids=str)
def test_arrows_have_the_head_that_the_page_shows(case):
    # The page's test has these two numbers; the page itself gets them from here.
    assert (GEOMETRY["headLength"], GEOMETRY["headWidth"]) == (4.5, 2.2)
    head = arrow_head(case["arrow"], case["arrow"]["width"], 1)
    assert [value for corner in head for value in corner] == pytest.approx(
        [value for corner in case["head"] for value in corner], abs=1e-5
    )
