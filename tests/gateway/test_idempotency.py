"""`Idempotency-Key`: the same call twice is one picture and one charge."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.gateway import books, kept, serve
from playground.gateway.caller import Caller
from playground.gateway.chores import clean_up
from playground.gateway.models import Account, Job, Kept, Repeat, State
from playground.gateway.reconcile import differences
from playground.imageapi.demokeys import make_demo_key
from playground.imageapi.errors import ApiError
from tests.gateway.forms import picture, refused
from tests.gateway.test_streaming import events

ONCE = {"Idempotency-Key": "one"}


@pytest.fixture(autouse=True)
def _agree():
    yield
    assert not list(differences())


def spent() -> int:
    return Account.objects.get().spent_micro_usd


def test_the_same_call_gets_the_same_answer_for_nothing(post, tiny):
    first, again = (post(n=2, headers=ONCE) for _ in range(2))
    assert again.json() == first.json()
    assert (len(tiny.asked), spent(), Job.objects.count()) == (1, 160_000, 1)


def test_it_is_answered_although_the_day_is_used_up(post, tiny):
    post(headers=ONCE)
    Account.objects.update(daily_images=0, concurrency=0)
    assert post(headers=ONCE).status_code == 200


def test_another_body_under_the_same_key_is_refused(post, tiny):
    post(headers=ONCE)
    assert refused(post(n=2, headers=ONCE))[:2] == (422, "idempotency_mismatch")


def test_another_account_has_keys_of_its_own(post, tiny, settings):
    post(headers=ONCE)
    other = {"Authorization": f"Bearer {make_demo_key(settings.SECRET_KEY)}"}
    assert post(n=2, headers=ONCE | other).status_code == 200


def test_a_call_that_still_runs_is_not_made_twice(post, tiny):
    post(headers=ONCE)
    Job.objects.update(state=State.SENT, leased_until=timezone.now() + timedelta(seconds=20))
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_in_progress")
    Job.objects.filter(state=State.SENT).update(state=State.DELIVERED, leased_until=None)


def test_who_asks_again_while_the_delivery_is_noted_gets_the_same_answer(post, tiny, monkeypatch):
    first = post(headers=ONCE).json()
    Job.objects.update(state=State.CHARGED, leased_until=timezone.now() + timedelta(seconds=20))
    noted = Job.objects.filter(state=State.CHARGED)
    monkeypatch.setattr(Caller, "wait", lambda *_: noted.update(state=State.DELIVERED, leased_until=None))
    assert post(headers=ONCE).json() == first
    assert (len(tiny.asked), spent()) == (1, 80_000)


def test_an_answer_that_stays_on_its_way_is_not_waited_for(post, tiny, monkeypatch):
    monkeypatch.setattr(serve, "NOTED_WITHIN", 0)
    post(headers=ONCE)
    Job.objects.update(state=State.CHARGED, leased_until=timezone.now() + timedelta(seconds=20))
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_in_progress")
    Job.objects.filter(state=State.CHARGED).update(state=State.DELIVERED, leased_until=None)


def test_a_call_that_failed_is_made_anew(post, tiny):
    tiny.refusal = ApiError("service_overloaded")
    assert post(headers=ONCE).status_code == 503
    tiny.refusal = None
    assert post(headers=ONCE).status_code == 200
    assert (len(tiny.asked), spent()) == (2, 80_000)


def test_pictures_that_did_not_arrive_are_charged_once_and_drawn_once(post, tiny):
    first = post(headers=ONCE)
    job = Job.objects.get()
    Job.objects.update(state=State.CHARGED)
    books.end(job, 499, "client_gone", timezone.now())
    assert spent() == 0
    assert post(headers=ONCE).json()["data"] == first.json()["data"]
    assert (len(tiny.asked), spent()) == (1, 80_000)
    post(headers=ONCE)
    assert spent() == 80_000


def test_a_stream_is_told_again_without_its_previews(post, tiny):
    told = [events(post(stream=True, partial_images=1, headers=ONCE)) for _ in range(2)]
    assert [name for name, _ in told[1]] == ["image_generation.completed"]
    assert told[1][0][1]["b64_json"] == told[0][-1][1]["b64_json"]
    assert (len(tiny.asked), spent()) == (1, 80_000)


def test_edits_are_told_apart_by_what_is_in_their_files(edit, tiny, client, monkeypatch):
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "one"
    assert edit().status_code == 200
    assert edit(("image", "another-name.png", picture())).status_code == 200
    assert refused(edit(("image", "cat.png", picture(width=9))))[:2] == (422, "idempotency_mismatch")
    assert len(tiny.asked) == 1


def test_a_key_lives_for_a_day_and_leaves_nothing_behind(post, tiny, settings):
    post(headers=ONCE)
    clean_up(timezone.now() + timedelta(hours=24, seconds=1))
    assert not Repeat.objects.exists() and not Kept.objects.exists()
    assert not list((settings.DATA_DIR / "answers").iterdir())
    post(n=2, headers=ONCE)
    assert len(tiny.asked) == 2


def test_the_oldest_answers_make_room_for_new_ones(post, tiny):
    for number in range(3):
        post(headers={"Idempotency-Key": str(number)})
    kept.make_room(most=2 * Kept.objects.first().bytes)
    assert Kept.objects.count() == 2
    post(headers={"Idempotency-Key": "0"})
    assert len(tiny.asked) == 4


def test_a_key_that_is_too_long_is_refused(post, tiny):
    assert refused(post(headers={"Idempotency-Key": "x" * 256})) == (400, "invalid_request", "Idempotency-Key")


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(post, tiny, settings):
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / "answers").write_text("in the way")
    assert post(headers=ONCE).status_code == 200
    assert refused(post(response_format="url"))[:2] == (500, "server_error")
    assert spent() == 80_000
