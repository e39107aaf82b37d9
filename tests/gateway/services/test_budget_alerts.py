"""The operator is told once when a key has used 80 % of a budget, and once when it is used up, whatever fails."""

import ast
import json
from datetime import timedelta

import pytest
import responses
from django.core import mail
from django.utils import timezone

from playground.gateway.models import ApiKey, BudgetAlert, KeyDay
from playground.gateway.services import budget_alerts
from playground.gateway.services.budget_alerts import check_budgets
from playground.imageapi.pricing import beijing_day
from tests.gateway.keys import make_api_key
from tests.helpers.server import run_command

pytestmark = pytest.mark.django_db
HOOK = "https://hooks.example.org/secret"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _mailer(settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.EMAIL_FROM, settings.PUBLIC_URL = "playground@example.org", "https://images.example.org"
    settings.ALERT_EMAIL, settings.ALERT_WEBHOOK_URL = ["kim@example.org", "lee@example.org"], ""


@pytest.fixture
def hook(settings, monkeypatch):
    """A webhook; its answers are mocked, and its name is not resolved."""
    settings.ALERT_EMAIL, settings.ALERT_WEBHOOK_URL = [], HOOK
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def spend(api_key: ApiKey, micro_usd: int) -> None:
    """What was charged today and in total."""
    ApiKey.objects.filter(pk=api_key.pk).update(spent_micro_usd=micro_usd)
    KeyDay.objects.update_or_create(api_key=api_key, date=beijing_day(NOW), defaults={"spent_micro_usd": micro_usd})


def subjects() -> list[str]:
    return [message.subject.removeprefix("[playground] ") for message in mail.outbox]


@pytest.mark.parametrize(("budget", "words"), [("daily_micro_usd", "today's"), ("total_micro_usd", "the total")])
def test_each_threshold_is_told_once(budget, words):
    api_key = make_api_key(name="Team", **{budget: 1_000_000})
    spend(api_key, 799_999)
    check_budgets(NOW)
    assert subjects() == []
    spend(api_key, 800_000)
    for _ in range(2):
        check_budgets(NOW)
    assert subjects() == [f"The key {api_key} has used 80 % of {words} budget: $0.80 of $1.00."]
    # Nothing costs less than $0.08, so no request is admitted any more.
    spend(api_key, 960_000)
    for _ in range(2):
        check_budgets(NOW)
    assert subjects()[1:] == [f"The key {api_key} has used up {words} budget: $0.96 of $1.00."]
    assert mail.outbox[0].to == ["kim@example.org", "lee@example.org"]
    assert "https://images.example.org" in mail.outbox[0].body


def test_a_raised_budget_and_another_day_are_told_anew():
    api_key = make_api_key(daily_micro_usd=1_000_000)
    spend(api_key, 900_000)
    check_budgets(NOW)
    ApiKey.objects.update(daily_micro_usd=1_100_000)
    check_budgets(NOW)
    KeyDay.objects.create(api_key=api_key, date=beijing_day(NOW) + timedelta(days=1), spent_micro_usd=1_000_000)
    check_budgets(NOW + timedelta(days=1))
    assert len(subjects()) == 3


def test_a_key_without_a_budget_is_no_matter():
    spend(make_api_key(), 10**12)
    check_budgets(NOW)
    assert not BudgetAlert.objects.exists()


def test_a_webhook_gets_the_figures_and_no_key(hook):
    hook.post(HOOK, status=204)
    api_key = make_api_key(name="Team", total_micro_usd=1_000_000)
    spend(api_key, 850_000)
    for _ in range(2):
        check_budgets(NOW)
    (call,) = hook.calls
    body = json.loads(call.request.body)
    assert (body["object"], body["key"], body["percent"]) == ("budget.alert", api_key.prefix, 80)
    assert (body["period"], body["spent_micro_usd"], body["budget_micro_usd"]) == ("total", 850_000, 1_000_000)
    assert "80 %" in body["text"] and api_key.hash not in call.request.body.decode()


def test_an_alert_that_was_not_taken_is_sent_again_later_but_not_mailed_twice(hook, settings):
    settings.ALERT_EMAIL = ["kim@example.org"]
    spend(make_api_key(total_micro_usd=1_000_000), 850_000)
    hook.post(HOOK, status=500)
    check_budgets(NOW)
    check_budgets(NOW + timedelta(minutes=1))
    assert len(hook.calls) == 1
    hook.replace("POST", HOOK, status=200)
    for minutes in (6, 12):
        check_budgets(NOW + timedelta(minutes=minutes))
    assert len(hook.calls) == 2 and len(mail.outbox) == 1


def test_a_mail_server_that_is_down_is_tried_again(monkeypatch):
    spend(make_api_key(total_micro_usd=1_000_000), 850_000)

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(budget_alerts.EmailMessage, "send", refuse)
        check_budgets(NOW)
    check_budgets(NOW + timedelta(minutes=6))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ALERT_EMAIL": "kim@example.org"}, "EMAIL_URL must be set together with ALERT_EMAIL"),
        ({"EMAIL_URL": "smtp://mail"}, "EMAIL_URL must be set together with ALERT_EMAIL"),
        ({"ALERT_EMAIL": "kim", "EMAIL_URL": "smtp://mail"}, "must be e-mail addresses"),
        ({"ALERT_EMAIL": "kim@example.org", "EMAIL_URL": "http://mail"}, "EMAIL_URL must be a URL such as smtp"),
        ({"ALERT_WEBHOOK_URL": "hooks.example.org"}, "ALERT_WEBHOOK_URL must be a URL such as https"),
    ],
)
def test_settings_that_cannot_work_end_the_start_with_a_sentence(tmp_path, variables, sentence):
    ended = run_command("check", DATA_DIR=str(tmp_path), **variables)
    assert (
        ended.returncode == 1 and f"The setting {sentence.split()[0]}" in ended.stderr
    ) or sentence in ended.stderr
    assert sentence in ended.stderr and "Traceback" not in ended.stderr


def test_the_mail_server_is_read_from_its_url(tmp_path):
    program = "from django.conf import settings; print(settings.EMAIL_FROM, settings.MAILERS['default']['OPTIONS'])"
    variables = {"ALERT_EMAIL": "kim@example.org,lee@example.org", "EMAIL_URL": "smtp+tls://us%40er:p%2Fw@mail:587"}
    ended = run_command("shell", "--no-imports", "-c", program, DATA_DIR=str(tmp_path), **variables)
    sender, _, options = ended.stdout.strip().partition(" ")
    assert sender == "kim@example.org"
    assert ast.literal_eval(options) == {
        "host": "mail", "port": 587, "username": "us@er", "password": "p/w", "use_ssl": False, "use_tls": True,
        "timeout": 10,
    }  # fmt: skip
