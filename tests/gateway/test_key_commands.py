"""`manage.py create_key`, `create_keys` and `revoke_key`, and what they leave in the audit log."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from standardwebhooks.webhooks import Webhook

from playground.core import key_sealing
from playground.core.models import Change
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


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_keys_of_a_file_are_issued_with_their_limits_and_shown_once(tmp_path):
    file = written(
        tmp_path / "class.csv",
        "name,daily_images,concurrency,daily_usd,total_usd,expires,webhook_secret\n"
        "Ann,7,3,1.50,20,2026-11-21,yes\n"
        "\n"
        "李雷,,,,,,\n",
    )
    rows = list(csv.DictReader(said("create_keys", file)))
    assert [row["name"] for row in rows] == ["Ann", "李雷"]
    first, second = (authentication.find_key(row["key"]) for row in rows)
    assert first is not None and second is not None
    assert (first.daily_images, first.concurrency) == (7, 3)
    assert (first.daily_micro_usd, first.total_micro_usd) == (1_500_000, 20_000_000)
    assert first.expires_at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert rows[0]["webhook_secret"].startswith("whsec_") and not rows[1]["webhook_secret"]
    assert (second.daily_images, second.concurrency, second.daily_micro_usd) == (100, 2, None)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_copied_from_a_spreadsheet_is_understood(tmp_path, separator):
    lines = [separator.join(cells) for cells in (("Name", "Daily_USD"), ("Ann", "1.5"))]
    said("create_keys", written(tmp_path / "class.csv", "\ufeff" + "\r\n".join(lines)))
    assert ApiKey.objects.get().daily_micro_usd == 1_500_000


def test_a_file_with_a_mistake_creates_no_key_and_says_where_each_one_is(tmp_path):
    file = written(
        tmp_path / "class.csv", "name,daily_images,daily_usd\nAnn,7,1\nBob,many,1\n,7,1\nEve,1,ten\nX,1,1,1\n"
    )
    with pytest.raises(CommandError) as failure:
        said("create_keys", file)
    lines = str(failure.value).splitlines()
    assert lines[0] == "No key was created."
    assert [line.split()[1].strip(",") for line in lines[1:]] == ["3", "4", "5", "6"]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column 'name'"),
        ("name\n", "no keys in the file"),
        ("name,limit\nAnn,1\n", "Unknown columns: limit"),
        ("name\n" + "Ann\n" * 1001, "1001 keys"),
        ("name,webhook_secret\nAnn,perhaps\n", "must be yes or no"),
        (f"name\n{'x' * 101}\n", "at most 100 characters"),
    ],
)
def test_a_file_that_lists_no_usable_keys_is_refused_with_a_sentence(tmp_path, text, sentence):
    with pytest.raises(CommandError, match=sentence):
        said("create_keys", written(tmp_path / "class.csv", text))


def test_keys_can_be_written_to_a_new_private_file_only(tmp_path):
    file, output = written(tmp_path / "class.csv", "name\nAnn\n"), tmp_path / "keys.csv"
    assert "cr_" not in "".join(said("create_keys", file, f"--output={output}"))
    (row,) = csv.DictReader(output.read_text().splitlines())
    assert authentication.find_key(row["key"]) == ApiKey.objects.get()
    assert output.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="No key was created"):
        said("create_keys", file, f"--output={output}")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(("name", "sentence"), [("missing.csv", "can't be read"), ("latin.csv", "UTF-8")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, sentence):
    (tmp_path / "latin.csv").write_bytes("name\nJosé\n".encode("latin-1"))
    with pytest.raises(CommandError, match=sentence):
        said("create_keys", str(tmp_path / name))


def test_changes_from_a_shell_are_recorded_without_secrets():
    key = said("create_key", "--name=Team", "--webhook-secret")[-1]
    said("revoke_key", key[:11])
    revoked, created = Change.objects.all()
    assert created.actor.startswith("shell (") and created.action == "add key"
    assert created.details["name"] == [None, "Team"] and created.details["webhook_secret"] == "new"
    assert (revoked.action, revoked.details) == ("change key", {"is_disabled": [False, True]})
    assert key[:11] in revoked.subject
    assert key not in repr(list(Change.objects.values())) and "whsec" not in repr(list(Change.objects.values()))


def test_keys_that_visitors_get_by_themselves_are_no_changes_of_operators():
    authentication.find_key(make_demo_key(settings.SECRET_KEY))
    assert ApiKey.objects.count() == 1 and not Change.objects.exists()
