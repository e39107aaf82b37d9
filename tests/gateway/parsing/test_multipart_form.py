"""Forms as they really come: odd names, odd heads, too much of everything. Nothing vanishes without a word."""

import pytest

from playground.gateway.parsing.multipart import plain_file_name
from tests.gateway.multipart_bodies import BOUNDARY, FORM, body_of, fields, part, picture, refused

IMAGE = part("image", picture(), "cat.png")
END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    "name", ["..", ".", "/", "\\", "\x01", "C:\\Bilder\\katze.png", "../../etc/passwd", "猫" * 200]
)
def test_a_picture_counts_whatever_its_name(edit, tiny, name):
    assert edit(("image", name, picture())).status_code == 200
    (source,) = tiny.requests[0].images
    assert source.name == plain_file_name(name) and source.path.name == "image-1"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Bilder\\katze.png", "katze.png"),
        ("a\u202egnp.png", "agnp.png"),
        ("..", "picture"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
    ],
)
def test_a_file_name_is_never_a_path(sent, name):
    assert plain_file_name(sent) == name


def test_an_empty_file_field_counts_as_not_sent(edit, tiny):
    assert edit(body=body_of(fields(), IMAGE, part("mask", b"", ""))).status_code == 200
    assert tiny.requests[0].mask is None


def test_a_picture_without_a_file_name_is_refused(edit):
    response = edit(body=body_of(fields(), part("image", b"aGVsbG8=")))
    assert refused(response) == (400, "invalid_request", "image")
    assert "file name" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: image/png",
        "Content-Disposition: form-data",
        'Content-Disposition: form-data; filename="a.png"',
    ],
)
def test_a_part_without_a_name_is_refused(edit, head):
    assert refused(edit(body=body_of(fields(), IMAGE, part("", picture(), head=head)))) == (
        400, "invalid_request", None,
    )  # fmt: skip


def test_a_file_name_in_another_encoding_is_refused_and_does_not_vanish(edit):
    gbk = part("image", picture(), "cat.png").replace(b"cat", "狗".encode("gbk"))
    response = edit(body=body_of(fields(), IMAGE, gbk))
    assert refused(response) == (400, "invalid_request", None)
    assert "UTF-8" in response.json()["error"]["message"]


def test_a_part_with_an_empty_name_is_ignored(edit, tiny):
    assert edit(body=body_of(fields(), IMAGE, part("", "x"))).status_code == 200


@pytest.mark.parametrize(
    "name", ["Mask", "mask2", "mask[0]", "images", "image[a]", "image[-1]", "image[0][]", "image[12345]", "raw", ""]
)
def test_a_file_in_an_unknown_field_is_refused_and_named(edit, tiny, name):
    response = edit(("image", "a.png", picture()), (name, "b.png", picture()))
    assert refused(response) == (400, "invalid_request", name)
    assert f'"{name}" is unknown' in response.json()["error"]["message"]
    assert not tiny.requests


def test_a_picture_in_an_unknown_field_is_refused_without_a_file_name_too(edit, tiny):
    head = 'Content-Disposition: form-data; name="Mask"\r\nContent-Type: image/png'
    assert refused(edit(body=body_of(fields(), IMAGE, part("", picture(), head=head)))) == (
        400, "invalid_request", "Mask",
    )  # fmt: skip


def test_an_unknown_text_field_is_ignored_and_named(edit, tiny):
    response = edit(body=body_of(fields(), IMAGE, part("Mask", "no"), part("raw", b"", "")))
    assert (response.status_code, response["x-ignored"]) == (200, "Mask, raw")


def test_numbered_pictures_are_taken_in_the_order_of_their_numbers(edit, tiny):
    edit(*((f"image[{number}]", f"{number}.png", picture()) for number in (10, 2, 0, 1)))
    assert [one.name for one in tiny.requests[0].images] == ["0.png", "1.png", "2.png", "10.png"]


def test_numbered_pictures_follow_those_without_a_number(edit, tiny):
    edit(*((name, f"{number}.png", picture()) for number, name in enumerate(["image[1]", "image", "image[]"])))
    assert [one.name for one in tiny.requests[0].images] == ["1.png", "2.png", "0.png"]


@pytest.mark.parametrize("name", ["mask", "mask[]"])
def test_a_mask_may_be_named_as_a_list(edit, tiny, name):
    edit(("image[0]", "a.png", picture()), (name, "m.png", picture(mode="RGBA")))
    assert tiny.requests[0].mask.name == "m.png"


@pytest.mark.parametrize("name", ["image", "image[]", "image[0]", "mask", "mask[]"])
def test_text_in_a_file_field_is_refused(edit, tiny, name):
    assert refused(edit(body=body_of(fields(), IMAGE, part(name, "aGVsbG8=")))) == (400, "invalid_request", name)


def test_a_ninth_picture_is_too_many_however_it_is_named(edit):
    response = edit(*((f"image[{number}]", "a.png", picture()) for number in range(9)))
    assert refused(response) == (400, "invalid_request", "image")


def test_a_file_name_in_rfc_5987_is_understood(edit, tiny):
    head = "Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%E7%8C%AB.png"
    edit(body=body_of(fields(), part("", picture(), head=head)))
    assert tiny.requests[0].images[0].name == "猫.png"


def test_text_that_is_not_utf_8_is_refused(edit):
    assert refused(edit(body=body_of(fields(prompt=None), part("prompt", b"\xc3("), IMAGE))) == (
        400, "invalid_request", "prompt",
    )  # fmt: skip


def test_base64_in_transit_is_refused_and_not_taken_for_the_content(edit):
    head = 'Content-Disposition: form-data; name="n"\r\nContent-Transfer-Encoding: base64'
    assert refused(edit(body=body_of(fields(), part("", "Mg==", head=head), IMAGE))) == (400, "invalid_request", "n")


@pytest.mark.parametrize(
    "body",
    [
        b"nothing",
        fields() + IMAGE,
        fields() + IMAGE[:-20],
        fields() + part("image", picture(), "x" * 2000) + END,
    ],
)
def test_a_body_that_is_not_whole_is_refused(edit, tiny, body):
    assert refused(edit(body=body)) == (400, "invalid_request", None)
    assert not tiny.requests


@pytest.mark.parametrize("form", ["multipart/form-data", "multipart/form-data; boundary=", FORM.replace("a-", "ä")])
def test_a_content_type_without_a_usable_boundary_is_refused(edit, form):
    assert refused(edit(form=form)) == (400, "invalid_request", None)


def test_preamble_and_epilogue_are_ignored(edit, tiny):
    body = b"preamble\r\n" * 50 + body_of(fields(), IMAGE) + b"epilogue\r\n\r\nx" * 500
    assert edit(body=body).status_code == 200
