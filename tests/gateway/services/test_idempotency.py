"""`Idempotency-Key`: the same call twice is one picture and one charge."""

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from playground.core.files import storage
from playground.gateway import authentication
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey, CallState, IdempotencyKey, ImageCall, StoredAnswer
from playground.gateway.services import generate, ledger, stored_answers
from playground.gateway.services.leases import delete_expired_rows
from playground.gateway.services.ledger import find_differences
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import make_demo_key
from tests.gateway.keys import make_api_key
from tests.gateway.multipart_bodies import picture, refused
from tests.gateway.responses.test_streaming import events

ONCE = {"Idempotency-Key": "one"}


@pytest.fixture(autouse=True)
def _agree():
    yield
    assert not list(find_differences())


def spent() -> int:
    return ApiKey.objects.get().spent_micro_usd


def evict(**limits: int) -> None:
    """Make room as the next answer of the last caller would, within these bytes."""
    stored_answers.evict_oldest(ImageCall.objects.latest("number").api_key, **limits)


def unreachable(_: StoredAnswer) -> None:
    raise storage.StorageUnreachableError("the image storage didn't respond")


def test_the_same_call_gets_the_same_answer_for_nothing(post, tiny):
    first, again = (post(n=2, headers=ONCE) for _ in range(2))
    assert again.json() == first.json()
    assert (len(tiny.requests), spent(), ImageCall.objects.count()) == (1, 160_000, 1)


def test_it_is_answered_although_the_day_is_used_up(post, tiny):
    post(headers=ONCE)
    ApiKey.objects.update(daily_images=0, concurrency=0)
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
    ImageCall.objects.update(state=CallState.SENT, leased_until=timezone.now() + timedelta(seconds=20))
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_in_progress")
    ImageCall.objects.filter(state=CallState.SENT).update(state=CallState.DELIVERED, leased_until=None)


def test_a_repeated_call_gets_the_same_response_while_delivery_is_recorded(post, tiny, monkeypatch):
    first = post(headers=ONCE).json()
    ImageCall.objects.update(state=CallState.CHARGED, leased_until=timezone.now() + timedelta(seconds=20))
    noted = ImageCall.objects.filter(state=CallState.CHARGED)
    monkeypatch.setattr(
        ClientConnection, "wait", lambda *_: noted.update(state=CallState.DELIVERED, leased_until=None)
    )
    assert post(headers=ONCE).json() == first
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_an_answer_that_stays_on_its_way_is_not_waited_for(post, tiny, monkeypatch):
    monkeypatch.setattr(generate, "DELIVERY_WAIT_SECONDS", 0)
    post(headers=ONCE)
    ImageCall.objects.update(state=CallState.CHARGED, leased_until=timezone.now() + timedelta(seconds=20))
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_in_progress")
    ImageCall.objects.filter(state=CallState.CHARGED).update(state=CallState.DELIVERED, leased_until=None)


def test_a_failed_call_is_made_again(post, tiny):
    tiny.refusal = ApiError("service_overloaded")
    assert post(headers=ONCE).status_code == 503
    tiny.refusal = None
    assert post(headers=ONCE).status_code == 200
    assert (len(tiny.requests), spent()) == (2, 80_000)


def test_pictures_that_did_not_arrive_are_charged_once_and_drawn_once(post, tiny):
    first = post(headers=ONCE)
    call = ImageCall.objects.get()
    ImageCall.objects.update(state=CallState.CHARGED)
    ledger.end_call(call, 499, "client_gone", timezone.now())
    assert spent() == 0
    assert post(headers=ONCE).json()["data"] == first.json()["data"]
    assert (len(tiny.requests), spent()) == (1, 80_000)
    post(headers=ONCE)
    assert spent() == 80_000


def test_a_stream_is_told_again_without_its_previews(post, tiny):
    told = [events(post(stream=True, partial_images=1, headers=ONCE)) for _ in range(2)]
    assert [name for name, _ in told[1]] == ["image_generation.completed"]
    assert told[1][0][1]["b64_json"] == told[0][-1][1]["b64_json"]
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_edits_are_told_apart_by_what_is_in_their_files(edit, tiny, client, monkeypatch):
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "one"
    assert edit().status_code == 200
    assert edit(("image", "another-name.png", picture())).status_code == 200
    assert refused(edit(("image", "cat.png", picture(width=9))))[:2] == (422, "idempotency_mismatch")
    assert len(tiny.requests) == 1


def test_a_key_lives_for_a_day_and_leaves_nothing_behind(post, tiny, settings):
    post(headers=ONCE)
    delete_expired_rows(timezone.now() + timedelta(hours=24, seconds=1))
    assert not IdempotencyKey.objects.exists() and not StoredAnswer.objects.exists()
    assert not list((settings.DATA_DIR / "answers").iterdir())
    post(n=2, headers=ONCE)
    assert len(tiny.requests) == 2


def test_an_answer_that_is_no_longer_stored_is_refused_and_not_charged_again(post, tiny):
    post(headers=ONCE)
    evict(key_limit=0)
    response = post(headers=ONCE)
    assert refused(response) == (409, "idempotency_expired", "Idempotency-Key")
    assert response["x-should-retry"] == "false"
    assert "no longer stored" in response.json()["error"]["message"]
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_a_stream_that_is_no_longer_stored_is_refused_as_well(post, tiny):
    list(post(stream=True, headers=ONCE).streaming_content)
    evict(key_limit=0)
    assert refused(post(stream=True, headers=ONCE))[:2] == (409, "idempotency_expired")
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_an_answer_whose_files_were_lost_is_refused_and_not_charged_again(post, tiny, settings):
    post(headers=ONCE)
    shutil.rmtree(settings.DATA_DIR / "answers")
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_expired")
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_a_store_that_does_not_answer_is_no_lost_answer(post, tiny, monkeypatch):
    first = post(headers=ONCE).json()
    with monkeypatch.context() as broken:
        broken.setattr(stored_answers, "load_pictures", unreachable)
        response = post(headers=ONCE)
        assert refused(response)[:2] == (503, "image_provider_unavailable")
        assert "x-should-retry" not in response.headers
    assert post(headers=ONCE).json() == first
    assert spent() == 80_000


def test_lost_pictures_that_never_arrived_are_generated_again_and_stored(post, tiny, settings):
    post(headers=ONCE)
    ImageCall.objects.update(state=CallState.CHARGED)
    ledger.end_call(ImageCall.objects.get(), 499, "client_gone", timezone.now())
    shutil.rmtree(settings.DATA_DIR / "answers")
    again, third = (post(headers=ONCE) for _ in range(2))
    assert again.json() == third.json()
    assert (len(tiny.requests), spent()) == (2, 80_000)


def test_the_oldest_answers_of_a_key_make_room_for_its_new_ones(post, tiny):
    for number in range(3):
        post(headers={"Idempotency-Key": str(number)})
    evict(key_limit=2 * StoredAnswer.objects.first().bytes)
    assert [post(headers={"Idempotency-Key": str(number)}).status_code for number in range(3)] == [409, 200, 200]


def test_a_busy_key_takes_no_room_from_the_answers_of_others(post, tiny, settings):
    other = {"Authorization": f"Bearer {make_demo_key(settings.SECRET_KEY)}"}
    post(headers=ONCE | other)
    for number in range(3):
        post(headers={"Idempotency-Key": str(number)})
    evict(key_limit=StoredAnswer.objects.first().bytes)
    assert post(headers=ONCE | other).status_code == 200
    assert post(headers={"Idempotency-Key": "1"}).status_code == 409


def test_answers_of_demo_keys_go_before_those_of_customers(post, tiny):
    make_api_key(key := authentication.create_key())
    customer = {"Authorization": f"Bearer {key}"}
    post(headers=ONCE | customer)
    post(headers=ONCE)
    evict(total_limit=StoredAnswer.objects.first().bytes)
    assert post(headers=ONCE | customer).status_code == 200
    assert post(headers=ONCE).status_code == 409


def test_a_slow_call_that_was_taken_for_dead_is_not_charged_beside_its_repetition(post, tiny, monkeypatch):
    render, statuses = tiny.render, []

    def render_slowly(*facts):
        monkeypatch.setattr(tiny, "render", render)
        ImageCall.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        statuses.append(post(headers=ONCE).status_code)
        return render(*facts)

    monkeypatch.setattr(tiny, "render", render_slowly)
    statuses.append(post(headers=ONCE).status_code)
    assert (statuses, spent()) == ([200, 500], 80_000)


def test_a_key_that_is_too_long_is_refused(post, tiny):
    assert refused(post(headers={"Idempotency-Key": "x" * 256})) == (400, "invalid_request", "Idempotency-Key")


def test_a_response_that_cannot_be_stored_is_still_returned(post, tiny, settings):
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / "answers").write_text("in the way")
    assert post(headers=ONCE).status_code == 200
    assert refused(post(headers=ONCE))[:2] == (409, "idempotency_expired")
    assert refused(post(response_format="url"))[:2] == (500, "server_error")
    assert spent() == 80_000
