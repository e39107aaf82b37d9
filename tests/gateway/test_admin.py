"""The operator's pages: 404 until a staff user exists; calls and ledger are read-only."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from playground.gateway import admin, authentication
from playground.gateway.admin import ThrottledLoginForm
from playground.gateway.authentication import AttemptThrottle
from playground.gateway.models import ApiKey, ImageCall, ImageJob, LedgerEntry
from playground.imageapi.errors import ApiError
from tests.gateway.job_steps import ASYNC, waiting
from tests.gateway.keys import make_api_key

__all__ = ["waiting"]
ADMIN = f"/{settings.URL_PREFIX}admin/"
FREE = 3
PAGES = ("", "login/", "gateway/apikey/", "gateway/ledgerentry/", "gateway/nothing/", "jsi18n/")


@pytest.fixture
def operator(client):
    """A browser in which an operator is logged in."""
    client.force_login(get_user_model().objects.create_superuser("op", password="a long password"))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_there_is_nothing_without_a_staff_user(client, page):
    get_user_model().objects.create_user("visitor", password="a long password")
    assert client.get(f"{ADMIN}{page}").status_code == 404


def test_a_stranger_is_asked_to_log_in(client):
    get_user_model().objects.create_superuser("op", password="a long password")
    answer = client.get(f"{ADMIN}gateway/apikey/")
    assert answer.status_code == 302 and answer["Location"].startswith(f"{ADMIN}login/")
    assert client.get(f"{ADMIN}login/").status_code == 200


def test_labels_are_in_the_operators_language(operator, tiny, post):
    post()
    for page, words in (
        ("apikey", ("密钥", "每日预算")),
        ("imagecall", ("请求", "已送达")),
        ("ledgerentry", ("账本", "预留")),
    ):
        row = {"apikey": ApiKey, "imagecall": ImageCall, "ledgerentry": LedgerEntry}[page].objects.first()
        shown = operator.get(f"{ADMIN}gateway/{page}/{row.pk}/change/", headers={"Accept-Language": "zh-CN"})
        assert all(word in shown.content.decode() for word in words)


@pytest.fixture
def log_in(client, monkeypatch):
    """The status of a login: 302 when it worked. The clock stands still."""
    monkeypatch.setattr(ThrottledLoginForm, "attempts", AttemptThrottle(free=FREE, first_wait=2, longest_wait=60))
    monkeypatch.setattr(admin, "time", SimpleNamespace(monotonic=lambda: 0.0))
    for name in ("op", "other"):
        get_user_model().objects.create_superuser(name, password="a long password")

    def ask(password="a long password", name="op", address="10.0.0.1"):
        form = {"username": name, "password": password, "next": ADMIN}
        return client.post(f"{ADMIN}login/", form, REMOTE_ADDR=address).status_code

    return ask


def test_after_wrong_passwords_the_right_one_has_to_wait(log_in):
    assert [log_in("wrong") for _ in range(FREE)] == [200] * FREE
    assert log_in() == 200


def test_operators_elsewhere_and_others_do_not_wait(log_in):
    for _ in range(FREE + 2):
        log_in("wrong")
    assert log_in(address="10.0.0.2") == 302
    assert log_in(name="other") == 302


def test_a_right_password_ends_the_waiting(log_in):
    for _ in range(2):
        assert log_in("wrong") == 200
        assert log_in() == 302
        assert log_in("wrong") == 200
        assert log_in() == 302


def test_the_wait_doubles_and_ends():
    tries, at, waits = AttemptThrottle[str](free=FREE, first_wait=2, longest_wait=60), 0.0, []
    for _ in range(FREE + 8):
        left = tries.begin("op", at)
        waits.append(left)
        at += left
        if left:
            assert tries.begin("op", at) == 0
    assert waits[FREE - 1 : FREE + 3] == [0, 2, 4, 8]
    assert max(waits) == 60


def test_limits_of_a_key_can_be_changed_and_its_hash_is_not_shown(operator):
    key = authentication.create_key()
    api_key = make_api_key(key)
    address = f"{ADMIN}gateway/apikey/{api_key.pk}/change/"
    page = operator.get(address).content.decode()
    assert key[:11] in page and key not in page and api_key.hash not in page
    form = {"name": "team", "is_disabled": "on", "daily_images": "7", "concurrency": "1"}
    assert operator.post(address, form).status_code == 302
    api_key.refresh_from_db()
    assert (api_key.name, api_key.is_disabled, api_key.daily_images, api_key.concurrency) == ("team", True, 7, 1)


def test_the_books_cannot_be_changed(operator, tiny, post):
    post()
    for model in (ImageCall, LedgerEntry):
        row = model.objects.get(kind="charge") if model is LedgerEntry else model.objects.get()
        address = f"{ADMIN}gateway/{model._meta.model_name}/"
        assert operator.get(address).status_code == 200
        assert operator.get(f"{address}{row.pk}/change/").status_code == 200
        assert operator.post(f"{address}{row.pk}/change/", {"images": "0"}).status_code == 403
        assert operator.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert operator.get(f"{address}add/").status_code == 403


def test_days_requests_and_the_ledger_are_in_dollars(operator, tiny, post):
    post()
    day = operator.get(f"{ADMIN}gateway/keyday/").text
    assert str(datetime.now(UTC).year) in day and "$0.08" in day
    assert "$0.08" in operator.get(f"{ADMIN}gateway/imagecall/").text
    # The charge ends the reserve.
    assert "-$0.08" in operator.get(f"{ADMIN}gateway/ledgerentry/").text


def test_keys_cannot_be_deleted_with_their_books(operator):
    api_key = make_api_key(authentication.create_key())
    assert operator.post(f"{ADMIN}gateway/apikey/{api_key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ApiKey.objects.filter(pk=api_key.pk).exists()


@pytest.mark.parametrize(("language", "words"), [("en", "Disk: "), ("zh-CN", "磁盘：已用")])
def test_the_start_page_says_what_the_disk_holds(operator, language, words):
    page = operator.get(ADMIN, headers={"Accept-Language": language}).text
    assert words in page


def test_jobs_show_their_state_and_neither_prompt_nor_webhook(operator, tiny, post, waiting):
    post(headers=ASYNC, prompt="a secret prompt")
    tiny.failure = ApiError("invalid_request", "The provider rejected: a secret prompt")
    waiting.finish()
    ImageJob.objects.update(webhook_url="https://hooks.example/secret", webhook_state="pending")
    job = ImageJob.objects.get()
    for page in ("", f"{job.pk}/change/"):
        shown = operator.get(f"{ADMIN}gateway/imagejob/{page}", headers={"Accept-Language": "en"}).content.decode()
        assert job.pk in shown and "failed" in shown and "pending" in shown
        assert "secret prompt" not in shown and "hooks.example" not in shown


@pytest.mark.parametrize(("sealed", "shown"), [("", "icon-no"), ("sealed", "icon-yes")])
def test_a_key_shows_whether_it_has_a_webhook_secret(operator, sealed, shown):
    api_key = make_api_key(webhook_secret=sealed)
    page = operator.get(f"{ADMIN}gateway/apikey/{api_key.pk}/change/").content.decode()
    assert shown in page.partition("field-has_webhook_secret")[2].partition("</div>")[0]
