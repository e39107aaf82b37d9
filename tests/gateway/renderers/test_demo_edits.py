"""Edits behind the API: real pictures from child processes."""

import base64
import io

from PIL import Image, ImageDraw

from tests.gateway.renderers.test_demo_renderer import opened
from tests.gateway.responses.test_streaming import events


def photo(width: int = 96, height: int = 64, output_format: str = "png") -> bytes:
    """A picture with something in it."""
    canvas, out = Image.new("RGB", (width, height), "skyblue"), io.BytesIO()
    ImageDraw.Draw(canvas).ellipse((20, 10, 60, 50), fill="orange")
    canvas.save(out, output_format)
    return out.getvalue()


def mask(width: int = 96, height: int = 64) -> bytes:
    """A mask whose left half is to be repainted."""
    canvas, out = Image.new("RGBA", (width, height), "black"), io.BytesIO()
    canvas.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    canvas.save(out, "png")
    return out.getvalue()


SOURCE = ("image", "scene.png", photo())


def test_an_edit_has_the_size_and_format_asked_for(edit):
    body = edit(SOURCE, ("mask", "m.png", mask(30, 20)), quality="low", output_format="webp").json()
    result = opened(body["data"][0]["b64_json"])
    assert (result.size, result.format) == ((1536, 1024), "WEBP")
    assert (body["size"], body["quality"], body["output_format"]) == ("1536x1024", "low", "webp")
    assert body["data"][0]["revised_prompt"]


def test_pictures_of_one_call_differ_and_those_of_two_calls_do_not(edit):
    ask = {"prompt": "watercolour", "quality": "low", "size": "1024x1024"}
    first, again = (edit(SOURCE, n=2, **ask).json()["data"] for _ in range(2))
    assert first == again
    assert first[0]["b64_json"] != first[1]["b64_json"]


def test_automatic_quality_is_named_medium(edit):
    assert edit(SOURCE, size="1024x1024").json()["quality"] == "medium"


def test_a_picture_that_is_cut_short_is_named_when_it_is_decoded(edit):
    response = edit(SOURCE, ("image", "torn.jpg", photo(output_format="jpeg")[:-200]), quality="low")
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "invalid_request", "image")
    assert error["message"].startswith("image 2 (torn.jpg) is damaged and can't be read. See ")


def test_a_torn_mask_is_an_event_of_a_stream(edit):
    found = events(edit(SOURCE, ("mask", "m.png", mask(640, 640)[:-100]), quality="low", stream="true"))
    assert [name for name, _ in found] == ["error"]
    assert found[0][1]["error"]["param"] == "mask"


def test_partial_pictures_are_of_the_edit(edit):
    found = events(edit(SOURCE, quality="low", stream="true", partial_images=1, size="1024x1024"))
    assert [name for name, _ in found] == ["image_edit.partial_image", "image_edit.completed"]
    assert all(Image.open(io.BytesIO(base64.b64decode(data["b64_json"]))).size == (1024, 1024) for _, data in found)
