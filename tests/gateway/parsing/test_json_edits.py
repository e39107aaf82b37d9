"""`POST v1/images/edits` with JSON: images as data URLs or https URLs, otherwise as with a form."""

import base64
import json

import pytest
import requests
import responses

from playground.gateway.parsing import json_body
from playground.imageapi.catalog import MAX_SOURCES
from tests.gateway.conftest import EDITS
from tests.gateway.multipart_bodies import picture, refused
from tests.gateway.renderers.test_demo_edits import mask, photo

ADDRESS = "https://images.example.org/cat.png"
FIELD = "images[0].image_url"


def data_url(content: bytes | None = None, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(picture() if content is None else content).decode()}"


def item(url: str | None = None) -> dict[str, str]:
    return {"image_url": url or data_url()}


@pytest.fixture
def edit_json(client, key):
    """Ask for an edit of a small image; fields replace or add to a plain request, `body` replaces it all."""

    def ask(body: bytes | None = None, headers=None, **sent):
        whole = {"model": "gpt-image-2", "prompt": "a crown", "images": [item()], **sent}
        headers = {"Authorization": f"Bearer {key}", **(headers or {})}
        body = json.dumps(whole).encode() if body is None else body
        return client.generic("POST", EDITS, body, content_type="application/json; charset=utf-8", headers=headers)

    return ask


def test_images_and_mask_of_data_urls_arrive_byte_for_byte(edit_json, monkeypatch, tiny):
    sent = [picture(), picture("jpeg"), picture("webp")]
    received = []
    render = tiny.render
    monkeypatch.setattr(
        tiny, "render", lambda request, *rest: received.append(contents(request)) or render(request, *rest)
    )
    images = [item(data_url(content, kind)) for content, kind in zip(sent, ("png", "jpeg", "webp"), strict=True)]
    response = edit_json(images=images, mask=item(data_url(mask(8, 8))), style="vivid", image="x")
    assert response.status_code == 200
    assert received == [[*sent, mask(8, 8)]]
    assert response["x-ignored"] == "style, image"
    names = [(source.name, source.media_type) for source in tiny.requests[0].images]
    assert names == [("image-1.png", "image/png"), ("image-2.jpg", "image/jpeg"), ("image-3.webp", "image/webp")]


def contents(request):
    return [source.path.read_bytes() for source in (*request.images, *([request.mask] if request.mask else []))]


def test_fields_have_the_types_of_json(edit_json, tiny):
    sent = {"size": "1536x1024", "n": 2, "output_compression": 40, "output_format": "webp", "input_fidelity": "high"}
    assert edit_json(**sent, user=None).status_code == 200
    assert {name: getattr(tiny.requests[0], name) for name in sent} == sent
    assert refused(edit_json(n="2")) == (400, "invalid_request", "n")


def test_the_size_follows_the_first_image(edit_json, tiny):
    assert edit_json(images=[item(data_url(picture(height=40)))]).json()["size"] == "1024x1536"


def test_the_body_may_be_written_in_any_way_that_json_allows(edit_json, tiny):
    url = data_url().replace("/", r"\/")
    images = f'[{{"image\\u005furl" : "{url}"}},\n{{ "image_url"\n :\t"{url}"}}]'
    body = f'\ufeff{{"images":{images},"prompt":"","model":"gpt-image-2"}}'
    assert edit_json(body.encode()).status_code == 200
    assert len(tiny.requests[0].images) == 2


def test_the_same_images_as_form_and_as_json_are_one_request(client, key, edit, edit_json, tiny):
    once = {"Idempotency-Key": "one"}
    first = edit_json(headers=once).json()
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "one"
    assert edit().json() == first
    assert refused(edit_json(images=[item(data_url(picture(width=9)))]))[:2] == (422, "idempotency_mismatch")
    assert len(tiny.requests) == 1


def test_an_edit_in_json_is_streamed(edit_json, tiny):
    response = edit_json(stream=True, partial_images=1)
    assert b"event: image_edit.completed" in b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"images": None}, "images"),
        ({"images": []}, "images"),
        ({"images": item()}, "images"),
        ({"images": [item()] * 9}, "images"),
        ({"images": [item()] * 40}, "images"),
        ({"images": [data_url()]}, "images[0]"),
        ({"images": [item(), {}]}, "images[1].image_url"),
        ({"images": [{"image_url": 1}]}, FIELD),
        ({"images": [item(), {"file_id": "file-1"}]}, "images[1].file_id"),
        ({"images": [item("data:image/png;base64,%%%%")]}, FIELD),
        ({"images": [item("data:image/png;base64,")]}, FIELD),
        ({"images": [item("data:image/png,plain")]}, FIELD),
        ({"images": [item(data_url(b"no image" * 20))]}, FIELD),
        ({"images": [item(), item(data_url(picture()[:40]))]}, "images[1].image_url"),
        ({"images": [item(base64.b64encode(picture()).decode())]}, FIELD),
        ({"images": [item("http://images.example.org/cat.png")]}, FIELD),
        ({"images": [item("file:///etc/passwd")]}, FIELD),
        ({"images": [item("https://")]}, FIELD),
        ({"images": [item("https://a:b@images.example.org/")]}, FIELD),
        ({"mask": data_url()}, "mask"),
        ({"mask": {"file_id": "file-1"}}, "mask.file_id"),
        ({"mask": item(data_url(picture("jpeg"), "jpeg"))}, "mask.image_url"),
        ({"images": [], "mask": item()}, "images"),
        ({"prompt": None}, "prompt"),
    ],
)
def test_a_mistake_is_named_where_it_is(edit_json, tiny, sent, param):
    assert refused(edit_json(**sent)) == (400, "invalid_request", param)
    assert not tiny.requests


def test_the_error_says_what_to_send(edit_json):
    message = edit_json(images=[{"file_id": "file-1"}]).json()["error"]["message"]
    assert message.startswith("images[0].file_id isn't supported, because this API stores no files.")


@pytest.mark.parametrize(
    "body", [b" ", b"[]", b'{"images":[{"image_url":"data:image/png;base64,iVBO', b"\xff", b"[" * 200_000]
)
def test_a_body_that_is_no_json_object_is_refused(edit_json, body):
    assert refused(edit_json(body))[:2] == (400, "invalid_request")


def test_a_file_may_have_the_limit_and_not_a_byte_more(edit_json, tiny, monkeypatch):
    monkeypatch.setattr(json_body, "MAX_FILE_BYTES", len(picture()))
    assert edit_json().status_code == 200
    response = edit_json(images=[item(), item(data_url(picture() + b"x"))])
    assert refused(response) == (413, "image_too_large", "images[1].image_url")
    assert "images[1].image_url is over 25 MB." in response.json()["error"]["message"]


def test_all_files_together_may_have_the_limit_and_not_a_byte_more(edit_json, tiny, monkeypatch):
    monkeypatch.setattr(json_body, "MAX_TOTAL_BYTES", 2 * len(picture()))
    assert edit_json(images=[item()] * 2).status_code == 200
    assert refused(edit_json(images=[item()] * 3)) == (413, "image_too_large", "images[2].image_url")


def test_text_of_megabytes_and_a_body_without_end_are_refused(edit_json, monkeypatch):
    assert refused(edit_json(prompt="a" * 3_000_000))[:2] == (413, "invalid_request")
    monkeypatch.setattr(json_body, "MAX_BODY_BYTES", 1000)
    assert refused(edit_json(prompt="a" * 2000))[:2] == (413, "invalid_request")


def test_files_are_gone_when_the_answer_is_out(edit_json, tiny, settings):
    assert edit_json().status_code == 200
    assert not list((settings.DATA_DIR / "tmp" / "uploads").iterdir())


@responses.activate
def test_an_https_url_is_fetched_without_key_and_cookies(edit_json, tiny):
    moved = "https://cdn.example.net/a/cat"
    responses.get(
        ADDRESS, status=302, headers={"Location": "//cdn.example.net/a/cat", "Set-Cookie": "a=b; Domain=example.net"}
    )
    responses.get(moved, picture("webp"), content_type="text/plain")
    assert edit_json(images=[item(ADDRESS), item()]).status_code == 200
    assert [source.media_type for source in tiny.requests[0].images] == ["image/webp", "image/png"]
    for call in responses.calls:
        assert not {"authorization", "cookie", "referer"} & {name.lower() for name in call.request.headers}


@responses.activate
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "returned status 404"),
        ({"body": b"<html>"}, "isn't a PNG, JPEG or WebP image"),
        ({"body": b""}, "isn't a PNG, JPEG or WebP image"),
        ({"body": requests.ConnectionError("secret")}, "must be public and respond within 10 seconds"),
        ({"status": 302, "headers": {"Location": ADDRESS}}, "returned status 302"),
        ({"status": 302, "headers": {"Location": "http://images.example.org/"}}, "must be public"),
    ],
)
def test_a_url_that_cannot_be_used_is_named(edit_json, tiny, answer, words):
    responses.get(ADDRESS, **answer)
    response = edit_json(images=[item(), item(ADDRESS)])
    assert refused(response) == (400, "invalid_request", "images[1].image_url")
    assert words in response.json()["error"]["message"] and not tiny.requests


@responses.activate
def test_a_file_behind_a_url_has_the_same_limit(edit_json, tiny, monkeypatch):
    monkeypatch.setattr(json_body, "MAX_FILE_BYTES", len(picture()))
    responses.get(ADDRESS, picture() + b"x")
    assert refused(edit_json(images=[item(ADDRESS)])) == (413, "image_too_large", FIELD)


@responses.activate
def test_nothing_is_fetched_for_a_request_with_another_mistake(edit_json):
    assert refused(edit_json(images=[item(ADDRESS)], size="1x1"))[:2] == (422, "unsupported_size")
    assert not responses.calls


def test_a_damaged_image_is_named_when_it_is_decoded(edit_json):
    response = edit_json(images=[item(data_url(photo())), item(data_url(photo(output_format="jpeg")[:-200], "jpeg"))])
    assert refused(response) == (400, "invalid_request", "images[1].image_url")
    assert response.json()["error"]["message"].startswith("images[1].image_url is damaged and can't be read. See ")


def test_a_quote_checks_the_images(client, key):
    body = json.dumps({"model": "gpt-image-2", "prompt": "a crown", "images": [item("data:image/png;base64,%%")]})
    headers = {"Authorization": f"Bearer {key}"}
    response = client.generic("POST", f"{EDITS}?dry_run=true", body, content_type="application/json", headers=headers)
    assert refused(response) == (400, "invalid_request", FIELD)


def test_eight_images_and_a_mask_fit(edit_json, tiny):
    assert edit_json(images=[item()] * MAX_SOURCES, mask=item(data_url(mask(8, 8)))).status_code == 200
