"""Edits with the official `openai` package against a real server: only address and key are changed."""

import base64
import io

import openai
import pytest
from PIL import Image

from playground.imageapi.catalog import MIB
from tests.gateway.renderers.test_demo_edits import mask, photo

ASK = {"model": "gpt-image-2", "prompt": "put a tiny crown on the cat", "size": "1024x1024", "quality": "low"}


@pytest.fixture
def client(server):
    """The official client; it does not try again, so that failures show at once."""
    with openai.OpenAI(base_url=server.base_url, api_key=server.new_key(), max_retries=0, timeout=60) as client:
        yield client


@pytest.fixture
def cat(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(photo())
    return path


def size_of(text: str | None) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(text or ""))).size


def test_one_picture_is_edited(client, cat):
    result = client.images.edit(image=cat.open("rb"), **ASK)
    assert size_of(result.data[0].b64_json) == (1024, 1024)
    assert (result.size, result.quality, result.output_format) == ("1024x1024", "low", "png")
    assert result.usage.input_tokens_details.image_tokens == 194


def test_a_mask_and_extra_fields_are_taken(client, cat, tmp_path):
    (tmp_path / "mask.png").write_bytes(mask())
    extra = {"input_fidelity": "high", "background": "transparent", "output_format": "png"}
    result = client.images.edit(
        image=cat.open("rb"), mask=(tmp_path / "mask.png").open("rb"), extra_body=extra, **ASK
    )
    assert size_of(result.data[0].b64_json) == (1024, 1024)


def test_eight_pictures_are_composed(client):
    images = [(f"{number}.png", photo(96 + number)) for number in range(8)]
    result = client.images.edit(image=images, n=2, **ASK)
    assert [size_of(one.b64_json) for one in result.data] == [(1024, 1024)] * 2


def test_bytes_without_a_name_are_taken(client):
    result = client.images.edit(image=photo(), **ASK | {"size": openai.omit})
    assert result.size == "1536x1024"


def test_an_edit_is_streamed_with_partial_pictures(client, cat):
    events = list(client.images.edit(image=cat.open("rb"), stream=True, partial_images=2, **ASK))
    assert [event.type for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert events[-1].usage.input_tokens_details.image_tokens == 194


def test_nine_pictures_are_refused(client):
    with pytest.raises(openai.BadRequestError) as raised:
        client.images.edit(image=[photo()] * 9, **ASK)
    assert raised.value.param == "image"


def test_a_file_that_is_too_large_is_named(client):
    with pytest.raises(openai.APIStatusError) as raised:
        client.images.edit(image=("huge.png", b"\0" * (60 * MIB)), **ASK)
    assert (raised.value.status_code, raised.value.code) == (413, "image_too_large")
    assert "huge.png" in raised.value.message
