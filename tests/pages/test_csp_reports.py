"""Reports of browsers about the content security policy."""

import json
import logging

import pytest

from tests.factories import BASE


def report(client, body):
    return client.post(f"{BASE}csp-report/", body, content_type="application/csp-report")


def test_a_report_is_one_log_line(client, caplog):
    said = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "https://evil.example\nINFO forged"}}
    assert report(client, json.dumps(said)).status_code == 204
    assert "violated-directive=script-src" in caplog.text


def test_a_shared_brief_in_a_reported_address_is_not_logged(client, caplog):
    said = {
        "csp-report": {"violated-directive": "script-src", "source-file": "https://us.example/#brief=eyJwcm9tcHQ"}
    }
    report(client, json.dumps(said))
    assert "source-file=https://us.example/" in caplog.text and "brief" not in caplog.text


def test_a_long_report_is_dropped(client, caplog):
    assert report(client, "x" * 9000).status_code == 204
    assert "csp " not in caplog.text


@pytest.mark.parametrize("body", ["", "{", "[]", "3", "[" * 8000, '{"csp-report": 3}', b"\xff"])
def test_an_unreadable_report_is_logged_as_such(client, caplog, body):
    caplog.set_level(logging.WARNING)
    assert report(client, body).status_code == 204


def test_reading_is_refused(client):
    assert client.get(f"{BASE}csp-report/").status_code == 405
