"""The models of the official API: its SDK and our client, against a simulator that knows what each model takes."""

import io

import openai
import pytest
from PIL import Image

from playground.imageapi.catalog import ENDPOINTS, IMAGE_MODELS, MODEL_FIELDS
from playground.imageapi.client.call import ImageApiCall
from playground.imageapi.providers import PROFILES, ImageApi
from playground.imageapi.schemas import SourceImage
from tests.fake_provider import FakeProvider
from tests.fake_provider.official import MODELS, OLDER, SVG, V2, V25, V26
from tests.imageapi.call_builders import Outcome, a_request, run

FINER, ANIMATED, ALL = V25 + V26, V26, MODELS
# Names of a family take the same.
FAMILIES = (V2[0], V25[0], V26[0], *OLDER)
NEWER = V2 + FINER
# What the SDK sends for a field, and the models that take it.
GENERATIONS = [
    ({}, ALL),
    ({"size": "1280x720"}, NEWER),
    ({"size": "1281x720"}, ()),
    ({"size": "512x512"}, ()),
    ({"quality": "auto"}, ALL),
    ({"quality": "xhigh"}, FINER),
    ({"quality": "max"}, FINER),
    ({"quality": "hd"}, ()),
    ({"n": 10}, ALL),
    ({"n": 11}, ()),
    ({"background": "transparent"}, ALL),
    ({"background": "transparent", "output_format": "jpeg"}, ()),
    ({"output_format": "webp", "output_compression": 40}, ALL),
    ({"output_compression": 40}, ()),
    ({"moderation": "low"}, ALL),
    ({"safety_identifier": "u1"}, ALL),
    ({"user": "u1"}, ALL),
    ({"response_format": "b64_json"}, ()),
    ({"style": "vivid"}, ()),
    ({"complexity": "high"}, ANIMATED),
    ({"output_format": "gif", "frame_count": 16, "frame_duration_ms": 20}, ANIMATED),
    ({"output_format": "gif", "frame_count": 17}, ()),
    ({"frame_count": 4}, ()),
    ({"output_format": "gif", "stream": True}, ()),
    ({"output_format": "svg"}, ANIMATED),
    ({"output_format": "svg", "svg": {"model": "author"}}, ANIMATED),
    ({"svg": {"model": "author"}}, ()),
    ({"output_format": "svg", "n": 2}, ()),
    ({"stream": True, "partial_images": 3}, ALL),
    ({"stream": True, "n": 2}, ()),
]
EDITS = [
    ({}, ALL),
    ({"input_fidelity": "low"}, OLDER),
    ({"input_fidelity": "high"}, ("gpt-image-1.5",)),
    ({"mask": "overlay"}, ALL),
    ({"markup": "overlay"}, FINER),
    ({"markup": "overlay", "mask": "overlay"}, ()),
    ({"mask": "small"}, ()),
    ({"complexity": "low"}, ANIMATED),
    ({"output_format": "gif", "mask": "overlay"}, ()),
    ({"stream": True}, ALL),
    ({"image": 16}, ALL),
    ({"image": 17}, ()),
]


@pytest.fixture(scope="module")
def server():
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    with openai.OpenAI(base_url=server.url("official"), api_key="sk-test-0123", max_retries=0) as client:
        yield client


def a_png(size=(32, 16)) -> bytes:
    target = io.BytesIO()
    Image.new("RGBA", size).save(target, "PNG")
    return target.getvalue()


def files_of(fields: dict) -> dict:
    """The fields of an edit with files in place of their names."""
    overlays = {"overlay": a_png(), "small": a_png((8, 8))}
    more = {name: (f"{name}.png", overlays[fields[name]]) for name in ("mask", "markup") if name in fields}
    images = [(f"{number}.png", a_png()) for number in range(fields.get("image", 1))]
    return {**fields, "image": images if len(images) > 1 else images[0], **more}


def answers(call, **fields) -> bool:
    """Say whether the API takes the call. A refusal must have the official type and name a field."""
    try:
        result = call(prompt="a vase", **fields)
        assert list(result) if fields.get("stream") else result.data
    except openai.BadRequestError as refused:
        assert refused.type == "image_generation_user_error" and refused.param
        return False
    return True


def case_id(case: object) -> str | None:
    return ",".join(f"{name}={value}" for name, value in case.items()) or "plain" if isinstance(case, dict) else ""


@pytest.mark.parametrize(("fields", "models"), GENERATIONS, ids=case_id)
def test_the_official_sdk_meets_each_models_rules_for_generations(client, fields, models):
    taken = [name for name in FAMILIES if answers(client.images.generate, model=name, **fields)]
    assert taken == [name for name in FAMILIES if name in models]


@pytest.mark.parametrize(("fields", "models"), EDITS, ids=case_id)
def test_the_official_sdk_meets_each_models_rules_for_edits(client, fields, models):
    taken = [name for name in FAMILIES if answers(client.images.edit, model=name, **files_of(fields))]
    assert taken == [name for name in FAMILIES if name in models]


@pytest.mark.parametrize("name", ["gpt-image-1", "dall-e-3", None])
def test_retired_models_and_none_are_refused(client, name):
    assert not answers(client.images.generate, model=name)


def test_input_fidelity_is_refused_with_its_own_code(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(model="gpt-image-2", prompt="a", image=("a.png", a_png()), input_fidelity="high")
    assert refused.value.code == "invalid_input_fidelity_model"


def test_the_list_of_models_is_that_of_the_official_api():
    assert sorted(PROFILES["openai"].models) == sorted(MODELS)


def ask(server, folder, request) -> Outcome:
    outcome = Outcome()
    api = ImageApi("official", PROFILES["openai"], server.url("official"))
    call = ImageApiCall(api, "sk-test-0123", request, folder, seconds=20, listed=[api.base_url])
    return run(call, outcome)


def a_source(folder) -> SourceImage:
    path = folder / "a.png"
    path.write_bytes(a_png())
    return SourceImage(path, "a.png", "image/png", path.stat().st_size)


FIELDS = ("size", "quality", "output_format", "input_fidelity", "complexity", "moderation", "background", "n")


def values_of_all(name: str, endpoint) -> list[str]:
    values = (PROFILES["openai"].capabilities(model).values(name, endpoint) for model in IMAGE_MODELS)
    return list(dict.fromkeys(value for row in values for value in row))


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_the_form_offers_is_taken_and_nothing_else(server, tmp_path, endpoint, model):
    capabilities = PROFILES["openai"].capabilities(model)
    images = (a_source(tmp_path),) if endpoint == "edits" else ()
    for name in FIELDS:
        if (name == "moderation" and endpoint == "edits") or (name == "input_fidelity" and endpoint == "generations"):
            continue
        has_field = name not in MODEL_FIELDS or name in capabilities.fields
        offered = capabilities.values(name, endpoint) if has_field else ()
        for value in values_of_all(name, endpoint):
            given = int(value) if name == "n" else value
            request = a_request(endpoint, **{"model": model, "images": images, name: given})
            outcome = ask(server, tmp_path, request)
            assert (outcome.error is None) == (value in offered), (name, value, outcome.error)
            if outcome.error:
                assert outcome.code == ("unsupported_size" if name == "size" else "invalid_request")
                assert (outcome.error.param, outcome.error.charged) == (name, "no")


def test_a_wrong_parameter_is_not_taken_for_the_content_policy(server, tmp_path):
    outcome = ask(server, tmp_path, a_request(quality="ultra"))
    assert (outcome.code, outcome.error.param) == ("invalid_request", "quality")


def test_several_pictures_go_as_an_array(server, tmp_path):
    source = a_source(tmp_path)
    assert ask(server, tmp_path, a_request("edits", images=(source, source))).code == ""


def test_markup_goes_along(server, tmp_path):
    source = a_source(tmp_path)
    request = a_request("edits", model=V25[0], images=(source,), markup=source)
    assert ask(server, tmp_path, request).code == ""


@pytest.mark.parametrize(("name", "start"), [("gif", b"GIF89a"), ("svg", SVG[:4])])
def test_animations_and_svg_arrive_byte_for_byte(server, tmp_path, name, start):
    result = ask(server, tmp_path, a_request(model=V26[0], output_format=name)).result
    assert result.pictures[0].path.read_bytes().startswith(start)
    assert bool(result.usage.svg_output_tokens) == (name == "svg")
