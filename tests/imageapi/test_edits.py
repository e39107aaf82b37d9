"""Edits: multipart bodies in blocks, with their length known before."""

import pytest

from playground.imageapi.catalog import BLOCK
from playground.imageapi.client.request import MultipartBody, SourceMissingError, encode_body
from playground.imageapi.schemas import SourceImage
from tests.fake_provider.fixtures import provider
from tests.imageapi.call_builders import a_request, ask

__all__ = ["provider"]


def a_source(folder, name="cat.png", data=b"\x89PNG cat", media_type="image/png"):
    path = folder / f"source-{len(list(folder.iterdir()))}"
    path.write_bytes(data)
    return SourceImage(path, name, media_type, len(data))


def an_edit(folder, **fields):
    return a_request("edits", images=(a_source(folder), a_source(folder, "dog.webp", b"dog", "image/webp")), **fields)


def test_images_and_mask_are_sent_as_files_in_order(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, request=an_edit(tmp_path, mask=a_source(tmp_path, "mask.png", b"mask")))
    (request,) = provider.requests
    files = [(part.name, part.filename, part.content_type, part.data) for part in request.parts if part.filename]
    assert request.path == "/ok/v1/images/edits"
    assert files == [
        ("image", "cat.png", "image/png", b"\x89PNG cat"),
        ("image", "dog.webp", "image/webp", b"dog"),
        ("mask", "mask.png", "image/png", b"mask"),
    ]


def test_fields_are_sent_as_text(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, request=an_edit(tmp_path, stream=False, prompt='say "hi"\nin 中文'))
    assert provider.requests[0].fields == {
        "prompt": 'say "hi"\nin 中文',
        "model": "gpt-image-2",
        "size": "1024x1024",
        "n": "1",
        "stream": "false",
    }


def test_the_length_is_told_and_the_body_not_chunked(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, request=an_edit(tmp_path))
    (request,) = provider.requests
    assert "Transfer-Encoding" not in request.headers
    assert int(request.headers["Content-Length"]) == request.length


def test_a_body_is_as_long_as_it_says_every_time(tmp_path):
    body, content_type = encode_body(an_edit(tmp_path, prompt="中文"))
    assert content_type.startswith("multipart/form-data; boundary=")
    assert len(b"".join(body)) == len(b"".join(body)) == len(body)


def test_a_large_file_comes_in_blocks(tmp_path):
    body = MultipartBody({}, [("image", a_source(tmp_path, data=b"x" * (3 * BLOCK + 5)))])
    assert max(len(block) for block in body) == BLOCK


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ('a"b.png', "a%22b.png"),
        ("a\r\nX-Evil: 1.png", "a%0D%0AX-Evil: 1.png"),
        ("猫.png", "猫.png"),
        ("a;b=c.png", "a;b=c.png"),
    ],
)
def test_file_names_are_escaped_as_browsers_do(tmp_path, name, sent):
    body = b"".join(MultipartBody({}, [("image", a_source(tmp_path, name))]))
    assert f'name="image"; filename="{sent}"\r\n'.encode() in body


def test_a_file_that_is_gone_is_found_before_sending(provider, tmp_path):
    request = an_edit(tmp_path)
    request.images[1].path.unlink()
    with pytest.raises(SourceMissingError):
        encode_body(request)
    outcome = ask(provider.url("ok"), tmp_path, request=request)
    assert (outcome.error.fault, outcome.error.charged, provider.connections) == ("files", "no", 0)


def test_a_refusal_during_a_long_upload_is_still_read(provider, tmp_path):
    large = a_source(tmp_path, data=b"x" * 3_000_000)
    outcome = ask(provider.url("early_413"), tmp_path, request=a_request("edits", images=(large,)))
    assert outcome.code == "image_too_large"
