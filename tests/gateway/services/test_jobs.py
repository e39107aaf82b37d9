"""`Prefer: respond-async`: a call becomes a job, which goes on without its client and is charged once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.gateway.models import ApiKey, CallState, ImageCall, ImageJob, LedgerEntry, StoredAnswer
from playground.gateway.services import jobs, stored_answers
from playground.gateway.services.jobs import job_threads, prefers_job
from playground.gateway.services.leases import LEASE_GRACE, delete_expired_rows, expire_leases
from playground.gateway.services.ledger import find_differences
from playground.gateway.services.quota import LEASE_DURATION
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import make_demo_key
from tests.gateway.conftest import GENERATIONS
from tests.gateway.job_steps import ASYNC, JOBS, waiting
from tests.gateway.multipart_bodies import refused
from tests.gateway.test_openapi import SCHEMAS, check

__all__ = ["waiting"]
ONCE = ASYNC | {"Idempotency-Key": "one"}


@pytest.fixture(autouse=True)
def _agree():
    """Check after each test that the ledger agrees with the counters."""
    yield
    assert not list(find_differences())


def spent() -> int:
    return ApiKey.objects.get().spent_micro_usd


def test_a_job_is_accepted_before_anything_is_sent(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    job = accepted.json()
    assert (accepted.status_code, accepted["Preference-Applied"]) == (202, "respond-async")
    assert accepted["Location"] == f"http://testserver{JOBS}{job['id']}"
    assert (job["object"], job["status"], job["id"][:4], tiny.requests) == ("image.job", "queued", "job_", [])
    assert waiting.read(accepted) == job


@pytest.mark.parametrize("state", [CallState.SENT, CallState.ANSWERED])
def test_a_job_is_in_progress_until_it_is_charged(post, tiny, waiting, state):
    accepted = post(headers=ASYNC)
    ImageCall.objects.update(state=state)
    assert waiting.read(accepted)["status"] == "in_progress"


def test_a_completed_job_has_the_usual_answer(post, tiny, waiting):
    plain, accepted = post(n=2).json(), post(n=2, headers=ASYNC)
    waiting.finish()
    job = waiting.read(accepted)
    assert job["status"] == "completed"
    assert job["result"] | {"created": 0} == plain | {"created": 0}


def test_a_job_about_an_edit_is_completed_after_its_request_ended(edit, tiny, waiting, client):
    client.defaults["HTTP_PREFER"] = "respond-async"
    accepted = edit()
    waiting.finish()
    assert waiting.read(accepted)["result"]["data"][0]["b64_json"]


def test_a_job_is_charged_when_it_completes_whether_fetched_or_not(post, tiny, waiting):
    accepted = post(quality="high", n=2, headers=ASYNC)
    assert (spent(), ApiKey.objects.get().held_micro_usd) == (0, 422_000)
    waiting.finish()
    assert (spent(), ApiKey.objects.get().held_micro_usd) == (422_000, 0)
    for _ in range(2):
        waiting.read(accepted)
    assert (spent(), LedgerEntry.objects.filter(kind="charge").count()) == (422_000, 1)
    assert ImageCall.objects.get().state == CallState.DELIVERED


def test_a_job_counts_among_the_calls_at_once_from_the_start(post, tiny, waiting):
    assert [post(headers=ASYNC).status_code for _ in range(2)] == [202, 202]
    assert refused(post(headers=ASYNC))[:2] == (429, "concurrency_exhausted")
    waiting.finish()
    assert post(headers=ASYNC).status_code == 202


@pytest.mark.parametrize(("fields", "code"), [({"size": "1x1"}, "unsupported_size"), ({"n": 5}, "invalid_request")])
def test_a_job_is_checked_as_any_other_call(post, tiny, waiting, fields, code):
    plain, as_job = post(**fields), post(headers=ASYNC, **fields)
    assert refused(as_job) == refused(plain)
    assert refused(as_job)[1] == code
    assert not ImageJob.objects.exists()


def test_a_stream_cannot_be_a_job(post, tiny, waiting):
    assert refused(post(stream=True, headers=ASYNC)) == (400, "invalid_request", "stream")


def test_pictures_of_a_job_have_addresses_when_it_asks_for_them(post, tiny, waiting, client):
    accepted = post(response_format="url", headers=ASYNC)
    waiting.finish()
    (picture,) = waiting.read(accepted)["result"]["data"]
    assert client.get(picture["url"])["Content-Type"] == "image/png"
    StoredAnswer.objects.update(published_until=timezone.now())
    assert client.get(waiting.read(accepted)["result"]["data"][0]["url"]).status_code == 200


def test_a_failed_job_has_the_usual_error_and_costs_nothing(post, tiny, waiting):
    tiny.failure = ApiError("invalid_request", "The provider rejected the request: no cats", param="prompt")
    accepted, plain = post(headers=ASYNC), post().json()
    waiting.finish()
    job = waiting.read(accepted)
    assert (job["status"], job["error"], spent()) == ("failed", plain["error"], 0)
    assert "result" not in job


def test_an_unexpected_failure_says_server_error(post, tiny, waiting):
    tiny.failure = ZeroDivisionError()
    accepted = post(headers=ASYNC)
    waiting.finish()
    assert waiting.read(accepted)["error"]["code"] == "server_error"


def test_a_job_whose_answer_cannot_be_stored_fails_without_a_charge(post, tiny, waiting, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    accepted = post(headers=ASYNC)
    monkeypatch.setattr(stored_answers, "store_answer", full)
    waiting.finish()
    assert (waiting.read(accepted)["status"], spent()) == ("failed", 0)


def test_a_job_of_a_dead_process_ends_as_failed_without_a_charge(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    ImageCall.objects.update(state=CallState.SENT)
    expire_leases(timezone.now() + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1))
    job = waiting.read(accepted)
    assert (job["status"], job["error"]["code"]) == ("failed", "server_error")
    assert (spent(), ApiKey.objects.get().held_micro_usd) == (0, 0)


def test_a_process_that_was_only_slow_charges_nothing_for_a_job_that_was_ended(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    expire_leases(timezone.now() + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1))
    waiting.finish()
    assert (waiting.read(accepted)["status"], spent()) == ("failed", 0)


def test_another_key_finds_no_job(post, tiny, waiting, client, settings):
    job_id = post(headers=ASYNC).json()["id"]
    other = {"Authorization": f"Bearer {make_demo_key(settings.SECRET_KEY)}"}
    assert refused(client.get(f"{JOBS}{job_id}", headers=other)) == (404, "not_found", None)
    assert refused(client.post(f"{JOBS}{job_id}/cancel", headers=other)) == (404, "not_found", None)
    assert refused(client.get(f"{JOBS}{job_id}"))[:2] == (401, "invalid_api_key")
    assert refused(client.get(f"{JOBS}job_unknown", headers=waiting.auth))[:2] == (404, "not_found")


def test_a_cancelled_job_that_was_not_sent_is_never_drawn(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    answer = waiting.cancel(accepted)
    assert (answer["status"], "before it was sent" in answer["message"]) == ("cancelled", True)
    assert ApiKey.objects.get().held_micro_usd == 0
    waiting.finish()
    assert (waiting.read(accepted)["status"], tiny.requests, spent()) == ("cancelled", [], 0)


def test_a_job_cancelled_while_it_is_drawn_keeps_its_slot_until_the_work_stops(post, tiny, waiting, monkeypatch):
    accepted, (connection, _) = post(headers=ASYNC), waiting.works[0]
    monkeypatch.setitem(job_threads._connections, ImageCall.objects.get().pk, connection)
    answers = []

    def cancel_meanwhile(request, *others):
        answers.append(waiting.cancel(accepted))
        answers.append(ImageCall.objects.get().leased_until)
        job_threads.stop_cancelled()
        return render(request, *others)

    render = tiny.render
    monkeypatch.setattr(tiny, "render", cancel_meanwhile)
    waiting.finish()
    assert (answers[0]["status"], "after it was sent" in answers[0]["message"]) == ("cancelled", True)
    assert answers[1] is not None
    call = ImageCall.objects.get()
    assert (call.state, call.code, call.status, call.leased_until) == (CallState.FAILED, "cancelled", 499, None)
    assert (spent(), tiny.open, waiting.read(accepted)["status"]) == (0, 0, "cancelled")


def test_a_job_cancelled_at_the_last_moment_is_not_charged(post, tiny, waiting, monkeypatch):
    accepted, store = post(headers=ASYNC), stored_answers.store_answer
    # Another process cancels: this one has not noticed when it charges.
    monkeypatch.setattr(stored_answers, "store_answer", lambda *a, **k: (waiting.cancel(accepted), store(*a, **k))[1])
    waiting.finish()
    assert (waiting.read(accepted)["status"], spent()) == ("cancelled", 0)
    assert ApiKey.objects.get().held_micro_usd == 0


def test_a_cancelled_job_stays_cancelled_when_its_process_dies(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    ImageCall.objects.update(state=CallState.SENT)
    waiting.cancel(accepted)
    expire_leases(timezone.now() + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1))
    assert waiting.read(accepted)["status"] == "cancelled"
    assert ImageCall.objects.values_list("state", "code").get() == (CallState.FAILED, "cancelled")


def test_a_completed_job_cannot_be_cancelled_any_more(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    waiting.finish()
    answer = waiting.cancel(accepted)
    assert (answer["status"], "already ended" in answer["message"], spent()) == ("completed", True, 80_000)


def test_the_same_call_again_is_the_same_job(post, tiny, waiting):
    first, again = post(headers=ONCE), post(headers=ONCE)
    assert (again.status_code, again.json(), again["Location"]) == (202, first.json(), first["Location"])
    waiting.finish()
    assert (post(headers=ONCE).json()["status"], len(tiny.requests), spent()) == ("completed", 1, 80_000)


def test_the_same_call_without_the_preference_gets_the_answer_of_the_job(post, tiny, waiting):
    plain = {"Idempotency-Key": "one"}
    accepted = post(headers=ONCE)
    assert refused(post(headers=plain))[:2] == (409, "idempotency_in_progress")
    waiting.finish()
    assert post(headers=plain).json() == waiting.read(accepted)["result"]
    assert (len(tiny.requests), spent()) == (1, 80_000)


def test_a_job_under_the_key_of_an_answered_call_gets_its_answer(post, tiny, waiting):
    first = post(headers={"Idempotency-Key": "one"})
    again = post(headers=ONCE)
    assert (again.status_code, again.json()) == (200, first.json())
    assert "Preference-Applied" not in again.headers


def test_a_failed_job_is_made_again_under_its_key(post, tiny, waiting):
    tiny.failure = ApiError("service_overloaded")
    first = post(headers=ONCE)
    waiting.finish()
    tiny.failure = None
    again = post(headers=ONCE)
    waiting.finish()
    assert again.json()["id"] != first.json()["id"]
    assert (waiting.read(again)["status"], spent()) == ("completed", 80_000)


def test_answers_of_jobs_are_the_last_to_make_room(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    waiting.finish()
    post(headers={"Idempotency-Key": "two"})
    size = StoredAnswer.objects.first().bytes
    stored_answers.evict_oldest(ApiKey.objects.get(), key_limit=size)
    assert waiting.read(accepted)["result"]
    stored_answers.evict_oldest(ApiKey.objects.get(), key_limit=0)
    response = waiting.client.get(accepted["Location"], headers=waiting.auth)
    assert refused(response)[:2] == (404, "not_found") and "no longer stored" in response.text


def test_a_job_is_kept_for_a_day(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    waiting.finish()
    ImageCall.objects.update(ended_at=timezone.now() - jobs.LIFETIME)
    assert waiting.client.get(accepted["Location"], headers=waiting.auth).status_code == 404
    delete_expired_rows(timezone.now())
    assert not ImageJob.objects.exists()


@pytest.mark.parametrize(
    ("header", "is_wanted"),
    [
        ("respond-async", True),
        ("wait=10, Respond-Async", True),
        ('respond-async=""', True),
        ("respond-async; x=1", True),
        ('note="a, \\"respond-async", handling=lenient', False),
        ("respond-async=no", False),
        ("", False),
    ],
)
def test_the_header_is_read_as_rfc_7240_says(header, is_wanted):
    assert prefers_job(header) is is_wanted


def test_no_thread_for_a_job_ends_it_at_once(post, tiny, monkeypatch):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("playground.gateway.services.jobs.threading.Thread.start", refuse)
    assert post(headers=ASYNC).status_code == 500
    assert (ImageCall.objects.get().state, ApiKey.objects.get().held_micro_usd) == (CallState.FAILED, 0)


def test_usage_names_the_job_of_a_call(post, tiny, waiting):
    post()
    accepted = post(headers=ASYNC)
    waiting.finish()
    usage = waiting.client.get(JOBS.replace("jobs/", "usage"), headers=waiting.auth).json()
    job, plain = usage["calls"]
    assert (job["job"], job["images"], "job" in plain) == (accepted.json()["id"], 1, False)


def test_the_document_describes_jobs_as_they_are(post, tiny, waiting):
    accepted = post(headers=ASYNC)
    answers = [accepted.json(), waiting.cancel(post(headers=ASYNC))]
    waiting.finish()
    answers.append(waiting.read(accepted))
    for answer in answers:
        check(answer, SCHEMAS["job"])


def test_a_quote_for_a_job_checks_it_and_creates_none(tiny, waiting, client):
    def quote(**fields):
        body = {"model": "gpt-image-2", "prompt": "a cat", **fields}
        headers = waiting.auth | ASYNC
        return client.post(f"{GENERATIONS}?dry_run=true", body, content_type="application/json", headers=headers)

    assert refused(quote(stream=True)) == (400, "invalid_request", "stream")
    assert (quote().json()["object"], ImageJob.objects.count()) == ("image.quote", 0)
