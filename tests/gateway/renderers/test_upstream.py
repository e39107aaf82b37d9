"""A provider behind the API: its requests, and its answers."""

import base64
import io
import socket
import threading

import pytest
from PIL import Image

from playground.gateway.client_connection import ClientConnection, ClientDisconnected
from playground.imageapi.catalog import IMAGE_MODELS, ImageModel
from tests.fake_provider.fixtures import provider
from tests.gateway.multipart_bodies import picture
from tests.gateway.providers import OPERATORS_KEY, SIZE, customer, rendering
from tests.gateway.renderers.test_demo_edits import mask
from tests.gateway.responses.test_streaming import events

__all__ = ["customer", "provider"]

PROMPT = "一只猫 \N{CAT FACE} & 'a \"hat\"'\n"
ASKED = {
    "prompt": PROMPT,
    "size": "1024x1536",
    "quality": "high",
    "n": 2,
    "background": "opaque",
    "output_format": "webp",
    "output_compression": 70,
    "moderation": "low",
    "safety_identifier": "a1b2",
    "user": "alice",
}


def opened(entry):
    return Image.open(io.BytesIO(base64.b64decode(entry["b64_json"])))


def test_every_parameter_of_a_generation_arrives_as_sent(customer, provider):
    customer.behind(provider.url())
    assert customer.ask(**ASKED).status_code == 200
    (sent,) = provider.requests
    assert (sent.path, sent.json) == ("/ok/v1/images/generations", {"model": "gpt-image-2", **ASKED})


def test_every_parameter_of_an_edit_arrives_as_sent(customer, provider):
    customer.behind(provider.url())
    assert customer.edit(**ASKED).status_code == 200
    (sent,) = provider.requests
    expected = {"model": "gpt-image-2", **{name: str(value) for name, value in ASKED.items()}}
    assert (sent.path, sent.fields) == ("/ok/v1/images/edits", expected)


def test_files_arrive_byte_for_byte_with_their_names_and_types(customer, provider):
    customer.behind(provider.url())
    files = [("image", "a.png", picture()), ("image", "b.jpg", picture("jpeg")), ("mask", "m.png", mask(8, 8))]
    assert customer.edit(*files).status_code == 200
    parts = [one for one in provider.requests[0].parts if one.filename]
    assert [(one.filename, one.data) for one in parts] == [(name, data) for _, name, data in files]
    assert [one.content_type for one in parts] == ["image/png", "image/jpeg", "image/png"]


@pytest.mark.parametrize(("count", "field"), [(1, "image"), (8, "image[]")])
def test_several_pictures_go_as_the_array_that_the_official_api_wants(customer, provider, count, field):
    customer.behind(provider.url())
    customer.edit(*[("image", f"{number}.png", picture()) for number in range(count)])
    assert [one.name for one in provider.requests[0].parts if one.filename] == [field] * count


def test_parameters_that_the_providers_model_rejects_are_not_sent(customer, provider):
    customer.behind(provider.url())
    answer = customer.edit(input_fidelity="high", response_format="url")
    assert not {"input_fidelity", "response_format"} & set(provider.requests[0].fields)
    assert answer.json()["data"][0]["url"].startswith("http")


def test_another_model_is_a_row():
    model = ImageModel("gpt-image-9", fields={"input_fidelity": ("low", "high")})
    asked = {"prompt": "p", "input_fidelity": "high", "response_format": "url", "stream": True, "partial_images": 2}
    assert list(model.accepted_parameters(asked)) == ["prompt", "input_fidelity", "stream", "partial_images"]
    assert IMAGE_MODELS["gpt-image-2"].accepted_parameters({"prompt": "p", "stream": False, "partial_images": 2}) == {
        "prompt": "p"
    }


def test_a_mask_of_another_size_is_fitted_to_the_first_picture(customer, provider):
    customer.behind(provider.url())
    sources = [("image", "a.png", picture(width=96, height=64)), ("image", "b.png", picture())]
    assert customer.edit(*sources, ("mask", "m.png", mask(30, 20))).status_code == 200
    (sent,) = [one for one in provider.requests[0].parts if one.name == "mask"]
    fitted = Image.open(io.BytesIO(sent.data))
    assert (fitted.size, sent.filename, sent.content_type) == ((96, 64), "m.png", "image/png")
    assert [fitted.getpixel(at)[3] for at in ((10, 30), (80, 30))] == [0, 255]


def test_a_stream_is_a_stream_at_the_provider_too(customer, provider):
    customer.behind(provider.url())
    found = events(customer.ask(stream=True, partial_images=2))
    assert [name.rpartition(".")[2] for name, _ in found] == ["partial_image", "partial_image", "completed"]
    sent = provider.requests[0].json
    assert (sent["stream"], sent["partial_images"]) == (True, 2)
    assert all(opened(data).size == (1024, 1024) for _, data in found)


def test_previews_come_before_the_provider_is_done(provider, tmp_path):
    provider.finale.clear()
    work = rendering(provider.url("sse_partials"), ClientConnection("alice"), tmp_path, stream=True, partial_images=1)
    coming = iter(work)
    assert next(coming).step == 0
    provider.finale.set()
    assert next(coming).options.size == SIZE
    work.close()


def test_an_answer_says_what_the_pictures_really_are(customer, provider):
    customer.behind(provider.url("wrong_format"))
    body = customer.ask(output_format="png", quality="auto").json()
    assert (body["output_format"], body["size"], body["quality"]) == ("webp", SIZE, "medium")
    customer.behind(provider.url("wrong_size"))
    assert customer.ask().json()["size"] == "512x512"


@pytest.mark.parametrize(("fault", "came"), [("fewer", 1), ("more", 3), ("no_usage", 3)])
def test_as_many_pictures_as_came_are_handed_on_but_never_more_than_asked(customer, provider, fault, came):
    customer.behind(provider.url(fault))
    assert len(customer.ask(n=3).json()["data"]) == came


def test_the_customers_key_is_never_forwarded(customer, provider):
    customer.behind(provider.url())
    customer.edit()
    (sent,) = provider.requests
    assert sent.headers["Authorization"] == f"Bearer {OPERATORS_KEY}"
    assert customer.key not in f"{sent.headers}{sent.body!r}"


def test_demo_keys_never_reach_the_provider(customer, provider, post, tiny):
    customer.behind(provider.url())
    assert post().status_code == 200
    assert (len(tiny.requests), provider.requests) == (1, [])


def test_no_file_is_left_behind(customer, provider, settings):
    for fault in ("ok", "cut_image", "sse_reset"):
        customer.behind(provider.url(fault))
        customer.edit(("image", "a.png", picture()), ("mask", "m.png", mask()))
    assert list((settings.DATA_DIR / "tmp" / "uploads").iterdir()) == []


def test_a_disconnected_client_keeps_its_slot_until_the_provider_is_done(provider, tmp_path):
    ours, theirs = socket.socketpair()
    provider.hold()
    work = rendering(provider.url(), ClientConnection("alice", ours), tmp_path)
    provider.wait_for(1)
    theirs.close()
    with ours, pytest.raises(ClientDisconnected):
        list(work)
    closing = threading.Thread(target=work.close)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()
    provider.release()
    closing.join(20)
    assert not closing.is_alive()
