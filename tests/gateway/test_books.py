"""The steps of a call: each happens once, and money moves with them."""

from datetime import UTC, datetime, timedelta

import pytest

from playground.gateway.models import ApiKey, CallState, ImageCall, KeyDay, LedgerEntry
from playground.gateway.services import charges
from playground.gateway.services.leases import (
    LEASE_GRACE,
    Leases,
    delete_expired_rows,
    delete_old_refusals,
    expire_leases,
)
from playground.gateway.services.ledger import LedgerAmount, find_differences
from playground.gateway.services.quota import LEASE_DURATION
from tests.gateway.keys import an_account
from tests.gateway.test_quota import NOON, admit, finish

DEAD = NOON + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1)


@pytest.fixture
def job():
    """A call that was admitted and sent."""
    job = admit(an_account(), 2)
    charges.advance_call(job, CallState.ADMITTED, CallState.SENT)
    return job


@pytest.fixture
def charged(job):
    """The same, charged but not delivered."""
    charges.advance_call(job, CallState.SENT, CallState.ANSWERED)
    charges.charge_call(job, LedgerAmount(1, 80_000), "low", NOON)
    return job


def state(job: ImageCall) -> tuple[str, int, int]:
    """Where a call stands, its pictures and its price; nothing may disagree meanwhile."""
    assert not list(find_differences())
    return ImageCall.objects.values_list("state", "images", "micro_usd").get(pk=job.pk)


def kinds(job: ImageCall) -> list[str]:
    return list(job.entries.order_by("pk").values_list("kind", flat=True))


def counters() -> tuple[int, ...]:
    """Spent and held money of the account, pictures and held pictures of the day."""
    return ApiKey.objects.values_list("spent_micro_usd", "held_micro_usd", "days__images", "days__held_images").get()


def test_what_is_delivered_is_charged_and_nothing_stays_held(charged):
    charges.deliver_call(charged)
    assert state(charged) == (CallState.DELIVERED, 1, 80_000)
    assert counters() == (80_000, 0, 1, 0)
    assert kinds(charged) == ["hold", "charge"]


def test_a_failure_costs_nothing(job):
    assert charges.end_call(job, 502, "image_provider_error", NOON)
    assert (state(job), counters()) == ((CallState.FAILED, 0, 0), (0, 0, 0, 0))


def test_a_charge_without_delivery_is_voided_by_a_new_row(charged):
    assert charges.end_call(charged, 499, "client_gone", NOON)
    assert (state(charged), counters()) == ((CallState.VOID, 0, 0), (0, 0, 0, 0))
    assert kinds(charged) == ["hold", "charge", "void"]


def test_a_call_ends_once(charged):
    assert charges.end_call(charged, 499, "client_gone", NOON)
    assert not charges.end_call(charged, 499, "client_gone", NOON)
    assert state(charged)[0] == CallState.VOID


def test_what_was_delivered_is_not_voided_later(charged):
    charges.deliver_call(charged)
    assert not charges.end_call(charged, 499, "client_gone", NOON)
    assert expire_leases(DEAD) == 0


def test_a_call_that_was_given_up_is_charged_no_more(job):
    expire_leases(DEAD)
    with pytest.raises(charges.LeaseLost):
        charges.advance_call(job, CallState.SENT, CallState.ANSWERED)
    assert state(job)[0] == CallState.FAILED


@pytest.mark.parametrize("after", range(4))
def test_a_death_at_every_step_leaves_no_charge_and_nothing_held(after):
    account = an_account()
    job = admit(account)
    steps = [
        lambda: charges.advance_call(job, CallState.ADMITTED, CallState.SENT),
        lambda: charges.advance_call(job, CallState.SENT, CallState.ANSWERED),
        lambda: charges.charge_call(job, LedgerAmount(1, 80_000), "low", NOON),
    ]
    for step in steps[:after]:
        step()
    assert expire_leases(DEAD) == 1
    assert state(job)[1:] == (0, 0)
    assert counters() == (0, 0, 0, 0)


def test_a_lease_that_is_renewed_is_not_swept(job):
    leases = Leases(delete_expired_rows)
    leases.add(job)
    for seconds in range(10, 160, 10):
        leases.beat(NOON + timedelta(seconds=seconds))
    assert state(job)[0] == CallState.SENT


def test_a_call_of_a_dead_process_is_ended_within_a_minute(job):
    Leases(delete_expired_rows).beat(NOON + timedelta(seconds=59))
    assert state(job)[0] == CallState.FAILED


def test_refused_calls_are_forgotten_when_usage_shows_them_no_more():
    old = datetime(2026, 1, 1, tzinfo=UTC)
    account = an_account()
    charges.record_refusal(account, ImageCall(id="req_x", endpoint="edits", status=400, code="invalid_request"), old)
    delivered = admit(account, at=old)
    finish(delivered, old)
    delete_expired_rows(NOON)
    assert list(ImageCall.objects.all()) == [delivered]


def test_only_the_newest_refused_calls_of_a_key_are_kept():
    account, other = an_account(), an_account("cr_other")
    for number in range(4):
        charges.record_refusal(
            account, ImageCall(id=f"req_{number}", endpoint="edits", status=400, code="invalid_request"), NOON
        )
    charges.record_refusal(
        other, ImageCall(id="req_other", endpoint="edits", status=400, code="invalid_request"), NOON
    )
    delivered = admit(account)
    delete_old_refusals(2)
    assert [one.id for one in ImageCall.objects.order_by("number")] == ["req_2", "req_3", "req_other", delivered.id]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda job: ApiKey.objects.update(spent_micro_usd=1), "account cr_"),
        (lambda job: KeyDay.objects.update(images=7), "day 2026-11-21 of cr_"),
        (lambda job: KeyDay.objects.all().delete(), "it has ledger rows and no counters"),
        (lambda job: ImageCall.objects.update(micro_usd=7), "7 micro-dollars; the ledger has 1 pictures and 80000"),
        (lambda job: ImageCall.objects.update(state=CallState.VOID), "it is void, and the ledger has charge, hold"),
        (lambda job: LedgerEntry.objects.filter(kind="charge").delete(), "the ledger has hold"),
    ],
)
def test_what_disagrees_is_found(charged, change, said):
    charges.deliver_call(charged)
    change(charged)
    assert any(said in line for line in find_differences())
