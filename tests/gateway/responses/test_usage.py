"""`GET v1/usage`: days and calls of the key."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from playground.gateway import authentication
from playground.gateway.models import ApiKey, CallState, ImageCall
from playground.gateway.responses.usage import PAGE_CALLS, USAGE_COLUMNS, usage_response
from playground.gateway.services import ledger
from tests.gateway.keys import make_api_key
from tests.gateway.services.test_quota import admit, finish

USAGE = f"/{settings.URL_PREFIX}v1/usage"
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture
def get(client, key):
    """Ask with a key."""
    return lambda query="": client.get(f"{USAGE}?{query}", headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def api_key(key) -> ApiKey:
    """The account of that key."""
    api_key = authentication.find_key(key)
    assert api_key is not None
    return api_key


def test_a_new_key_used_nothing(get):
    body = get().json()
    assert (body["object"], body["calls"], body["next"]) == ("usage", [], None)
    assert (body["today"]["images"], body["today"]["limit"]) == (0, 100)
    assert len(body["days"]) == 30
    assert {(day["images"], day["micro_usd"]) for day in body["days"]} == {(0, 0)}


def test_a_call_is_shown_with_what_it_cost(get, post, tiny):
    response = post(quality="high", n=2)
    body = get("days=1").json()
    (call,) = body["calls"]
    assert tuple(call) == USAGE_COLUMNS
    assert call["id"] == response["x-request-id"]
    assert [call[name] for name in USAGE_COLUMNS[2:9]] == ["generations", "1024x1024", "high", 2, 2, 200, ""]
    assert (call["micro_usd"], body["today"]["images"]) == (422_000, 2)
    assert (body["days"][0]["images"], body["days"][0]["micro_usd"]) == (2, 422_000)
    assert abs(call["created"] - timezone.now().timestamp()) < 60 and 0 <= call["seconds"] < 60


def test_failures_are_shown_and_cost_nothing(get, post, tiny):
    post(size="1x1")
    post(b"{")
    shown = [(one["status"], one["code"], one["n"], one["micro_usd"]) for one in get().json()["calls"]]
    assert shown == [(400, "invalid_request", None, 0), (422, "unsupported_size", None, 0)]


def test_running_calls_are_not_shown_yet(get, api_key):
    admit(api_key, now=timezone.now())
    assert get().json()["calls"] == []


def test_a_call_that_was_voided_says_so(get, api_key):
    call = admit(api_key, now=timezone.now())
    finish_without_delivery(call)
    shown = get().json()
    assert [(one["images"], one["status"], one["code"]) for one in shown["calls"]] == [(0, 499, "client_gone")]
    assert shown["today"]["images"] == 0


def finish_without_delivery(call):
    ledger.advance_call(call, "admitted", "sent")
    ledger.advance_call(call, "sent", "answered")
    ledger.charge_call(call, ledger.LedgerAmount(1, 80_000), "low", timezone.now())
    ledger.end_call(call, 499, "client_gone", timezone.now())


def test_another_key_sees_nothing_of_it(get):
    finish(admit(make_api_key(), now=timezone.now()))
    assert get().json()["calls"] == []


def test_days_are_beijings():
    api_key = make_api_key()
    late = NOW.replace(hour=15, minute=59)
    for now in (late - timedelta(days=1), late, late + timedelta(minutes=1)):
        finish(admit(api_key, now=now), now)
    body = read(api_key, "days=2", late + timedelta(minutes=1))
    assert [(day["date"], day["images"]) for day in body["days"]] == [("2026-11-21", 1), ("2026-11-22", 1)]
    assert (body["today"]["images"], body["today"]["resets_at"]) == (1, "2026-11-23T00:00:00+08:00")
    assert len(body["calls"]) == 2


def read(api_key: ApiKey, query: str, now: datetime = NOW):
    """The answer as JSON."""

    return json.loads(usage_response(api_key, QueryDict(query), now).content)


def test_calls_come_page_by_page_newest_first():
    api_key = make_api_key(daily_images=1000)
    calls = []
    for _ in range(PAGE_CALLS + 5):
        calls.append(admit(api_key, now=NOW))
        ledger.end_call(calls[-1], 502, "image_provider_error", NOW)
    first = read(api_key, "")
    second = read(api_key, f"after={first['next']}")
    assert [one["id"] for one in first["calls"] + second["calls"]] == [call.id for call in reversed(calls)]
    assert (len(first["calls"]), second["next"]) == (PAGE_CALLS, None)


def test_csv_has_one_row_a_call_beyond_a_page():
    api_key = make_api_key()
    for _ in range(PAGE_CALLS + 1):
        ledger.end_call(admit(api_key, now=NOW), 502, "image_provider_error", NOW)
    response = usage_response(api_key, QueryDict("format=csv"), NOW)
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert (len(rows), tuple(rows[0])) == (PAGE_CALLS + 1, USAGE_COLUMNS)
    assert (rows[0]["status"], rows[0]["micro_usd"]) == ("502", "0")
    assert response["Content-Type"].startswith("text/csv")


FORMULAS = ('=HYPERLINK("a")', "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_csv_is_a_formula(formula):
    api_key, words = make_api_key(), {"endpoint": formula, "size": formula, "quality": formula, "code": formula}
    ImageCall.objects.create(
        id=formula, api_key=api_key, date=NOW.date(), created_at=NOW, ended_at=NOW, state=CallState.FAILED, **words
    )
    response = usage_response(api_key, QueryDict("format=csv"), NOW)
    (row,) = csv.DictReader(io.StringIO(response.getvalue().decode(), newline=""))
    assert {row[name] for name in ("id", *words)} == {f"'{formula}"}


@pytest.mark.parametrize(
    ("query", "param"),
    [("days=0", "days"), ("days=91", "days"), ("days=x", "days"), ("days=%EF%BC%93", "days"), ("after=x", "after"),
     ("after=%00", "after"), ("format=xml", "format")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(get, query, param):
    response = get(query)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


def test_usage_needs_a_key_and_a_get(client, key):
    assert client.get(USAGE).status_code == 401
    assert client.post(USAGE).status_code == 405
