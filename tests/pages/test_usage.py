"""The usage page: the key's usage at the built-in API, and the session's runs at other APIs."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import responses
from django.conf import settings
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from playground.gateway.models import ImageCall, LedgerEntry
from playground.gateway.responses.usage import USAGE_COLUMNS
from playground.gateway.services import ledger
from playground.gateway.services.leases import Leases
from playground.imageapi.pricing import PRICE_TABLE, picture_price
from playground.pages.presenters.usage import session_usage, usage_view
from playground.pages.views import account as views
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.gateway.keys import make_api_key
from tests.gateway.services.test_quota import admit, finish

pytestmark = pytest.mark.django_db
USAGE = f"{BASE}usage/"
ENDPOINT = f"{settings.IMAGE_APIS['builtin'].base_url}/usage"


@pytest.fixture(autouse=True)
def _no_beats(monkeypatch):
    """Leases are not renewed behind the test's back."""
    monkeypatch.setattr(Leases, "start", lambda _: None)


@pytest.fixture
def api():
    """The built-in API answers at its address, as in life."""

    def answer(request):
        said = Client().get(
            request.path_url, headers={"Authorization": request.headers["Authorization"], "Host": "127.0.0.1"}
        )
        return said.status_code, {"Content-Type": said["Content-Type"]}, said.content

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, ENDPOINT, callback=answer)
        yield mock


def with_key(client, key=KEY):
    assert client.post(USAGE, {"api": "builtin", "key": key}).status_code == 303
    return client


def a_mixed_day(account, at):
    for size, quality in (("1024x1024", "high"), ("2048x2048", "low"), ("1536x1024", "medium")):
        price = picture_price(size, quality)
        finish(admit(account, 2, at, price), at, price)
    ledger.end_call(admit(account, 1, at), 502, "image_provider_error", at)
    finish(admit(account, 1, at - timedelta(days=3)), at - timedelta(days=3))


def test_page_csv_api_and_ledger_agree_after_a_mixed_day(client, api):
    account = make_api_key(KEY)
    a_mixed_day(account, timezone.now())
    page = with_key(client).get(USAGE)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{USAGE}csv/").content.decode())))
    told = Client().get(f"{BASE}v1/usage", headers={"Authorization": f"Bearer {KEY}"}).json()
    totals = LedgerEntry.objects.filter(api_key=account).aggregate(images=Sum("images"), money=Sum("spent_micro_usd"))
    figures = {
        "page": (page.context["usage"].images, page.context["usage"].micro_usd),
        "rows": (
            sum(call.images for call in page.context["usage"].calls),
            sum(call.micro_usd for call in page.context["usage"].calls),
        ),
        "csv": (sum(int(row["images"]) for row in rows), sum(int(row["micro_usd"]) for row in rows)),
        "api": (sum(day["images"] for day in told["days"]), sum(day["micro_usd"] for day in told["days"])),
        "ledger": (totals["images"], totals["money"]),
    }
    assert set(figures.values()) == {(7, 2 * 211_000 + 4 * 80_000 + 80_000)}, figures
    assert 'data-usage-images="7"' in page.text and 'data-usage-micro-usd="822000"' in page.text
    assert page.text.count("<tr data-call=") == len(rows) == 5
    assert tuple(rows[0]) == USAGE_COLUMNS == views.USAGE_COLUMNS


def test_all_pages_of_a_long_list_are_read(client, api):
    account = make_api_key(KEY, daily_images=1000)
    at = timezone.now()
    for _ in range(120):
        ledger.end_call(admit(account, 1, at), 502, "image_provider_error", at)
    shown = with_key(client).get(USAGE).context["usage"].calls
    assert (shown.paginator.count, len(shown)) == (120, 50)


def test_calls_can_be_filtered(client, api):
    a_mixed_day(make_api_key(KEY), timezone.now())
    failed = with_key(client).get(USAGE, {"show": "failed"}).context["usage"]
    assert [(call.status, call.micro_usd) for call in failed.calls] == [(502, 0)]
    assert failed.images == 7


def test_no_cell_of_the_csv_is_a_formula(client, api):
    formula = '=HYPERLINK("https://evil.example")'
    account = make_api_key(KEY)
    job = admit(account, 1, timezone.now())
    ledger.end_call(job, 400, formula, timezone.now())
    ImageCall.objects.filter(pk=job.pk).update(size=formula[:12], quality="@SUM(1)")
    (row,) = csv.DictReader(io.StringIO(with_key(client).get(f"{USAGE}csv/").content.decode()))
    assert (row["size"], row["quality"], row["code"]) == (f"'{formula[:12]}", "'@SUM(1)", f"'{formula}")


def test_a_newcomer_sees_zeros_and_leaves_nothing_behind(client, api):
    page = client.get(USAGE)
    assert (page.status_code, page.context["usage"].images, page.context["usage"].price) == (200, 0, "$0.00")
    assert not client.session.keys() and not api.calls


def test_the_usage_of_the_sessions_demo_key_is_read(client, api):
    client.post(BASE, {"prompt": "A fox"})
    page = client.get(USAGE)
    assert (page.context["usage"].limit, page.context["usage"].left) == (100, 100)
    assert page.context["api"].is_demo


def test_both_addresses_answer(client):
    assert client.get(f"{BASE}usage").status_code == client.get(USAGE).status_code == 200


def test_a_key_is_stored_in_the_session_and_never_shown(client, api):
    make_api_key(KEY)
    response = client.post(f"{BASE}usage", {"key": KEY})
    assert (response.status_code, response["Location"]) == (303, USAGE)
    page = client.get(USAGE).text
    assert KEY not in page and KEY[-4:] in page


def test_text_that_is_not_a_key_is_rejected_with_a_message(client):
    page = client.post(USAGE, {"key": "nonsense"})
    assert page.status_code == 422 and 'data-field-error="key"' in page.text and "nonsense" not in page.text


def test_an_unknown_key_gets_a_message(client, api):
    assert 'data-field-error="key"' in with_key(client, "cr_unknown_key").get(USAGE).text


def test_an_api_without_an_answer_gets_a_message(client):
    with_key(client)
    with responses.RequestsMock():
        page = client.get(USAGE)
        assert page.context["trouble"] and page.status_code == 200
        assert client.get(f"{USAGE}csv/").status_code == 502


def test_the_usage_of_another_api_comes_from_the_sessions_runs(client):
    a_run(api="asia", account="qcode", price=422_000, pictures=2, parameters={"quality": "high", "n": 2})
    a_run(api="asia", account="qcode", state="failed", error="unsupported_size", error_facts={"status": 422})
    a_run(api="asia", account="qcode", visitor="bob", price=80_000, pictures=1)
    a_run(price=80_000, pictures=1)
    page = a_visitor(client).get(USAGE, {"api": "asia"})
    usage = page.context["usage"]
    assert (usage.images, usage.micro_usd, usage.limit) == (2, 422_000, None)
    assert [(call.status, call.code, call.micro_usd) for call in usage.calls] == [
        (422, "unsupported_size", 0), (200, "", 422_000),
    ]  # fmt: skip
    assert "our records" in page.text and "https://api.qcode.cc/qcode-img/usage" in page.text


@pytest.mark.parametrize(
    ("at", "countdown"),
    [
        (datetime(2026, 11, 21, 15, 58, 30, tzinfo=UTC), "2 min"),
        (datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), "1 min"),
        (datetime(2026, 11, 21, 16, 0, 0, tzinfo=UTC), "24 h"),
        (datetime(2026, 11, 21, 16, 0, 1, tzinfo=UTC), "24 h"),
        (datetime(2026, 11, 22, 3, 30, tzinfo=UTC), "12 h 30 min"),
    ],
)
def test_the_countdown_ends_at_midnight_in_beijing(at, countdown):
    view = usage_view(session_usage("", "qcode", at, days=30), at)
    assert view.countdown == countdown
    assert view.resets_at.astimezone(UTC).hour == 16


def test_a_day_begins_at_midnight_in_beijing():
    late = datetime(2026, 11, 21, 15, 59, tzinfo=UTC)
    a_run(account="qcode", created_at=late, price=80_000, pictures=1)
    before, after = (session_usage("alice", "qcode", late + timedelta(minutes=one), days=30) for one in (0, 1))
    assert (before["today"]["images"], after["today"]["images"]) == (1, 0)
    assert after["days"][-2]["images"] == 1


def test_the_chart_has_a_text_for_every_day(client, api):
    a_mixed_day(make_api_key(KEY), timezone.now())
    page = with_key(client).get(USAGE).text
    assert page.count('class="bar-day"') == 30 == page.count("data-day=")
    assert "6 images, $0.742" in page and "style=" not in page


@pytest.mark.parametrize(("size", "quality"), sorted(PRICE_TABLE))
def test_a_row_shows_table_floor_and_bill(size, quality):
    now = timezone.now()
    call = dict.fromkeys(USAGE_COLUMNS, 0) | {
        "id": "a",
        "size": size,
        "quality": quality,
        "images": 2,
        "endpoint": "edits",
    }
    body = session_usage("", "builtin", now, days=1) | {
        "calls": [call | {"micro_usd": 2 * picture_price(size, quality)}]
    }
    (row,) = usage_view(body, now).calls
    dollars = [float(one.removeprefix("$")) for one in (row.table, row.floor, row.price)]
    assert dollars[2] == max(dollars[:2])


def test_other_methods_are_refused(client):
    assert client.put(USAGE).status_code == 405
    assert client.post(f"{USAGE}csv/").status_code == 405


def test_json_of_the_api_names_budgets(client):
    make_api_key(KEY, total_micro_usd=5_000_000)
    body = json.loads(client.get(f"{BASE}v1/usage", headers={"Authorization": f"Bearer {KEY}"}).content)
    assert body["account"] == {
        "spent_micro_usd": 0, "daily_micro_usd": None, "total_micro_usd": 5_000_000, "running": 0, "concurrency": 2,
    }  # fmt: skip
