import pytest

from playground.demo_model.paint.typography import set_column, set_lines, shorten_text
from playground.imaging.typefaces import cjk_typeface, latin_typeface


@pytest.mark.parametrize(
    "text", ["MORNING COFFEE", "早安", "A", "你好 world", "W" * 200, "长" * 5000, "word " * 1000]
)
def test_words_fit_their_box(text):
    block = set_lines(text, cjk_typeface(), 300, 120, largest=100, bold=0.03)
    assert block.image.width <= 300 * 1.05
    assert block.image.height <= 120 * 1.05


def test_short_words_grow_to_the_largest_size():
    assert set_lines("Hi", latin_typeface(), 1000, 1000, largest=80).size == pytest.approx(80, rel=0.02)


def test_words_break_between_words():
    assert set_lines("MORNING COFFEE", latin_typeface(), 200, 200, largest=60).lines == ("MORNING", "COFFEE")


def test_closing_marks_never_begin_a_line():
    lines = set_lines("春眠不觉晓，处处闻啼鸟。", cjk_typeface(), 120, 300, largest=40).lines
    assert not any(line[0] in "，。" for line in lines)


def test_text_that_does_not_fit_ends_in_an_ellipsis():
    assert set_lines("long words " * 40, cjk_typeface(), 120, 40, largest=30).lines[-1].endswith("…")


def test_shortening_cuts_at_a_word():
    assert shorten_text("one two three four five", 21) == "one two three four…"


def test_a_column_stacks_characters():
    assert set_column("居酒屋", cjk_typeface(), 20, 200).lines == ("居", "酒", "屋")


def test_characters_without_a_shape_are_left_out():
    assert cjk_typeface().keep_showable("hi 😀 你好") == "hi 你好"
    assert cjk_typeface().keep_showable("😀") == ""


def test_the_cjk_face_comes_from_its_package():
    assert cjk_typeface().font(20).getname()[0] == "Noto Sans CJK SC"
