"""The official client, a real server, and a provider behind it."""

import openai
import pytest

from tests.fake_provider import FakeProvider
from tests.gateway.live_api import manage, serving
from tests.gateway.multipart_bodies import picture
from tests.gateway.providers import OPERATORS_KEY, SIZE


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """A client with a key of create_key, and the provider that its calls reach."""
    folder = tmp_path_factory.mktemp("behind")
    with FakeProvider() as provider:
        settings = {"GATEWAY_UPSTREAM_URL": provider.url(), "GATEWAY_UPSTREAM_KEY": OPERATORS_KEY}
        with serving(folder, **settings) as server:
            key = manage(folder, "create_key").splitlines()[-1]
            with openai.OpenAI(base_url=server.base_url, api_key=key, max_retries=0, timeout=60) as client:
                yield client, provider


def test_an_edit_of_two_pictures_reaches_the_provider_whole(road):
    client, provider = road
    files = [("a.png", picture(), "image/png"), ("b.webp", picture("webp"), "image/webp")]
    asked = {"prompt": "a crown", "size": SIZE, "quality": "high", "n": 2}
    asked |= {"safety_identifier": "a1b2", "user": "alice"}
    result = client.images.edit(model="gpt-image-2", image=files, input_fidelity="high", **asked)
    sent = provider.requests[-1]
    assert (len(result.data), result.quality, result.safety_identifier) == (2, "high", "a1b2")
    assert asked.items() <= {**sent.fields, "n": sent.n}.items() and "input_fidelity" not in sent.fields
    assert [(one.filename, one.data) for one in sent.parts if one.filename] == [one[:2] for one in files]


def test_a_stream_reaches_the_client(road):
    client, _ = road
    asked = {"model": "gpt-image-2", "prompt": "a cat", "size": SIZE, "quality": "low"}
    kinds = [event.type for event in client.images.generate(**asked, stream=True, partial_images=2)]
    assert kinds == [*["image_generation.partial_image"] * 2, "image_generation.completed"]
