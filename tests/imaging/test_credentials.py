"""Content Credentials are found by the structure of a file; damage to it never costs the picture."""

from pathlib import Path

import pytest

from playground.imaging import decode
from playground.imaging.metadata import has_credentials
from tests.factories import picture_bytes
from tests.helpers.credentials import app11, manifest, with_credentials

FORMATS = ("png", "jpeg", "webp")


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "picture"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_credentials_are_found_where_the_format_keeps_them(tmp_path, name):
    facts = decode.read_header(saved(tmp_path, with_credentials(name, picture_bytes(name))))
    assert (facts.format, facts.has_credentials) == (name, True)


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_without_them_has_none(tmp_path, name):
    assert not decode.read_header(saved(tmp_path, picture_bytes(name))).has_credentials


def test_padding_before_a_marker_hides_nothing(tmp_path):
    data = with_credentials("jpeg", picture_bytes("jpeg"))
    assert has_credentials(saved(tmp_path, data[:2] + b"\xff\xff" + data[2:]), "jpeg")


@pytest.mark.parametrize(
    "segment",
    [
        app11(b"XX\0\x01\0\0\0\x01" + manifest()),
        app11(b"JP\0\x01\0\0\0\x01" + manifest(b"json" + bytes(12) + b"\x03other\0")),
        app11(b"JP"),
        app11(b""),
    ],
    ids=["other use", "other box", "short", "empty"],
)
def test_other_uses_of_the_segment_are_no_credentials(tmp_path, segment):
    data = picture_bytes("jpeg")
    assert not decode.read_header(saved(tmp_path, data[:2] + segment + data[2:])).has_credentials


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("box", [b"\xff" * 40, b"jumb" * 9, b"\0\0\0\1jumb" + b"\xff" * 8 + b"c2pa"])
def test_a_hostile_manifest_does_not_cost_the_picture(tmp_path, name, box):
    assert decode.read_header(saved(tmp_path, with_credentials(name, picture_bytes(name), box))).format == name


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_anywhere_is_looked_at_without_an_error(tmp_path, name):
    data = with_credentials(name, picture_bytes(name))
    for length in range(0, len(data), 3):
        path = saved(tmp_path, data[:length])
        assert has_credentials(path, name) in (True, False)


@pytest.mark.parametrize("name", FORMATS)
def test_lengths_that_lead_beyond_the_file_end_the_search(tmp_path, name):
    data = bytearray(with_credentials(name, picture_bytes(name)))
    place = {"png": 8, "jpeg": 4, "webp": 16}[name]
    data[place : place + 2] = b"\xff\xff"
    assert has_credentials(saved(tmp_path, bytes(data)), name) in (True, False)


def test_a_file_of_nothing_but_empty_parts_is_given_up(tmp_path):
    chunks = (b"\0\0\0\0aaAA" + bytes(4)) * 200_000
    assert not has_credentials(saved(tmp_path, picture_bytes()[:8] + chunks + b"\0\0\0\0caBX"), "png")
