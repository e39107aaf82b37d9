"""Names of downloaded files: readable, and safe in a header."""

import pytest

from playground.pages.file_responses import content_disposition, file_name, file_response
from playground.runs.models import Run


def named(prompt):
    return file_name(Run(pk="3f2a91" + "0" * 14, parameters={"prompt": prompt}), 1, "png")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Cyberpunk Tokyo street", "cyberpunk-tokyo-street_3f2a91_1.png"),
        ("赛博朋克 东京", "赛博朋克-东京_3f2a91_1.png"),
        ("", "picture_3f2a91_1.png"),
        ("!!! ???", "picture_3f2a91_1.png"),
        ("../../etc/passwd\r\nX: y", "etc-passwd-x-y_3f2a91_1.png"),
        ("CON", "con_3f2a91_1.png"),
        ("a" * 100, "a" * 40 + "_3f2a91_1.png"),
        ("A vintage poster in Bauhaus style with bold text", "a-vintage-poster-in-bauhaus-style-with_3f2a91_1.png"),
    ],
)
def test_a_file_name_starts_with_the_first_words_of_the_prompt(prompt, name):
    assert named(prompt) == name


def test_jpeg_files_end_as_people_expect():
    assert file_name(Run(parameters={"prompt": "x"}), 2, "jpeg").endswith("_2.jpg")


def test_an_ascii_name_needs_no_second_one():
    assert content_disposition("fox_3f2a91_1.png", as_attachment=True) == 'attachment; filename="fox_3f2a91_1.png"'


def test_a_chinese_name_comes_with_an_ascii_one():
    said = content_disposition("早安_3f2a91_1.png", as_attachment=True)
    assert 'filename="picture_3f2a91_1.png"' in said
    assert "filename*=UTF-8''%E6%97%A9%E5%AE%89_3f2a91_1.png" in said


def test_the_ascii_name_keeps_what_is_ascii():
    assert 'filename="poster_3f2a91_1.png"' in content_disposition("poster-早安_3f2a91_1.png", as_attachment=True)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("早安.png", "picture.png"),
        ("早安_3f2a91_mask.png", "picture_3f2a91_mask.png"),
        ("早安_3f2a91.zip", "picture_3f2a91.zip"),
        ("猫_狗.webp", "picture.webp"),
        ("IMG_早.jpeg", "IMG.jpeg"),
        ("a.b.早.jpg", "a.b.jpg"),
        (".png", "picture.png"),
        ("早安", "picture"),
    ],
)
def test_the_ascii_name_keeps_the_true_extension(name, plain):
    assert f'; filename="{plain}"' in content_disposition(name, as_attachment=True)


def test_a_file_is_called_what_it_is_whatever_its_source_was_called(rf, tmp_path):
    path = tmp_path / "1"
    path.write_bytes(b"RIFF")
    response = file_response(rf.head("/"), path, "image/webp", "早安.png")
    assert response["Content-Disposition"].startswith('inline; filename="picture.webp"; filename*=UTF-8')
    assert response["Content-Disposition"].endswith(".webp")


@pytest.mark.parametrize("nasty", ['a"; filename=evil.exe', "a\r\nSet-Cookie: x=1", "a\\b", "é\u2028ü"])
def test_a_name_cannot_end_its_header(nasty):
    said = content_disposition(nasty, as_attachment=False)
    assert said.isascii() and said.isprintable()
    assert said.count('"') == 2
