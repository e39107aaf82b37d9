"""Admission: what a key may do, decided before anything is drawn."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import override_settings

from playground.gateway.models import CallState, ImageCall, KeyDay, LedgerEntry
from playground.gateway.services import charges, quota
from playground.gateway.services.ledger import LedgerAmount, find_differences
from playground.gateway.services.quota import LEASE_DURATION, CallCost
from playground.imageapi.errors import ApiError
from tests.gateway.keys import an_account

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)
_numbers = count()


def admit(account, n=1, at=NOON, price=80_000):
    """Admit a call for `n` pictures."""
    wanted = CallCost(f"req_{next(_numbers)}", "generations", "1024x1024", "low", n, n * price)
    return quota.admit_call(account, wanted, at)[0]


def finish(job, at=NOON, price=80_000):
    """Let a call have all its pictures."""
    charges.advance_call(job, CallState.ADMITTED, CallState.SENT)
    charges.advance_call(job, CallState.SENT, CallState.ANSWERED)
    charges.charge_call(job, LedgerAmount(job.n, job.n * price), "low", at)
    charges.deliver_call(job)


def refused(account, n=1, at=NOON, price=80_000):
    """Code and wait of a refusal, which must change nothing."""
    before = sorted(KeyDay.objects.values_list()), LedgerEntry.objects.count(), ImageCall.objects.count()
    with pytest.raises(ApiError) as raised:
        admit(account, n, at, price)
    assert (sorted(KeyDay.objects.values_list()), LedgerEntry.objects.count(), ImageCall.objects.count()) == before
    return raised.value.code, raised.value.retry_after


def test_exactly_the_pictures_of_a_day_are_admitted():
    account = an_account()
    for _ in range(25):
        finish(admit(account, 4))
    assert refused(account) == ("image_daily_limit", 12 * 3600)
    assert not list(find_differences())


def test_four_pictures_with_two_left_are_refused_as_a_whole():
    account = an_account(daily_images=6)
    finish(admit(account, 4))
    assert refused(account, 4) == ("image_daily_limit", 12 * 3600)
    finish(admit(account, 2))


def test_pictures_that_are_being_made_count():
    account = an_account(daily_images=5)
    admit(account, 4)
    assert refused(account, 2)[0] == "image_daily_limit"


def test_a_failed_call_gives_its_pictures_back():
    account = an_account(daily_images=4)
    charges.end_call(admit(account, 4), 502, "image_provider_error", NOON)
    finish(admit(account, 4))


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_day_ends_at_midnight_in_beijing_wherever_the_server_stands(zone):
    account = an_account(daily_images=1)
    with override_settings(TIME_ZONE=zone):
        finish(admit(account, at=MIDNIGHT - timedelta(seconds=2)), MIDNIGHT)
        assert refused(account, at=MIDNIGHT - timedelta(seconds=1)) == ("image_daily_limit", 1)
        finish(admit(account, at=MIDNIGHT), MIDNIGHT)


def test_a_call_over_midnight_belongs_to_the_day_it_began():
    account = an_account(daily_images=1)
    late = admit(account, at=MIDNIGHT - timedelta(seconds=1))
    finish(admit(account, at=MIDNIGHT))
    finish(late, MIDNIGHT + timedelta(seconds=30))
    assert list(KeyDay.objects.order_by("date").values_list("date__day", "images", "held_images")) == [
        (21, 1, 0),
        (22, 1, 0),
    ]


def test_a_clock_that_steps_back_over_midnight_finds_yesterdays_count():
    account = an_account(daily_images=1)
    finish(admit(account, at=MIDNIGHT - timedelta(minutes=1)))
    finish(admit(account, at=MIDNIGHT))
    assert refused(account, at=MIDNIGHT - timedelta(seconds=1))[0] == "image_daily_limit"
    assert refused(account, at=MIDNIGHT)[0] == "image_daily_limit"


def test_a_daily_budget_is_never_passed_by_a_cent():
    account = an_account(daily_micro_usd=240_000, concurrency=9)
    admit(account), finish(admit(account))
    finish(admit(account))
    assert refused(account, price=1) == ("crs_daily_exhausted", 12 * 3600)
    finish(admit(account, at=MIDNIGHT))


def test_no_one_is_told_to_wait_for_a_day_that_can_never_hold_the_call():
    assert refused(an_account(daily_images=2), 3) == ("image_daily_limit", None)
    assert refused(an_account(daily_micro_usd=240_000), 4) == ("crs_daily_exhausted", None)


def test_a_total_budget_lasts_beyond_the_day():
    account = an_account(total_micro_usd=100_000)
    finish(admit(account))
    assert refused(account, at=MIDNIGHT, price=20_001) == ("crs_total_exhausted", None)
    finish(admit(account, at=MIDNIGHT, price=20_000), price=20_000)


def test_the_dearest_price_of_an_automatic_quality_is_held_and_given_back():
    account = an_account(total_micro_usd=300_000)
    job = admit(account, price=211_000)
    assert refused(account, price=100_000)[0] == "crs_total_exhausted"
    finish(job)
    finish(admit(account, price=211_000))


def test_a_third_call_at_once_is_refused():
    account = an_account()
    first = admit(account)
    admit(account)
    assert refused(account) == ("concurrency_exhausted", 5)
    finish(first)
    admit(account)


def test_calls_of_another_key_take_no_slot():
    admit(an_account(concurrency=1))
    admit(an_account(concurrency=1))


def test_a_slot_without_a_renewed_lease_is_free_after_30_seconds():
    account = an_account(concurrency=1)
    admit(account)
    assert refused(account, at=NOON + LEASE_DURATION - timedelta(seconds=1))[0] == "concurrency_exhausted"
    admit(account, at=NOON + LEASE_DURATION)


def test_limits_are_asked_in_the_order_of_the_product():
    account = an_account(daily_images=0, daily_micro_usd=0, total_micro_usd=0, concurrency=0)
    for name, code in [
        ("daily_images", "image_daily_limit"),
        ("daily_micro_usd", "crs_daily_exhausted"),
        ("total_micro_usd", "crs_total_exhausted"),
        ("concurrency", "concurrency_exhausted"),
    ]:
        assert refused(account)[0] == code
        setattr(account, name, 1_000_000)
        account.save()
    admit(account)


def test_a_key_that_was_disabled_while_the_body_came_in_is_refused():
    account = an_account()
    type(account).objects.update(is_disabled=True)
    assert refused(account)[0] == "invalid_api_key"
