"""Scripts of every origin may call the image API; pages' cookies have no say in it."""

import pytest
from django.conf import settings
from django.test import Client

V1 = f"/{settings.URL_PREFIX}v1/"
ORIGIN = {"Origin": "https://example.org"}


@pytest.mark.parametrize("path", ["images/generations", "images/edits", "models", "nothing", ""])
def test_a_preflight_is_answered_everywhere(client, path):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = client.options(V1 + path, headers={**ORIGIN, **asked})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    allowed = response["Access-Control-Allow-Headers"]
    assert allowed == "Authorization, Content-Type, Idempotency-Key, X-Rehearse, Prefer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "models", 401), ("POST", "nothing", 404), ("DELETE", "models", 405)],
)
def test_errors_can_be_read_from_every_origin(client, method, path, status):
    response = client.generic(method, V1 + path, headers=ORIGIN)
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    exposed = response["Access-Control-Expose-Headers"]
    assert exposed == (
        "x-request-id, Retry-After, x-should-retry, x-ignored, Location, Preference-Applied, "
        "x-ratelimit-limit-images, x-ratelimit-remaining-images, x-ratelimit-reset-images"
    )
    assert "Access-Control-Allow-Credentials" not in response


def test_a_fault_of_ours_can_be_read_from_every_origin(post, tiny):
    tiny.refusal = RuntimeError()
    assert post()["Access-Control-Allow-Origin"] == "*"


def test_answers_are_not_stored_and_set_no_cookie(post, tiny):
    response = post()
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies and "Cookie" not in response["Vary"]


def test_cookies_are_not_asked_for_and_need_no_csrf_token(tiny, key):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["session"] = strict.cookies["language"] = "zh-hans"
    fields = {"model": "gpt-image-2", "prompt": "a cat"}
    headers = {"Authorization": f"Bearer {key}"}
    response = strict.post(f"{V1}images/generations", fields, "application/json", headers=headers)
    assert (response.status_code, response["Content-Language"]) == (200, "en")
