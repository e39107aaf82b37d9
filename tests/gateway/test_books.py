"""The steps of a call: each happens once, and money moves with them."""

from datetime import UTC, datetime, timedelta

import pytest

from playground.gateway import books
from playground.gateway.chores import clean_up, forget_refused
from playground.gateway.leases import GRACE, Leases, sweep
from playground.gateway.ledger import Amount
from playground.gateway.models import Account, Day, Entry, Job, State
from playground.gateway.quota import LEASE
from playground.gateway.reconcile import differences
from tests.gateway.accounts import an_account
from tests.gateway.test_quota import NOON, admit, finish

DEAD = NOON + LEASE + GRACE + timedelta(seconds=1)


@pytest.fixture
def job():
    """A call that was admitted and sent."""
    job = admit(an_account(), 2)
    books.step(job, State.ADMITTED, State.SENT)
    return job


@pytest.fixture
def charged(job):
    """The same, charged but not delivered."""
    books.step(job, State.SENT, State.ANSWERED)
    books.charge(job, Amount(1, 80_000), "low", NOON)
    return job


def state(job: Job) -> tuple[str, int, int]:
    """Where a call stands, its pictures and its price; nothing may disagree meanwhile."""
    assert not list(differences())
    return Job.objects.values_list("state", "images", "micro_usd").get(pk=job.pk)


def kinds(job: Job) -> list[str]:
    return list(job.entries.order_by("pk").values_list("kind", flat=True))


def counters() -> tuple[int, ...]:
    """Spent and held money of the account, pictures and held pictures of the day."""
    return Account.objects.values_list("spent_micro_usd", "held_micro_usd", "days__images", "days__held_images").get()


def test_what_is_delivered_is_charged_and_nothing_stays_held(charged):
    books.deliver(charged)
    assert state(charged) == (State.DELIVERED, 1, 80_000)
    assert counters() == (80_000, 0, 1, 0)
    assert kinds(charged) == ["hold", "charge"]


def test_a_failure_costs_nothing(job):
    assert books.end(job, 502, "image_provider_error", NOON)
    assert (state(job), counters()) == ((State.FAILED, 0, 0), (0, 0, 0, 0))


def test_a_charge_without_delivery_is_voided_by_a_new_row(charged):
    assert books.end(charged, 499, "client_gone", NOON)
    assert (state(charged), counters()) == ((State.VOID, 0, 0), (0, 0, 0, 0))
    assert kinds(charged) == ["hold", "charge", "void"]


def test_a_call_ends_once(charged):
    assert books.end(charged, 499, "client_gone", NOON)
    assert not books.end(charged, 499, "client_gone", NOON)
    assert state(charged)[0] == State.VOID


def test_what_was_delivered_is_not_voided_later(charged):
    books.deliver(charged)
    assert not books.end(charged, 499, "client_gone", NOON)
    assert sweep(DEAD) == 0


def test_a_call_that_was_given_up_is_charged_no_more(job):
    sweep(DEAD)
    with pytest.raises(books.Lost):
        books.step(job, State.SENT, State.ANSWERED)
    assert state(job)[0] == State.FAILED


@pytest.mark.parametrize("after", range(4))
def test_a_death_at_every_step_leaves_no_charge_and_nothing_held(after):
    account = an_account()
    job = admit(account)
    steps = [
        lambda: books.step(job, State.ADMITTED, State.SENT),
        lambda: books.step(job, State.SENT, State.ANSWERED),
        lambda: books.charge(job, Amount(1, 80_000), "low", NOON),
    ]
    for step in steps[:after]:
        step()
    assert sweep(DEAD) == 1
    assert state(job)[1:] == (0, 0)
    assert counters() == (0, 0, 0, 0)


def test_a_lease_that_is_renewed_is_not_swept(job):
    leases = Leases(clean_up)
    leases.add(job)
    for seconds in range(10, 160, 10):
        leases.beat(NOON + timedelta(seconds=seconds))
    assert state(job)[0] == State.SENT


def test_a_call_of_a_dead_process_is_ended_within_a_minute(job):
    Leases(clean_up).beat(NOON + timedelta(seconds=59))
    assert state(job)[0] == State.FAILED


def test_refused_calls_are_forgotten_when_usage_shows_them_no_more():
    old = datetime(2026, 1, 1, tzinfo=UTC)
    account = an_account()
    books.refuse(account, Job(id="req_x", endpoint="edits", status=400, code="invalid_request"), old)
    delivered = admit(account, at=old)
    finish(delivered, old)
    clean_up(NOON)
    assert list(Job.objects.all()) == [delivered]


def test_only_the_newest_refused_calls_of_a_key_are_kept():
    account, other = an_account(), an_account("cr_other")
    for number in range(4):
        books.refuse(account, Job(id=f"req_{number}", endpoint="edits", status=400, code="invalid_request"), NOON)
    books.refuse(other, Job(id="req_other", endpoint="edits", status=400, code="invalid_request"), NOON)
    delivered = admit(account)
    forget_refused(2)
    assert [one.id for one in Job.objects.order_by("number")] == ["req_2", "req_3", "req_other", delivered.id]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda job: Account.objects.update(spent_micro_usd=1), "account cr_"),
        (lambda job: Day.objects.update(images=7), "day 2026-11-21 of cr_"),
        (lambda job: Day.objects.all().delete(), "it has ledger rows and no counters"),
        (lambda job: Job.objects.update(micro_usd=7), "7 micro-dollars; the ledger has 1 pictures and 80000"),
        (lambda job: Job.objects.update(state=State.VOID), "it is void, and the ledger has charge, hold"),
        (lambda job: Entry.objects.filter(kind="charge").delete(), "the ledger has hold"),
    ],
)
def test_what_disagrees_is_found(charged, change, said):
    books.deliver(charged)
    change(charged)
    assert any(said in line for line in differences())
