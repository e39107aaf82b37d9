"""Submitting a matrix: all of its runs or none, and one matrix for two clicks at once."""

import pytest
from django.conf import settings

from playground.imageapi.schemas import ImageRequest
from playground.runs import paths
from playground.runs.exceptions import RunRefused
from playground.runs.models import Matrix, Run, State
from playground.runs.services import matrix as service
from playground.runs.services.submit import MAX_QUEUED, ApiConnection
from playground.runs.worker import claims
from tests.factories import KEY, a_run

pytestmark = pytest.mark.django_db
REQUESTS = [ImageRequest("generations", prompt, size="1024x1024", quality="low", n=1) for prompt in ("a", "b", "c")]


def submit():
    connection = ApiConnection(settings.IMAGE_APIS["builtin"], KEY)
    return service.submit_matrix("alice", connection, REQUESTS, token="form", entries={}, axes=[])


def test_of_two_clicks_at_once_the_faster_one_wins(monkeypatch):
    faster: list[Matrix] = []

    def while_the_other_is_written(_visitor):
        monkeypatch.undo()
        faster.append(submit())

    monkeypatch.setattr(service, "check_submission", while_the_other_is_written)
    assert submit() == faster[0]
    assert (Matrix.objects.count(), Run.objects.count()) == (1, 3)


def test_without_room_for_all_nothing_is_queued():
    for _ in range(MAX_QUEUED - 2):
        a_run(state=State.QUEUED)
    with pytest.raises(RunRefused):
        submit()
    assert not Matrix.objects.exists() and not Run.objects.exclude(matrix=None).exists()
    assert not any(paths.run_folder(run.pk).exists() for run in Run.objects.all())


def test_its_runs_start_in_order_with_the_calls_at_once_of_the_key():
    matrix = submit()
    in_order = list(matrix.runs.order_by("cell").values_list("pk", flat=True))
    assert claims.list_ready_runs(10) == in_order[:2]
    Run.objects.filter(pk=in_order[0]).update(state=State.SUCCEEDED)
    Run.objects.filter(pk=in_order[1]).update(state=State.RUNNING)
    assert claims.list_ready_runs(10) == in_order[2:]
