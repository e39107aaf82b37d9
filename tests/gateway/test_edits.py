"""`POST v1/images/edits`: the answer, and the renderer's request."""

import base64

import pytest
from django.conf import settings

from playground.gateway.renderers import base
from playground.gateway.services.quota import open_call_limit
from tests.gateway.multipart_bodies import picture
from tests.gateway.responses.test_streaming import events
from tests.gateway.tiny_renderer import PNG, TinyRenderer

IMAGE, MASK = ("image", "cat.png", picture()), ("mask", "mask.png", picture(mode="RGBA"))


class ReadingRenderer(TinyRenderer):
    """Reads the files when it is asked, as a renderer may."""

    def render(self, request, client, folder):
        sources = [*request.images, request.mask] if request.mask else request.images
        self.read = [source.path.read_bytes() for source in sources]
        return super().render(request, client, folder)


@pytest.fixture
def reading(monkeypatch):
    renderer = ReadingRenderer()
    monkeypatch.setattr(base, "demo_renderer", lambda: renderer)
    return renderer


def test_an_edited_picture_comes_as_base64(edit, tiny):
    body = edit(prompt="a crown").json()
    assert base64.b64decode(body["data"][0]["b64_json"]) == PNG
    assert body["data"][0]["revised_prompt"] == "a crown 0"


def test_pictures_and_mask_reach_the_renderer_as_they_were_sent(edit, reading):
    jpeg = picture("jpeg", turned=6)
    edit(IMAGE, ("image", "b.jpg", jpeg), MASK)
    assert reading.read == [IMAGE[2], jpeg, MASK[2]]


def test_sources_have_their_name_true_type_and_weight(edit, tiny):
    webp = picture("webp")
    edit(("image", "really-a.png", webp), MASK)
    (source,), mask = tiny.requests[0].images, tiny.requests[0].mask
    assert (source.name, source.media_type, source.size) == ("really-a.png", "image/webp", len(webp))
    assert (mask.name, mask.media_type) == ("mask.png", "image/png")


@pytest.mark.parametrize(
    "names", [["image"] * 8, ["image[]"] * 8, ["image", "image[]", "image", "image[]"], ["image[]"]]
)
def test_pictures_keep_their_order_under_both_names(edit, tiny, names):
    edit(*((name, f"{number}.png", picture()) for number, name in enumerate(names)))
    assert [source.name for source in tiny.requests[0].images] == [f"{number}.png" for number in range(len(names))]


def test_defaults_are_those_of_the_reference(edit, tiny):
    edit()
    asked = tiny.requests[0]
    assert (asked.endpoint, asked.quality, asked.n, asked.input_fidelity) == ("edits", "auto", 1, "low")
    assert (asked.output_format, asked.background, asked.stream) == ("png", "auto", False)


def test_all_parameters_arrive(edit, tiny):
    sent = {
        "size": "1536x1024", "quality": "high", "n": 3, "background": "transparent", "output_format": "webp",
        "output_compression": 40, "input_fidelity": "high", "moderation": "low",
        "safety_identifier": "s-1", "user": "u-1", "partial_images": 2,
    }  # fmt: skip
    assert edit(**sent).status_code == 200
    assert {name: getattr(tiny.requests[0], name) for name in sent} == sent


def test_the_prompt_may_be_empty(edit, tiny):
    assert edit(prompt="", input_fidelity="high").status_code == 200
    assert tiny.requests[0].prompt == ""


def test_unknown_fields_are_ignored_and_named(edit, tiny):
    response = edit(IMAGE, style="vivid", thumbnail="t.gif")
    assert response.status_code == 200
    assert response["x-ignored"] == "style, thumbnail"


def test_a_stream_has_the_event_names_of_edits(edit, tiny):
    found = events(edit(stream="true", partial_images=1))
    assert [name for name, _ in found] == ["image_edit.partial_image", "image_edit.completed"]
    assert all(data["type"] == name and data["size"] == "1024x1024" for name, data in found)


def test_usage_of_a_stream_adds_up_to_the_whole_call(edit, tiny):
    found = events(edit(stream="True", n=2))
    usages = [data["usage"]["input_tokens_details"]["image_tokens"] for _, data in found]
    assert usages == [194, 0]


def left_over():
    return list((settings.DATA_DIR / "tmp" / "uploads").iterdir())


def test_files_are_gone_when_the_answer_is_out(edit, tiny):
    assert edit().status_code == 200
    assert not left_over() and not tiny.requests[0].images[0].path.exists()


def test_files_of_a_stream_stay_until_its_end(edit, tiny):
    response = edit(stream="true")
    assert tiny.requests[0].images[0].path.exists()
    response.close()
    assert not left_over() and open_call_limit.count == 0
