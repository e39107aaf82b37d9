"""Admission: the limits of a key are checked before anything is drawn."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import override_settings

from playground.gateway.models import CallState, ImageCall, KeyDay, LedgerEntry
from playground.gateway.services import ledger, quota
from playground.gateway.services.ledger import LedgerAmount, find_differences
from playground.gateway.services.quota import LEASE_DURATION, CallCost
from playground.imageapi.errors import ApiError
from tests.gateway.keys import make_api_key

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)
_numbers = count()


def admit(api_key, n=1, now=NOON, price=80_000):
    """Admit a call for `n` pictures."""
    wanted = CallCost(f"req_{next(_numbers)}", "generations", "1024x1024", "low", n, n * price)
    return quota.admit_call(api_key, wanted, now)[0]


def finish(call, now=NOON, price=80_000):
    """Let a call have all its pictures."""
    ledger.advance_call(call, CallState.ADMITTED, CallState.SENT)
    ledger.advance_call(call, CallState.SENT, CallState.ANSWERED)
    ledger.charge_call(call, LedgerAmount(call.n, call.n * price), "low", now)
    ledger.deliver_call(call)


def refused(api_key, n=1, now=NOON, price=80_000):
    """Code and wait of a refusal, which must change nothing."""
    before = sorted(KeyDay.objects.values_list()), LedgerEntry.objects.count(), ImageCall.objects.count()
    with pytest.raises(ApiError) as raised:
        admit(api_key, n, now, price)
    assert (sorted(KeyDay.objects.values_list()), LedgerEntry.objects.count(), ImageCall.objects.count()) == before
    return raised.value.code, raised.value.retry_after


def test_exactly_the_pictures_of_a_day_are_admitted():
    api_key = make_api_key()
    for _ in range(25):
        finish(admit(api_key, 4))
    assert refused(api_key) == ("image_daily_limit", 12 * 3600)
    assert not list(find_differences())


def test_four_pictures_with_two_left_are_refused_as_a_whole():
    api_key = make_api_key(daily_images=6)
    finish(admit(api_key, 4))
    assert refused(api_key, 4) == ("image_daily_limit", 12 * 3600)
    finish(admit(api_key, 2))


def test_pictures_that_are_being_made_count():
    api_key = make_api_key(daily_images=5)
    admit(api_key, 4)
    assert refused(api_key, 2)[0] == "image_daily_limit"


def test_a_failed_call_gives_its_pictures_back():
    api_key = make_api_key(daily_images=4)
    ledger.end_call(admit(api_key, 4), 502, "image_provider_error", NOON)
    finish(admit(api_key, 4))


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_day_ends_at_midnight_in_beijing_wherever_the_server_stands(zone):
    api_key = make_api_key(daily_images=1)
    with override_settings(TIME_ZONE=zone):
        finish(admit(api_key, now=MIDNIGHT - timedelta(seconds=2)), MIDNIGHT)
        assert refused(api_key, now=MIDNIGHT - timedelta(seconds=1)) == ("image_daily_limit", 1)
        finish(admit(api_key, now=MIDNIGHT), MIDNIGHT)


def test_a_call_over_midnight_belongs_to_the_day_it_began():
    api_key = make_api_key(daily_images=1)
    late = admit(api_key, now=MIDNIGHT - timedelta(seconds=1))
    finish(admit(api_key, now=MIDNIGHT))
    finish(late, MIDNIGHT + timedelta(seconds=30))
    assert list(KeyDay.objects.order_by("date").values_list("date__day", "images", "held_images")) == [
        (21, 1, 0),
        (22, 1, 0),
    ]


def test_a_clock_that_steps_back_over_midnight_finds_yesterdays_count():
    api_key = make_api_key(daily_images=1)
    finish(admit(api_key, now=MIDNIGHT - timedelta(minutes=1)))
    finish(admit(api_key, now=MIDNIGHT))
    assert refused(api_key, now=MIDNIGHT - timedelta(seconds=1))[0] == "image_daily_limit"
    assert refused(api_key, now=MIDNIGHT)[0] == "image_daily_limit"


def test_a_daily_budget_is_never_passed_by_a_cent():
    api_key = make_api_key(daily_micro_usd=240_000, concurrency=9)
    admit(api_key), finish(admit(api_key))
    finish(admit(api_key))
    assert refused(api_key, price=1) == ("crs_daily_exhausted", 12 * 3600)
    finish(admit(api_key, now=MIDNIGHT))


def test_no_one_is_told_to_wait_for_a_day_that_can_never_hold_the_call():
    assert refused(make_api_key(daily_images=2), 3) == ("image_daily_limit", None)
    assert refused(make_api_key(daily_micro_usd=240_000), 4) == ("crs_daily_exhausted", None)


def test_a_total_budget_lasts_beyond_the_day():
    api_key = make_api_key(total_micro_usd=100_000)
    finish(admit(api_key))
    assert refused(api_key, now=MIDNIGHT, price=20_001) == ("crs_total_exhausted", None)
    finish(admit(api_key, now=MIDNIGHT, price=20_000), price=20_000)


def test_the_dearest_price_of_an_automatic_quality_is_held_and_given_back():
    api_key = make_api_key(total_micro_usd=300_000)
    call = admit(api_key, price=211_000)
    assert refused(api_key, price=100_000)[0] == "crs_total_exhausted"
    finish(call)
    finish(admit(api_key, price=211_000))


def test_a_third_call_at_once_is_refused():
    api_key = make_api_key()
    first = admit(api_key)
    admit(api_key)
    assert refused(api_key) == ("concurrency_exhausted", 5)
    finish(first)
    admit(api_key)


def test_calls_of_another_key_take_no_slot():
    admit(make_api_key(concurrency=1))
    admit(make_api_key(concurrency=1))


def test_a_slot_without_a_renewed_lease_is_free_after_30_seconds():
    api_key = make_api_key(concurrency=1)
    admit(api_key)
    assert refused(api_key, now=NOON + LEASE_DURATION - timedelta(seconds=1))[0] == "concurrency_exhausted"
    admit(api_key, now=NOON + LEASE_DURATION)


def test_limits_are_asked_in_the_order_of_the_product():
    api_key = make_api_key(daily_images=0, daily_micro_usd=0, total_micro_usd=0, concurrency=0)
    for name, code in [
        ("daily_images", "image_daily_limit"),
        ("daily_micro_usd", "crs_daily_exhausted"),
        ("total_micro_usd", "crs_total_exhausted"),
        ("concurrency", "concurrency_exhausted"),
    ]:
        assert refused(api_key)[0] == code
        setattr(api_key, name, 1_000_000)
        api_key.save()
    admit(api_key)


def test_a_key_that_was_disabled_while_the_body_came_in_is_refused():
    api_key = make_api_key()
    type(api_key).objects.update(is_disabled=True)
    assert refused(api_key)[0] == "invalid_api_key"
