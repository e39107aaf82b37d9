"""`x-ratelimit-…-images`: every response to a known key says what it has left today."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from playground.gateway import authentication
from playground.gateway.models import ApiKey
from playground.gateway.services import quota
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import seconds_to_midnight
from tests.gateway.conftest import GENERATIONS
from tests.gateway.keys import make_api_key

V1 = f"/{settings.URL_PREFIX}v1/"
BODY = {"model": "gpt-image-2", "prompt": "a cat"}


@pytest.fixture
def call(client):
    """Call with a key of ten images a day."""
    key = authentication.create_key()
    make_api_key(key, daily_images=10)

    def send(method="POST", path="images/generations", **sent):
        headers = {"Authorization": f"Bearer {key}"}
        body = {"data": {**BODY, **sent}, "content_type": "application/json"} if method == "POST" else {}
        return getattr(client, method.lower())(V1 + path, headers=headers, **body)

    return send


def left(response):
    """Limit and rest; the reset must be that of the day."""
    assert abs(int(response["x-ratelimit-reset-images"]) - seconds_to_midnight(timezone.now())) <= 60
    return int(response["x-ratelimit-limit-images"]), int(response["x-ratelimit-remaining-images"])


def test_images_that_came_are_no_longer_left(call, tiny):
    assert left(call(n=3)) == (10, 7)
    assert left(call(n=2)) == (10, 5)


def test_a_stream_says_it_too_and_its_own_images_are_deducted(call, tiny):
    response = call(n=3, stream=True)
    assert left(response) == left(call("GET", "models")) == (10, 7)
    list(response.streaming_content)
    assert left(call("GET", "models")) == (10, 7)


@pytest.mark.parametrize(
    "path", ["models", "models/gpt-image-2", "models/none", "usage", "usage?days=0", "jobs/none"]
)
def test_every_other_endpoint_says_it(call, path):
    assert left(call("GET", path)) == (10, 10)


def test_a_quote_says_what_it_says_in_its_body(call, tiny):
    call(n=3)
    response = call(path="images/generations?dry_run=true")
    assert left(response) == (10, response.json()["images_left_today"]) == (10, 7)


def test_errors_say_it(call, tiny):
    assert left(call(size="1x1")) == (10, 10)
    assert left(call(n=4)) == (10, 6)
    assert left(call(n=4)) == (10, 2)
    response = call(n=4)
    assert (response.status_code, left(response)) == (429, (10, 2))
    tiny.refusal = ApiError("service_overloaded")
    assert left(call()) == (10, 2)
    tiny.refusal = KeyError()
    assert left(call()) == (10, 2)


def test_a_key_that_has_expired_is_known(call):
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(days=1))
    response = call()
    assert (response.status_code, left(response)) == (401, (10, 10))


def test_a_limit_that_was_lowered_leaves_nothing(call, tiny):
    call(n=4)
    ApiKey.objects.update(daily_images=2)
    assert left(call()) == (2, 0)


def test_an_unknown_key_learns_nothing(client):
    response = client.post(
        GENERATIONS, BODY, content_type="application/json", headers={"Authorization": "Bearer cr_x"}
    )
    assert response.status_code == 401 and not [name for name in response.headers if "ratelimit" in name.lower()]


def test_a_paid_answer_is_not_lost_when_the_headers_cannot_be_read(call, tiny, monkeypatch):
    def fail(*_):
        raise DatabaseError

    monkeypatch.setattr(quota, "images_left", fail)
    response = call()
    assert response.status_code == 200 and "x-ratelimit-limit-images" not in response.headers
