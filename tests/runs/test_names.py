"""Names of files, fit to be sent on."""

import pytest

from playground.runs.names import LONGEST, safe_name, told_apart


@pytest.mark.parametrize(
    ("given", "format", "name"),
    [
        ("cat.png", "png", "cat.png"),
        ("Photo.JPG", "jpeg", "Photo.JPG"),
        ("photo.png", "jpeg", "photo.jpg"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("C:\\pictures\\cat.webp", "webp", "cat.webp"),
        ("a\r\nb\x00\u202e.png", "png", "ab.png"),
        ("猫 (1).png", "png", "猫 (1).png"),
        ("v1.2", "png", "v1.2.png"),
        ("", "png", "picture.png"),
        ("..", "webp", "picture.webp"),
        (".png", "png", "png.png"),
        ("\ud800cat.png", "png", "cat.png"),
        ("A\x1f\u0300.png", "png", "À.png"),
    ],
)
def test_a_name_keeps_what_can_be_seen(given, format, name):
    assert safe_name(given, format) == name


def test_a_long_name_keeps_its_ending():
    name = safe_name("x" * 500 + ".png", "png")
    assert len(name) == LONGEST and name.endswith("x.png")


def test_equal_names_are_told_apart_whatever_their_case():
    assert told_apart(["a.png", "A.png", "a-2.png", "a.png"]) == ["a.png", "A-2.png", "a-2-2.png", "a-3.png"]


def test_names_that_were_told_apart_are_still_short():
    assert all(len(name) <= LONGEST for name in told_apart(["x" * 96 + ".png"] * 12))
