"""A visitor's runs: shown, cancelled, deleted, and hidden from other visitors."""

import re

import pytest

from playground.pages.presenters.studio_page import MAX_STRIP_RUNS
from playground.runs import paths
from playground.runs.models import Run, State
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def test_the_run_page_holds_the_runs_brief(alice):
    run = a_run(parameters={"quality": "high", "output_format": "webp"})
    form = alice.get(f"{BASE}runs/{run.pk}/").context["form"]
    assert [form[name].value() for name in ("prompt", "quality", "output_format")] == ["A red fox", "high", "webp"]


def test_the_run_page_shows_pictures_price_and_downloads(alice):
    run = a_run(pictures=2, price=422_000, charged="yes")
    page = alice.get(f"{BASE}runs/{run.pk}/").text
    assert page.count("data-picture=") == 2
    assert "$0.422" in page
    assert "a-red-fox" in page


def test_the_strip_shows_the_newest_runs_with_few_queries(alice, django_assert_max_num_queries):
    for _ in range(MAX_STRIP_RUNS + 6):
        a_run(pictures=1)
    with django_assert_max_num_queries(8):
        strip = alice.get(BASE).context["strip"]
    newest = Run.objects.values_list("pk", flat=True)[:MAX_STRIP_RUNS]
    assert [item.id for item in strip] == list(newest)


def test_an_active_run_refreshes_itself_without_javascript(alice):
    run = a_run(state=State.RUNNING)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in alice.get(f"{BASE}runs/{run.pk}/").text


def test_a_finished_run_does_not(alice):
    assert "http-equiv" not in alice.get(f"{BASE}runs/{a_run().pk}/").text


def test_the_providers_message_is_escaped(alice):
    run = a_run(state=State.FAILED, error="invalid_request", error_facts={"provider_said": "<script>x</script>"})
    assert "<script>x" not in alice.get(f"{BASE}runs/{run.pk}/").text


def test_a_run_of_an_api_that_is_not_listed_any_more_is_shown(alice):
    run = a_run(state=State.FAILED, api="gone", account="gone", error="network_unreachable")
    assert alice.get(f"{BASE}runs/{run.pk}/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["", "zip/", "pictures/1/", "pictures/1/thumbnail/", "pictures/1/downloads/", "previews/1/"],
)
def test_another_visitor_gets_404(alice, address):
    run = a_run(visitor="bob", pictures=1)
    paths.preview_path(run.pk, 1).write_bytes(b"\x89PNG")
    assert alice.get(f"{BASE}runs/{run.pk}/{address}").status_code == 404


@pytest.mark.parametrize("act", ["cancel", "delete"])
def test_another_visitor_can_change_nothing(alice, act):
    run = a_run(visitor="bob", state=State.QUEUED)
    assert alice.post(f"{BASE}runs/{run.pk}/{act}/").status_code == 404
    assert Run.objects.get(pk=run.pk).state == State.QUEUED


@pytest.mark.parametrize("act", ["cancel", "delete"])
def test_a_get_request_is_not_allowed(alice, act):
    assert alice.get(f"{BASE}runs/{a_run().pk}/{act}/").status_code == 405


@pytest.mark.parametrize("run_id", ["x", "f" * 20, "F" * 20, "%00", "..", "1" * 5000])
def test_an_invalid_run_id_is_not_found(alice, run_id):
    assert alice.get(f"{BASE}runs/{run_id}/").status_code == 404


def test_a_waiting_run_is_cancelled_at_once(alice):
    run = a_run(state=State.QUEUED)
    response = alice.post(f"{BASE}runs/{run.pk}/cancel/")
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert Run.objects.get(pk=run.pk).state == State.CANCELLED


def test_a_sent_run_gets_a_cancel_request(alice):
    run = a_run(state=State.RUNNING)
    alice.post(f"{BASE}runs/{run.pk}/cancel/")
    assert Run.objects.get(pk=run.pk).cancel_requested


def test_a_deleted_run_is_hidden_and_can_be_restored(alice):
    run = a_run(pictures=1)
    response = alice.post(f"{BASE}runs/{run.pk}/delete/")
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/")
    assert alice.get(f"{BASE}runs/{run.pk}/pictures/1/").status_code == 404
    assert "data-undo" in alice.get(f"{BASE}runs/").text
    response = alice.post(f"{BASE}runs/undo/")
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert alice.get(f"{BASE}runs/{run.pk}/pictures/1/").status_code == 200
    assert "data-undo" not in alice.get(f"{BASE}runs/").text


def test_deleting_all_can_be_undone_at_once(alice):
    kept = {a_run(pictures=1).pk for _ in range(3)}
    alice.post(f"{BASE}runs/delete/")
    page = alice.get(f"{BASE}runs/")
    assert "data-run=" not in page.text and "3 runs deleted." in page.text
    assert alice.post(f"{BASE}runs/undo/")["Location"] == f"{BASE}runs/"
    assert set(re.findall('data-run="([0-9a-f]+)"', alice.get(f"{BASE}runs/").text)) == kept


def test_an_active_run_is_not_deleted_and_the_page_says_why(alice):
    run = a_run(state=State.RUNNING)
    response = alice.post(f"{BASE}runs/{run.pk}/delete/", follow=True)
    assert Run.objects.filter(pk=run.pk).exists()
    assert "Cancel it first" in response.context["notice"]


def test_deleting_all_leaves_active_and_other_visitors_runs(alice):
    a_run(pictures=1)
    kept = {a_run(state=State.RUNNING).pk, a_run(visitor="bob").pk}
    alice.post(f"{BASE}runs/delete/")
    assert set(Run.objects.filter(deleted_at=None).values_list("pk", flat=True)) == kept


def test_a_form_that_has_to_be_corrected_stays_on_the_runs_page(alice):
    run = a_run(pictures=1)
    answer = alice.post(BASE, {"prompt": "", "api": "builtin", "page": run.pk})
    assert (answer.status_code, answer["HX-Push-Url"]) == (422, f"{BASE}runs/{run.pk}/")
    assert f'id="run-{run.pk}"' in answer.text and 'data-field-error="prompt"' in answer.text


@pytest.mark.parametrize("page", ["", "x", "f" * 20])
def test_a_form_of_an_unknown_run_page_returns_the_generate_page(alice, page):
    a_run(pk="f" * 20, visitor="bob")
    answer = alice.post(BASE, {"prompt": "", "api": "builtin", "page": page})
    assert answer.status_code == 422 and "data-run=" not in answer.text
