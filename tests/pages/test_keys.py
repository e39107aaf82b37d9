"""The key in the session: how long it is valid, and which browser can open it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from playground.pages.middleware import PageMiddleware
from playground.pages.session import api_keys
from tests.factories import KEY, as_request

pytestmark = pytest.mark.django_db
ASIA = settings.IMAGE_APIS["asia"]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def request_with_key(rf):
    request = as_request(rf.post("/"))
    api_keys.save_key(request, "qcode", KEY, NOON)
    return request


def test_a_saved_key_can_be_used(request_with_key):
    assert api_keys.use_key(request_with_key, ASIA, NOON) == KEY


def test_the_four_qcode_regions_share_it(request_with_key):
    assert api_keys.use_key(request_with_key, settings.IMAGE_APIS["eu"], NOON) == KEY


def test_it_goes_to_no_other_account(request_with_key):
    assert api_keys.use_key(request_with_key, settings.IMAGE_APIS["builtin"], NOON) != KEY


def test_it_ends_after_twelve_hours_without_use(request_with_key):
    assert api_keys.use_key(request_with_key, ASIA, NOON + timedelta(hours=12)) == ""


def test_using_it_keeps_it_alive(request_with_key):
    api_keys.use_key(request_with_key, ASIA, NOON + timedelta(hours=11))
    assert api_keys.use_key(request_with_key, ASIA, NOON + timedelta(hours=22)) == KEY


def test_it_ends_after_seven_days_in_any_case(request_with_key):
    for hours in range(0, 7 * 24, 11):
        api_keys.use_key(request_with_key, ASIA, NOON + timedelta(hours=hours))
    assert api_keys.use_key(request_with_key, ASIA, NOON + timedelta(days=7)) == ""


def test_without_the_cookie_it_cannot_be_opened(request_with_key, rf):
    other = as_request(rf.get("/"), session=request_with_key.session)
    assert api_keys.use_key(other, ASIA, NOON) == ""


def test_the_database_alone_does_not_hold_it(request_with_key):
    request_with_key.session.save()
    assert KEY not in str(Session.objects.get().get_decoded())


def test_the_key_is_not_in_any_repr(request_with_key):
    entry = api_keys.stored_key(request_with_key, "qcode", NOON)
    assert entry.sealed not in repr(entry)


def test_the_demo_gets_a_key_silently(rf):
    assert api_keys.use_key(as_request(rf.post("/")), settings.IMAGE_APIS["builtin"], NOON).startswith("cr_demo_")


def test_the_demo_key_stays_the_same(rf):
    request = as_request(rf.post("/"))
    used = {api_keys.use_key(request, settings.IMAGE_APIS["builtin"], NOON) for _ in range(3)}
    assert len(used) == 1


def test_every_view_that_saves_a_key_gives_the_browser_the_secret_that_opens_it(rf):
    def save(request):
        api_keys.save_key(request, "qcode", KEY, NOON)
        return HttpResponse()

    first = rf.post("/")
    response = PageMiddleware(save)(first)
    later = as_request(rf.get("/"), session=first.session)
    later.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    assert api_keys.use_key(later, ASIA, NOON) == KEY


def test_a_view_that_only_reads_gives_no_secret(rf):
    assert settings.VAULT_COOKIE_NAME not in PageMiddleware(lambda request: HttpResponse())(rf.get("/")).cookies
