"""The steps of a call: each happens once, and money moves with them."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from playground.gateway.models import ApiKey, CallState, ImageCall, KeyDay, LedgerEntry
from playground.gateway.services import ledger
from playground.gateway.services.leases import (
    LEASE_GRACE,
    Leases,
    delete_expired_rows,
    delete_old_refusals,
    expire_leases,
)
from playground.gateway.services.ledger import LedgerAmount, find_differences
from playground.gateway.services.quota import LEASE_DURATION
from tests.gateway.keys import make_api_key
from tests.gateway.services.test_quota import NOON, admit, finish

DEAD = NOON + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1)


@pytest.fixture
def call():
    """A call that was admitted and sent."""
    call = admit(make_api_key(), 2)
    ledger.advance_call(call, CallState.ADMITTED, CallState.SENT)
    return call


@pytest.fixture
def charged(call):
    """The same, charged but not delivered."""
    ledger.advance_call(call, CallState.SENT, CallState.ANSWERED)
    ledger.charge_call(call, LedgerAmount(1, 80_000), "low", NOON)
    return call


def state(call: ImageCall) -> tuple[str, int, int]:
    """Return the state of a call, its pictures and its price; the ledger must agree with them."""
    assert not list(find_differences())
    return ImageCall.objects.values_list("state", "images", "micro_usd").get(pk=call.pk)


def kinds(call: ImageCall) -> list[str]:
    return list(call.entries.order_by("pk").values_list("kind", flat=True))


def counters() -> tuple[int, ...]:
    """Return spent and held money of the key, pictures and held pictures of the day."""
    return ApiKey.objects.values_list("spent_micro_usd", "held_micro_usd", "days__images", "days__held_images").get()


def test_a_delivered_call_is_charged_and_nothing_stays_on_hold(charged):
    ledger.deliver_call(charged)
    assert state(charged) == (CallState.DELIVERED, 1, 80_000)
    assert counters() == (80_000, 0, 1, 0)
    assert kinds(charged) == ["hold", "charge"]


def test_a_failure_costs_nothing(call):
    assert ledger.end_call(call, 502, "image_provider_error", NOON)
    assert (state(call), counters()) == ((CallState.FAILED, 0, 0), (0, 0, 0, 0))


def test_a_charge_without_delivery_is_voided_by_a_new_row(charged):
    assert ledger.end_call(charged, 499, "client_gone", NOON)
    assert (state(charged), counters()) == ((CallState.VOID, 0, 0), (0, 0, 0, 0))
    assert kinds(charged) == ["hold", "charge", "void"]


def test_a_call_ends_once(charged):
    assert ledger.end_call(charged, 499, "client_gone", NOON)
    assert not ledger.end_call(charged, 499, "client_gone", NOON)
    assert state(charged)[0] == CallState.VOID


def test_a_delivered_call_is_not_voided_later(charged):
    ledger.deliver_call(charged)
    assert not ledger.end_call(charged, 499, "client_gone", NOON)
    assert expire_leases(DEAD) == 0


def test_a_call_that_was_given_up_is_charged_no_more(call):
    expire_leases(DEAD)
    with pytest.raises(ledger.LeaseLostError):
        ledger.advance_call(call, CallState.SENT, CallState.ANSWERED)
    assert state(call)[0] == CallState.FAILED


@pytest.mark.parametrize("after", range(4))
def test_a_death_at_every_step_leaves_no_charge_and_nothing_held(after):
    api_key = make_api_key()
    call = admit(api_key)
    steps = [
        lambda: ledger.advance_call(call, CallState.ADMITTED, CallState.SENT),
        lambda: ledger.advance_call(call, CallState.SENT, CallState.ANSWERED),
        lambda: ledger.charge_call(call, LedgerAmount(1, 80_000), "low", NOON),
    ]
    for step in steps[:after]:
        step()
    assert expire_leases(DEAD) == 1
    assert state(call)[1:] == (0, 0)
    assert counters() == (0, 0, 0, 0)


def test_a_lease_that_is_renewed_is_not_swept(call):
    leases = Leases(delete_expired_rows)
    leases.add(call)
    for seconds in range(10, 160, 10):
        leases.renew(NOON + timedelta(seconds=seconds))
    assert state(call)[0] == CallState.SENT


def test_a_call_of_a_dead_process_is_ended_within_a_minute(call):
    Leases(delete_expired_rows).renew(NOON + timedelta(seconds=59))
    assert state(call)[0] == CallState.FAILED


def test_refused_calls_are_forgotten_when_usage_shows_them_no_more():
    old = datetime(2026, 1, 1, tzinfo=UTC)
    api_key = make_api_key()
    ledger.record_refusal(api_key, ImageCall(id="req_x", endpoint="edits", status=400, code="invalid_request"), old)
    delivered = admit(api_key, now=old)
    finish(delivered, old)
    delete_expired_rows(NOON)
    assert list(ImageCall.objects.all()) == [delivered]


def test_only_the_newest_refused_calls_of_a_key_are_kept():
    api_key, other = make_api_key(), make_api_key("cr_other")
    for number in range(4):
        ledger.record_refusal(
            api_key, ImageCall(id=f"req_{number}", endpoint="edits", status=400, code="invalid_request"), NOON
        )
    ledger.record_refusal(
        other, ImageCall(id="req_other", endpoint="edits", status=400, code="invalid_request"), NOON
    )
    delivered = admit(api_key)
    delete_old_refusals(2)
    assert [one.id for one in ImageCall.objects.order_by("number")] == ["req_2", "req_3", "req_other", delivered.id]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda call: ApiKey.objects.update(spent_micro_usd=1), "account cr_"),
        (lambda call: KeyDay.objects.update(images=7), "day 2026-11-21 of cr_"),
        (lambda call: KeyDay.objects.all().delete(), "it has ledger rows and no counters"),
        (lambda call: ImageCall.objects.update(micro_usd=7), "7 micro-dollars; the ledger has 1 images and 80000"),
        (lambda call: ImageCall.objects.update(state=CallState.VOID), "is void, but the ledger has charge, hold"),
        (lambda call: LedgerEntry.objects.filter(kind="charge").delete(), "the ledger has hold"),
    ],
)
def test_differences_in_the_ledger_are_found(charged, change, said):
    ledger.deliver_call(charged)
    change(charged)
    assert any(said in line for line in find_differences())


@pytest.mark.django_db(transaction=True)
def test_new_field_names_change_nothing_in_the_database():
    out = io.StringIO()
    call_command("sqlmigrate", "gateway", "0004", stdout=out)
    assert [line for line in out.getvalue().splitlines() if not line.startswith("--")] == ["BEGIN;", "COMMIT;"]
