"""The official `openai` package against a real server: only address and key are changed."""

import asyncio
import base64
import threading

import openai
import pytest

ASK = {"model": "gpt-image-2", "prompt": "mountains at dusk", "size": "1024x1024", "quality": "low"}


@pytest.fixture
def client(server):
    """The official client; it does not try again, so that failures show at once."""
    with openai.OpenAI(base_url=server.base_url, api_key=server.new_key(), max_retries=0, timeout=60) as client:
        yield client


def is_png(text: str | None) -> bool:
    return base64.b64decode(text or "").startswith(b"\x89PNG")


def test_a_picture_is_generated(client):
    result = client.images.generate(**ASK, n=1)
    assert is_png(result.data[0].b64_json) and result.data[0].revised_prompt
    assert (result.size, result.quality, result.output_format) == ("1024x1024", "low", "png")
    assert result.usage.output_tokens == 196
    assert result.usage.total_tokens == result.usage.input_tokens + 196
    assert result.usage.input_tokens_details.image_tokens == 0


def test_a_picture_is_streamed_with_partial_ones(client):
    events = list(client.images.generate(**ASK, stream=True, partial_images=2))
    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert all(is_png(event.b64_json) and event.size == "1024x1024" for event in events)
    assert events[-1].usage.output_tokens == 196 + 200


def test_the_asynchronous_client_generates_several_at_once(server):
    async def ask_twice():
        options = {"base_url": server.base_url, "api_key": server.new_key(), "max_retries": 0}
        async with openai.AsyncOpenAI(**options) as client:
            return await asyncio.gather(*(client.images.generate(**ASK) for _ in range(2)))

    assert all(is_png(result.data[0].b64_json) for result in asyncio.run(ask_twice()))


def test_the_asynchronous_client_streams(server):
    async def ask():
        options = {"base_url": server.base_url, "api_key": server.new_key(), "max_retries": 0}
        async with openai.AsyncOpenAI(**options) as client:
            stream = await client.images.generate(**ASK, stream=True, partial_images=1)
            return [event.type async for event in stream]

    assert asyncio.run(ask()) == ["image_generation.partial_image", "image_generation.completed"]


def test_the_raw_response_shows_the_headers(client):
    raw = client.images.with_raw_response.generate(**ASK, extra_body={"style": "vivid"})
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["x-ignored"] == "style"
    assert is_png(raw.parse().data[0].b64_json)


@pytest.mark.parametrize(
    ("changed", "error", "code", "param"),
    [
        ({"n": 9}, openai.BadRequestError, "invalid_request", "n"),
        ({"model": "dall-e-3"}, openai.NotFoundError, "model_not_found", "model"),
        ({"size": "256x256"}, openai.UnprocessableEntityError, "unsupported_size", "size"),
    ],
)
def test_a_refusal_is_raised_as_the_right_error(client, changed, error, code, param):
    with pytest.raises(error) as raised:
        client.images.generate(**ASK | changed)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert raised.value.request_id.startswith("req_")


def test_a_refusal_of_a_stream_is_raised_before_it_begins(client):
    with pytest.raises(openai.BadRequestError, match="partial_images"):
        client.images.generate(**ASK, stream=True, partial_images=7)


def test_a_wrong_key_is_raised_at_once(client):
    with pytest.raises(openai.AuthenticationError) as raised:
        client.with_options(api_key="cr_guess", max_retries=2).images.generate(**ASK)
    assert raised.value.code == "invalid_api_key"


def test_variations_are_not_found(client):
    with pytest.raises(openai.NotFoundError, match="images/edits"):
        client.post("/images/variations", cast_to=object)


def test_models_are_listed(client):
    assert [model.id for model in client.models.list()] == ["gpt-image-2"]
    assert client.models.retrieve("gpt-image-2").owned_by == "openai"


def test_a_job_is_accepted_and_fetched_by_its_id(client):
    accepted = client.images.generate(**ASK, extra_headers={"Prefer": "respond-async"})
    while (job := client.get(f"/jobs/{accepted.id}", cast_to=object))["status"] in ("queued", "in_progress"):
        threading.Event().wait(0.05)
    assert is_png(job["result"]["data"][0]["b64_json"])
    cancelled = client.post(f"/jobs/{accepted.id}/cancel", cast_to=object)
    assert cancelled["status"] == "completed" and "already ended" in cancelled["message"]


def test_a_job_of_another_key_is_not_found(client, server):
    accepted = client.images.generate(**ASK, extra_headers={"Prefer": "respond-async"})
    with pytest.raises(openai.NotFoundError):
        client.with_options(api_key=server.new_key()).get(f"/jobs/{accepted.id}", cast_to=object)
