"""`response_format=url`: pictures have an address for an hour."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from playground.gateway.models import StoredAnswer
from playground.gateway.services.leases import delete_expired_rows
from tests.gateway.multipart_bodies import refused
from tests.gateway.tiny_renderer import PNG


@pytest.fixture
def urls(post, tiny):
    """The addresses of two pictures."""
    return [one["url"] for one in post(n=2, response_format="url").json()["data"]]


def test_an_address_is_absolute_and_shows_the_picture_without_a_key(urls, client):
    assert urls[0].startswith("http://testserver/qcode-img/v1/")
    response = client.get(urlsplit(urls[0]).path)
    assert (response.content, response["Content-Type"]) == (PNG, "image/png")


def test_it_may_be_shown_on_every_page(urls, client):
    response = client.get(urlsplit(urls[0]).path)
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_head_of_a_picture_can_be_asked_for(urls, client):
    response = client.head(urlsplit(urls[0]).path)
    assert (response.content, response["Content-Length"]) == (b"", str(len(PNG)))


def test_addresses_follow_the_public_one(post, tiny, settings):
    settings.PUBLIC_ORIGIN = "https://images.example.org"
    (one,) = post(response_format="url").json()["data"]
    assert one["url"].startswith("https://images.example.org/qcode-img/v1/")
    assert set(one) == {"url", "revised_prompt"}


def test_the_extension_tells_the_format(post, tiny):
    (one,) = post(response_format="url", output_format="jpeg").json()["data"]
    assert one["url"].endswith("/1.jpg")


def test_after_an_hour_its_file_is_deleted_from_the_server(urls, client, settings):
    StoredAnswer.objects.update(published_until=timezone.now())
    assert refused(client.get(urlsplit(urls[0]).path))[:2] == (404, "not_found")
    delete_expired_rows(timezone.now() + timedelta(hours=1, seconds=1))
    assert not StoredAnswer.objects.exists() and not list((settings.DATA_DIR / "answers").iterdir())


@pytest.mark.parametrize("name", ["3.png", "1.gif", "answer.json", "..", "%2e%2e%2fanswer.json", "%00.png"])
def test_nothing_else_of_the_folder_is_shown(urls, client, name):
    folder = urlsplit(urls[0]).path.rpartition("/")[0]
    assert client.get(f"{folder}/{name}").status_code == 404


def test_pictures_that_were_never_shown_have_no_address(post, tiny, client):
    post(headers={"Idempotency-Key": "one"})
    token = StoredAnswer.objects.get().token
    assert client.get(f"/qcode-img/v1/pictures/{token}/1.png").status_code == 404


def test_the_same_call_again_shows_its_pictures_for_another_hour(post, tiny, client):
    asked = {"response_format": "url", "headers": {"Idempotency-Key": "one"}}
    first = post(**asked).json()
    StoredAnswer.objects.update(published_until=timezone.now())
    assert post(**asked).json() == first
    assert client.get(urlsplit(first["data"][0]["url"]).path).status_code == 200


def test_an_edit_has_addresses_too(edit, tiny):
    assert edit(response_format="url").json()["data"][0]["url"].endswith("/1.png")
