"""Keys in the operators' pages: made, limited, replaced; each secret is shown once, each change is recorded."""

import csv
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from playground.core import key_sealing
from playground.core.models import Change
from playground.gateway import authentication
from playground.gateway.models import ApiKey, KeyDay
from playground.imageapi.pricing import beijing_day
from tests.gateway.keys import make_api_key

KEYS = f"/{settings.URL_PREFIX}admin/gateway/apikey/"
KEY = re.compile(r"cr_[a-z2-7]{32}")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
FORM = {"name": "Team", "daily_images": "7", "concurrency": "1", "daily_usd": "1.50", "total_usd": ""}


def signed_in(client, role: str = ""):
    """A browser of an operator with a role; without one they may do everything."""
    user = get_user_model().objects.create_user(
        "Kim", password="a long password", is_staff=True, is_superuser=not role
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    Change.objects.all().delete()
    return client


@pytest.fixture
def operator(client):
    return signed_in(client)


def test_a_new_key_is_shown_once_with_its_webhook_secret(operator):
    page = operator.post(f"{KEYS}add/", FORM | {"with_webhook_secret": "on"})
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    key, secret = KEY.search(page.text)[0], SECRET.search(page.text)[0]
    api_key = authentication.find_key(key)
    assert (api_key.name, api_key.daily_images, api_key.daily_micro_usd) == ("Team", 7, 1_500_000)
    assert api_key.total_micro_usd is None
    assert key_sealing.unseal_key(api_key.webhook_secret, key_sealing.webhook_fernet()) == secret
    assert Webhook(secret)
    for address in ("", f"{api_key.pk}/change/", f"{api_key.pk}/history/"):
        shown = operator.get(f"{KEYS}{address}").text
        assert key not in shown and secret not in shown and api_key.hash not in shown


def test_a_wrong_budget_is_refused_beside_its_field_and_makes_no_key(operator):
    page = operator.post(f"{KEYS}add/", FORM | {"daily_usd": "much"})
    assert page.status_code == 200 and "errorlist" in page.text and 'value="Team"' in page.text
    assert not ApiKey.objects.exists()


def test_limits_are_changed_in_dollars_and_the_change_is_recorded(operator):
    api_key = make_api_key(name="Team", daily_micro_usd=290_000)
    address = f"{KEYS}{api_key.pk}/change/"
    assert 'value="0.29"' in operator.get(address).text
    assert operator.post(address, FORM | {"total_usd": "20", "is_disabled": "on"}).status_code == 302
    api_key.refresh_from_db()
    assert (api_key.daily_micro_usd, api_key.total_micro_usd, api_key.is_disabled) == (1_500_000, 20_000_000, True)
    (change,) = Change.objects.filter(actor="Kim")
    assert change.action == "change key"
    assert change.details["total_micro_usd"] == [None, 20_000_000]
    assert change.details["is_disabled"] == [False, True]


def test_a_change_of_limits_keeps_what_requests_spend_meanwhile(operator, monkeypatch):
    api_key = make_api_key(name="Team")
    save = ApiKey.save

    def spend_and_save(self, *args, **kwargs):
        ApiKey.objects.filter(pk=self.pk).update(spent_micro_usd=80_000)
        save(self, *args, **kwargs)

    monkeypatch.setattr(ApiKey, "save", spend_and_save)
    operator.post(f"{KEYS}{api_key.pk}/change/", FORM)
    api_key.refresh_from_db()
    assert (api_key.daily_images, api_key.spent_micro_usd) == (7, 80_000)


def test_a_key_is_replaced_after_a_confirmation_and_keeps_its_limits(operator):
    old = authentication.create_key()
    api_key = make_api_key(old, name="Team", daily_images=7)
    address = f"{KEYS}{api_key.pk}/rotate/"
    assert not KEY.search(operator.get(address).text)
    assert authentication.find_key(old) == api_key
    new = KEY.search(operator.post(address).text)[0]
    assert authentication.find_key(old) is None
    assert authentication.find_key(new).daily_images == 7
    (change,) = Change.objects.filter(actor="Kim")
    assert change.details == {"prefix": [old[:11], new[:11]]}


def test_a_webhook_secret_is_replaced_and_shown_once(operator):
    api_key = make_api_key(webhook_secret="sealed")
    secret = SECRET.search(operator.post(f"{KEYS}{api_key.pk}/secret/").text)[0]
    api_key.refresh_from_db()
    assert key_sealing.unseal_key(api_key.webhook_secret, key_sealing.webhook_fernet()) == secret
    assert [change.details for change in Change.objects.filter(actor="Kim")] == [{"webhook_secret": "new"}]


@pytest.mark.parametrize("page", ["rotate", "secret"])
def test_demo_keys_are_not_replaced(operator, page):
    demo = make_api_key(is_demo=True)
    assert operator.post(f"{KEYS}{demo.pk}/{page}/").status_code == 404


def test_keys_for_a_group_come_as_a_file(operator):
    answer = operator.post(f"{KEYS}import/", {"table": "name\tdaily_usd\r\nAnn\t1.5\r\nBob\t2\r\n"})
    assert answer["Content-Disposition"] == 'attachment; filename="keys.csv"'
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [authentication.find_key(row["key"]).name for row in rows] == ["Ann", "Bob"]
    assert {change.actor for change in Change.objects.all()} == {"Kim"}


def test_a_table_with_a_mistake_makes_no_key_and_keeps_what_was_pasted(operator):
    page = operator.post(f"{KEYS}import/", {"table": "name,daily_usd\nAnn,1.5\nBob,two\n"})
    assert page.status_code == 422
    assert "Line 3, daily_usd must be" in page.text and "Ann,1.5" in page.text
    assert not ApiKey.objects.exists()


def test_demo_keys_are_hidden_unless_they_are_asked_for(operator):
    issued, demo = make_api_key(name="an issued one"), make_api_key(name="a demo one", is_demo=True)
    shown = {query: operator.get(f"{KEYS}{query}").text for query in ("", "?demo=yes", "?demo=all")}
    assert [(issued.name in page, demo.name in page) for page in shown.values()] == [
        (True, False),
        (False, True),
        (True, True),
    ]


def test_usage_is_shown_by_day_in_dollars_with_a_chart(operator):
    api_key = make_api_key(name="Team")
    today = beijing_day(timezone.now())
    for date, images, money in ((today, 2, 160_000), (today - timedelta(days=3), 1, 80_000)):
        KeyDay.objects.create(api_key=api_key, date=date, images=images, spent_micro_usd=money)
    page = operator.get(f"{KEYS}{api_key.pk}/change/").text
    assert f"<th>{today.isoformat()}</th><td>2</td><td>$0.16</td>" in page
    assert page.count("<rect") == 30 and 'height="120"' in page and 'height="60"' in page
    # The start page adds up all keys but demo keys.
    KeyDay.objects.create(api_key=make_api_key(is_demo=True), date=today, images=9, spent_micro_usd=900_000)
    assert (
        f"<title>{today.isoformat()}: $0.16, 2 images</title>" in operator.get(f"/{settings.URL_PREFIX}admin/").text
    )


@pytest.mark.parametrize("role", ["Auditors", "Support"])
def test_who_may_only_look_at_keys_changes_none(client, role):
    operator = signed_in(client, role)
    api_key = make_api_key(name="Team")
    page = operator.get(f"{KEYS}{api_key.pk}/change/")
    assert page.status_code == 200 and "Team" in page.text and 'name="daily_images"' not in page.text
    for address in ("add/", "import/", f"{api_key.pk}/change/", f"{api_key.pk}/rotate/", f"{api_key.pk}/secret/"):
        assert operator.post(f"{KEYS}{address}", FORM | {"table": "name\nAnn\n"}).status_code == 403
    assert ApiKey.objects.count() == 1 and not Change.objects.filter(actor="Kim").exists()


def test_the_role_of_operators_makes_keys_but_no_accounts(client):
    operator = signed_in(client, "Operators")
    assert KEY.search(operator.post(f"{KEYS}add/", FORM).text)
    assert operator.get(f"/{settings.URL_PREFIX}admin/auth/user/").status_code == 403


def test_the_pages_of_keys_are_in_chinese(operator):
    api_key = make_api_key()
    words = {
        "": "为多人创建密钥",
        "add/": "每日预算",
        "import/": "密钥表格",
        f"{api_key.pk}/rotate/": "更换这个密钥",
        f"{api_key.pk}/change/": "新密钥",
    }
    for address, word in words.items():
        assert word in operator.get(f"{KEYS}{address}", headers={"Accept-Language": "zh-CN"}).text
