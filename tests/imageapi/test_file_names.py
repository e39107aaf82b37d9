"""Names of files, fit to be sent on."""

import pytest

from playground.imageapi.untrusted_text import MAX_NAME_LENGTH, safe_file_name, unique_file_names


@pytest.mark.parametrize(
    ("given", "format", "name"),
    [
        ("cat.png", "png", "cat.png"),
        ("Photo.JPG", "jpeg", "Photo.JPG"),
        ("photo.png", "jpeg", "photo.jpg"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("C:\\pictures\\cat.webp", "webp", "cat.webp"),
        ("a\r\nb\x00\u202e.png", "png", "ab.png"),
        ("c\u200bat\u2060.png", "png", "cat.png"),
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
    assert safe_file_name(given, format) == name


def test_a_long_name_keeps_its_extension():
    name = safe_file_name("x" * 500 + ".png", "png")
    assert len(name) == MAX_NAME_LENGTH and name.endswith("x.png")


def test_equal_names_are_told_apart_whatever_their_case():
    assert unique_file_names(["a.png", "A.png", "a-2.png", "a.png"]) == ["a.png", "A-2.png", "a-2-2.png", "a-3.png"]


def test_names_that_were_told_apart_are_still_short():
    assert all(len(name) <= MAX_NAME_LENGTH for name in unique_file_names(["x" * 96 + ".png"] * 12))
