"""`manage.py create_key` and `revoke_key`."""

import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from standardwebhooks.webhooks import Webhook

from playground.core import key_sealing
from playground.gateway import authentication
from playground.gateway.models import ApiKey
from playground.imageapi.providers import make_demo_key


def said(*words: str) -> list[str]:
    """The lines that a command writes."""
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().splitlines()


def issued(*words: str) -> ApiKey:
    """The account behind the last line of create_key."""
    api_key = authentication.find_key(said("create_key", *words)[-1])
    assert api_key is not None
    return api_key


def test_the_last_line_is_the_key_alone():
    api_key = issued()
    assert (api_key.daily_images, api_key.concurrency, api_key.expires_at) == (100, 2, None)
    assert (api_key.daily_micro_usd, api_key.total_micro_usd) == (None, None)


def test_limits_are_kept_in_whole_numbers():
    api_key = issued("--name", "Team", "--daily-images=7", "--concurrency=3", "--daily-usd=0.29", "--total-usd=12")
    assert (api_key.name, api_key.daily_images, api_key.concurrency) == ("Team", 7, 3)
    assert (api_key.daily_micro_usd, api_key.total_micro_usd) == (290_000, 12_000_000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2001-01-01", datetime(2001, 1, 1, 16, tzinfo=UTC)),
        ("2026-11-21T18:30", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ("2026-11-21T18:30:00Z", datetime(2026, 11, 21, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_bare_date_ends_at_midnight_in_beijing(text, moment):
    assert issued(f"--expires={text}").expires_at == moment


@pytest.mark.parametrize(
    "option",
    ["--expires=tomorrow", "--expires=9999-12-31", "--daily-usd=ten", "--daily-usd=-1", "--total-usd=NaN",
     "--total-usd=0.0000001", "--daily-images=-1", "--concurrency=99999999"],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_a_sentence(option):
    with pytest.raises(CommandError, match="must be"):
        said("create_key", option)
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_disabled():
    key = said("create_key")[-1]
    said("revoke_key", key[:11])
    assert ApiKey.objects.get().is_disabled


@pytest.mark.parametrize("prefix", ["cr_", "cr_aaaaaaaa"])
def test_an_unknown_prefix_disables_nothing(prefix):
    issued()
    with pytest.raises(CommandError, match="No key starts"):
        said("revoke_key", prefix)
    assert not ApiKey.objects.get().is_disabled


def test_one_of_many_demo_keys_is_not_taken_by_chance():
    key = make_demo_key(settings.SECRET_KEY)
    api_key = authentication.find_key(key)
    assert api_key is not None
    ApiKey.objects.create(hash="another", prefix=api_key.prefix, is_demo=True)
    with pytest.raises(CommandError, match="2 demo keys"):
        said("revoke_key", key[:11])


def test_a_webhook_secret_is_printed_once_before_the_key_and_signs_webhooks():
    *_, secret, _limits, key = said("create_key", "--webhook-secret")
    api_key = authentication.find_key(key)
    assert api_key is not None
    sealed = api_key.webhook_secret
    assert key_sealing.unseal_key(sealed, key_sealing.webhook_fernet()) == secret
    assert secret.startswith("whsec_") and len(Webhook(secret)._whsecret) == 24
    assert not issued().webhook_secret
