"""`?dry_run=true`: the price, the time and what is left, or the error that the call would get; nothing is made."""

from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.utils import timezone

from playground.gateway import authentication
from playground.gateway.models import ApiKey, CallState, IdempotencyKey, ImageCall, KeyDay, LedgerEntry
from playground.gateway.services import quota
from playground.gateway.services.quota import CallCost
from playground.imageapi.catalog import AUTO, ENDPOINTS, PARAMETER, QUALITIES
from playground.imageapi.pricing import beijing_day
from playground.imageapi.providers import BUILTIN, PROFILES
from tests.factories import BASE
from tests.gateway.conftest import EDITS, GENERATIONS
from tests.gateway.keys import make_api_key
from tests.gateway.multipart_bodies import FORM, body_of, fields, part, picture, refused

DRY_RUN = "?dry_run=true"


class Caller:
    """Asks for quotes and pictures with a key of create_key."""

    def __init__(self, client: Client) -> None:
        self.key = authentication.create_key()
        self.client = client
        make_api_key(self.key)

    def ask(self, endpoint="generations", query=DRY_RUN, headers=None, **sent):
        headers = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        if endpoint == "generations":
            body = {"model": "gpt-image-2", "prompt": "a cat", **sent}
            return self.client.post(GENERATIONS + query, body, content_type="application/json", headers=headers)
        body = body_of(fields(**sent), part("image", picture(), "cat.png"))
        return self.client.generic("POST", EDITS + query, body, content_type=FORM, headers=headers)

    def set(self, **limits):
        ApiKey.objects.update(**limits)


@pytest.fixture
def caller(client, tiny):
    return Caller(client)


def rows():
    """Everything that a call could change."""
    tables = (ApiKey, KeyDay, ImageCall, LedgerEntry, IdempotencyKey)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_quote_says_price_time_and_what_is_left(caller, endpoint):
    caller.set(daily_images=10, daily_micro_usd=5_000_000, total_micro_usd=9_000_000)
    response = caller.ask(endpoint, size="1024x1024", quality="high", n=2, style="vivid")
    assert response.status_code == 200
    assert response.json() == {
        "object": "image.quote",
        "micro_usd": {"low": 422_000, "high": 422_000},
        "seconds": {"low": 1, "high": 2},
        "images_left_today": 10,
        "micro_usd_left": 5_000_000,
        "ignored": ["style"],
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_quote_draws_holds_and_records_nothing(caller, tiny, endpoint):
    before = rows()
    assert caller.ask(endpoint, headers={"Idempotency-Key": "one"}).status_code == 200
    assert (tiny.requests, rows()) == ([], before)


def test_a_key_without_a_budget_has_no_sum_left(caller):
    assert caller.ask().json()["micro_usd_left"] is None


def test_used_and_running_images_are_subtracted_from_the_quota(caller):
    caller.set(daily_images=10, total_micro_usd=1_000_000)
    assert caller.ask(query="", n=2, quality="low").status_code == 200
    quota.admit_call(ApiKey.objects.get(), CallCost("req_1", "edits", "1024x1024", "low", 3, 240_000), timezone.now())
    left = caller.ask().json()
    assert (left["images_left_today"], left["micro_usd_left"]) == (5, 1_000_000 - 160_000 - 240_000)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"daily_images": 1}, "image_daily_limit"),
        ({"daily_micro_usd": 100_000}, "crs_daily_exhausted"),
        ({"total_micro_usd": 100_000}, "crs_total_exhausted"),
        ({"concurrency": 0}, "concurrency_exhausted"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "key_expired"),
        ({"is_disabled": True}, "invalid_api_key"),
    ],
)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_key_at_its_limit_gets_the_error_of_the_call(caller, tiny, endpoint, limits, code):
    caller.set(**limits)
    before = rows()
    quoted, called = (caller.ask(endpoint, query, n=2, quality="low") for query in (DRY_RUN, ""))
    assert (quoted.status_code, quoted.json()) == (called.status_code, called.json())
    assert quoted.json()["error"]["code"] == code and quoted.get("Retry-After") == called.get("Retry-After")
    assert before[:2] == rows()[:2] and not tiny.requests


@pytest.mark.parametrize(
    "sent", [{"size": "1x1"}, {"n": 9}, {"model": "dall-e-3"}, {"background": "transparent", "output_format": "jpeg"}]
)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_wrong_parameter_gets_the_error_of_the_call(caller, endpoint, sent):
    quoted, called = (caller.ask(endpoint, query, **sent) for query in (DRY_RUN, ""))
    assert quoted.status_code >= 400
    assert (quoted.status_code, quoted.json()) == (called.status_code, called.json())


def test_a_file_that_cannot_be_used_is_refused(caller):
    body = body_of(fields(), part("image", b"no picture", "cat.png"))
    headers = {"Authorization": f"Bearer {caller.key}"}
    response = caller.client.generic("POST", EDITS + DRY_RUN, body, content_type=FORM, headers=headers)
    assert refused(response) == (400, "invalid_request", "image")


def test_an_unknown_value_is_refused_before_anything_is_charged(caller, tiny):
    assert refused(caller.ask(query="?dry_run=yes")) == (400, "invalid_request", "dry_run")
    assert not tiny.requests


def test_false_makes_the_call(caller, tiny):
    assert caller.ask(query="?dry_run=false").json()["data"]


def test_a_quote_needs_a_key(client):
    assert client.post(GENERATIONS + DRY_RUN, {}, content_type="application/json").status_code == 401


def test_the_key_of_a_delivered_call_costs_nothing_again(caller):
    once = {"Idempotency-Key": "one"}
    caller.ask(query="", headers=once)
    assert caller.ask(headers=once).json()["micro_usd"] == {"low": 0, "high": 0}
    assert refused(caller.ask(headers=once, n=2))[:2] == (422, "idempotency_mismatch")


def test_a_quote_ends_no_call_that_its_idempotency_key_belongs_to(caller):
    once = {"Idempotency-Key": "one"}
    caller.ask(query="", headers=once)
    ImageCall.objects.update(state=CallState.CHARGED)
    before = rows()
    assert caller.ask(headers=once).json()["micro_usd"] == {"low": 80_000, "high": 80_000}
    assert rows() == before


def test_a_rehearsed_error_answers_a_quote_too(client, key):
    def ask(code):
        headers = {"Authorization": f"Bearer {key}", "X-Rehearse": code}
        body = {"model": "gpt-image-2", "prompt": "a cat", "n": 2}
        return client.post(GENERATIONS + DRY_RUN, body, content_type="application/json", headers=headers)

    assert refused(ask("image_daily_limit"))[:2] == (429, "image_daily_limit")
    assert ask("partial").json()["object"] == "image.quote"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_quote_equals_the_estimate_of_the_page_for_every_choice(caller, client, settings, endpoint):
    # 2.5: the page rounds up, and so must the quote.
    settings.DEMO_SECONDS = 2.5
    profile = PROFILES[BUILTIN]
    counts = range(1, profile.max_n + 1)
    sizes = PARAMETER["size"].accepts(endpoint)
    qualities = (AUTO, *QUALITIES)
    differing = []
    for model, size, quality, n in product(profile.models, sizes, qualities, counts):
        chosen = {"api": BUILTIN, "model": model, "size": size, "quality": quality, "n": str(n)}
        sources = {"sources": "1"} if endpoint == "edits" else {}
        page = client.get(f"{BASE}{'edit/' if endpoint == 'edits' else ''}estimate/", chosen | sources)
        shown = page.context["estimate"]
        quote = caller.ask(endpoint, model=model, size=size, quality=quality, n=n).json()
        if quote["micro_usd"] != {"low": shown.low, "high": shown.high}:
            differing.append((chosen, quote["micro_usd"], shown))
        seconds = f"{quote['seconds']['low']}–{quote['seconds']['high']} s"
        if seconds != shown.seconds_label:
            differing.append((chosen, seconds, shown.seconds_label))
    assert differing == []


def test_a_provider_takes_as_long_as_the_reference_says(caller, settings):
    settings.GATEWAY_UPSTREAM_URL = "https://provider.example/v1"
    assert caller.ask(quality="low").json()["seconds"] == {"low": 20, "high": 35}
    assert not ImageCall.objects.filter(date=beijing_day(timezone.now())).exists()
