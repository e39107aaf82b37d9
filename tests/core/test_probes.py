"""Health probes that machines send from inside, under host names that no setting lists."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from playground.runs.worker import claims
from tests.helpers.server import run_command


def asks(path, host="10.42.0.7:8000", **headers):
    return Client(headers={"host": host, **headers}).get(path)


@pytest.fixture
def public(settings):
    settings.PUBLIC_URL, settings.IS_HTTPS = "https://images.example.org", True
    settings.ALLOWED_HOSTS = ["images.example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.42.0.7:8000", "[fd00::7]:8000", "web-1"])
def test_a_health_check_is_answered_under_every_name_and_never_sent_to_https(public, host):
    claims.record_heartbeat("a runner")
    answer = asks("/healthz", host)
    facts = {"version": settings.VERSION, "database": True, "runner": True}
    assert (answer.status_code, answer.json()) == (200, facts)


@pytest.mark.django_db
def test_without_a_runner_no_work_is_taken(public):
    assert asks("/healthz").status_code == 503


def test_the_process_is_alive_whatever_the_database_does(public, monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    monkeypatch.setattr(connection, "ensure_connection", gone)
    assert asks("/livez").status_code == 200
    assert asks("/healthz").status_code == 503


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
def test_probes_are_only_read_and_kept_by_no_cache(path):
    assert Client().post(path).status_code == 405
    assert Client().post(path)["Cache-Control"] == "no-store"


def test_figures_are_not_answered_under_a_strange_name_while_they_are_off(public):
    assert asks("/metrics").status_code == 400


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"ALLOWED_HOSTS": "images.example.org"}, "images.example.org 127.0.0.1 localhost [::1]"),
        ({"ALLOWED_HOSTS": "a.example", "HOST": "10.0.0.9"}, "a.example 127.0.0.1 localhost [::1] 10.0.0.9"),
        (
            {"ALLOWED_HOSTS": "a.example", "PUBLIC_URL": "https://b.example", "BUILTIN_URL": "http://b.example/"},
            "a.example 127.0.0.1 localhost [::1] b.example",
        ),
        ({"BUILTIN_URL": "http://[fd00::9]/"}, "127.0.0.1 localhost [::1] [fd00::9]"),
    ],
)
def test_the_built_in_address_is_always_let_in(tmp_path, setting, expected):
    program = "from django.conf import settings; print(*settings.ALLOWED_HOSTS)"
    ended = run_command("shell", "--no-imports", "-c", program, DATA_DIR=str(tmp_path), **setting)
    assert ended.stdout.strip() == expected, ended.stderr


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("10.0.0.9", "10.0.0.9"),
        ("::1", "[::1]"),
    ],
)
def test_the_built_in_address_is_one_that_the_server_listens_on(tmp_path, host, expected):
    program = "from django.conf import settings; print(settings.BUILTIN_URL)"
    ended = run_command("shell", "--no-imports", "-c", program, DATA_DIR=str(tmp_path), HOST=host)
    assert ended.stdout.strip() == f"http://{expected}:8000/qcode-img/", ended.stderr
