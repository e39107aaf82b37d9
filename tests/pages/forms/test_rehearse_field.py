"""`rehearse=CODE` on the forms: a run that ends with that error, only with the demo and its own key."""

import pytest

from playground.core import key_sealing
from playground.imageapi.errors import REHEARSAL_HEADER
from playground.runs.models import Run
from playground.runs.worker.execute import NO_RETRY_LIMITS, RunExecution
from tests.factories import BASE, KEY, a_run

pytestmark = pytest.mark.django_db


def send(client, **fields):
    return client.post(BASE, {"prompt": "A red fox", "api": "builtin", **fields})


def test_a_rehearsal_is_a_run_that_knows_its_code(client):
    assert send(client, rehearse="key_expired").status_code == 303
    assert Run.objects.get().rehearsed == "key_expired"


def test_the_same_form_without_rehearsal_is_another_run(client):
    send(client, token="t", rehearse="key_expired")
    send(client, token="t", rehearse="key_expired")
    send(client, token="t")
    assert sorted(Run.objects.values_list("rehearsed", flat=True)) == ["", "key_expired"]


def test_another_api_never_gets_a_rehearsal(client):
    response = send(client, api="asia", key=KEY, rehearse="key_expired")
    assert response.status_code == 422 and not Run.objects.exists()
    assert 'data-field-error=""' in response.content.decode()


def test_a_visitors_own_key_does_not_rehearse(client):
    assert send(client, key="cr_0123456789abcdef0123", rehearse="key_expired").status_code == 422
    assert not Run.objects.exists()


def test_an_unknown_code_is_refused(client):
    assert send(client, rehearse="nonsense").status_code == 422


def test_the_runner_asks_for_the_error_and_does_not_wait_for_a_second_try(monkeypatch):
    run = a_run(state="running", rehearsed="concurrency_exhausted")
    execution = RunExecution(run, key_sealing.seal_key("cr_demo_x"))
    execution.aborted = "cancelled"
    with pytest.raises(Exception, match="cancelled"):
        execution._call_api()
    assert execution.call is not None
    assert execution.call._headers == {REHEARSAL_HEADER: "concurrency_exhausted"}
    assert execution.call._limits is NO_RETRY_LIMITS
