"""API keys: their form, their hashes, and their refusals."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from playground.gateway import authentication
from playground.gateway.models import ApiKey
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import make_demo_key
from tests.gateway.keys import make_api_key

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def issued():
    """A key of create_key."""
    key = authentication.create_key()
    make_api_key(key)
    return key


def test_a_key_has_160_bits_behind_its_prefix():
    assert re.fullmatch(r"cr_[a-z2-7]{32}", authentication.create_key())


def test_a_key_is_found_by_its_hash_and_kept_nowhere(issued):
    api_key = authentication.find_key(issued)
    assert api_key is not None and api_key.prefix == issued[:11]
    assert issued not in str(ApiKey.objects.values_list())


def test_a_changed_key_is_not_found(issued):
    assert authentication.find_key(issued[:-1] + ("a" if issued[-1] != "a" else "b")) is None


def test_a_demo_key_opens_one_account():
    key = make_demo_key(settings.SECRET_KEY)
    first, again = authentication.find_key(key), authentication.find_key(key)
    assert first == again and first.is_demo
    assert (first.daily_images, first.concurrency) == (100, 2)


def test_a_key_expires_exactly_at_its_expiry_time():
    api_key = make_api_key(expires_at=NOON)
    authentication.check_key(api_key, NOON - timedelta(microseconds=1))
    with pytest.raises(ApiError, match="key_expired"):
        authentication.check_key(api_key, NOON)


def test_an_expired_key_is_reported_as_expired_even_when_disabled():
    with pytest.raises(ApiError, match="key_expired"):
        authentication.check_key(make_api_key(expires_at=NOON, is_disabled=True), NOON)


def test_a_key_of_create_key_gets_pictures(post, tiny, issued):
    assert post(headers={"Authorization": f"Bearer {issued}"}).status_code == 200


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"is_disabled": True}, "invalid_api_key"), ({"expires_at": timezone.now()}, "key_expired")],
)
def test_a_key_that_ended_is_refused(post, tiny, facts, code):
    key = authentication.create_key()
    make_api_key(key, **facts)
    response = post(headers={"Authorization": f"Bearer {key}"})
    assert (response.status_code, response.json()["error"]["code"]) == (401, code)
    assert not tiny.requests
