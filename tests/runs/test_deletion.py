"""Deleted is out of sight at once, comes back when that was a slip, and is gone for good soon after."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from playground.runs import paths, selectors
from playground.runs.models import Run, State
from playground.runs.services import retention
from playground.runs.services.retention import UNDO_PERIOD
from tests.factories import a_run

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + UNDO_PERIOD + timedelta(seconds=1)


def test_a_deleted_run_is_out_of_sight_with_its_pictures() -> None:
    run = a_run(pictures=1)
    assert retention.delete_runs([run], NOW) == 1
    assert not selectors.list_runs("alice").exists() and not selectors.latest_runs("alice", 1)
    with pytest.raises(Http404):
        selectors.get_picture("alice", run.pk, 1)


def test_it_comes_back_with_its_pictures() -> None:
    run = a_run(pictures=1)
    retention.delete_runs([run], NOW)
    assert [one.pk for one in retention.undo_deletion("alice", NOW)] == [run.pk]
    assert paths.picture_path(selectors.get_picture("alice", run.pk, 1)).exists()


def test_runs_deleted_together_are_restored_together_newest_deletion_first() -> None:
    first, *others = (a_run(), a_run(), a_run())
    retention.delete_runs([first], NOW)
    retention.delete_runs(others, NOW + timedelta(seconds=1))
    assert {one.pk for one in retention.undo_deletion("alice", NOW)} == {one.pk for one in others}
    assert [one.pk for one in retention.undo_deletion("alice", NOW)] == [first.pk]
    assert retention.undo_deletion("alice", NOW) == []


def test_its_pictures_stay_until_it_can_not_be_undone_any_more() -> None:
    run = a_run(pictures=1)
    retention.delete_runs([run], NOW)
    assert retention.purge_deleted_runs(NOW + UNDO_PERIOD / 2) == 0
    assert paths.run_folder(run.pk).exists()
    assert retention.undo_deletion("alice", LATER) == []
    assert retention.purge_deleted_runs(LATER) == 1
    assert not paths.run_folder(run.pk).exists() and not Run.objects.exists()


def test_visitors_cannot_restore_what_others_deleted() -> None:
    retention.delete_runs([a_run(visitor="bob")], NOW)
    assert retention.undo_deletion("alice", NOW) == [] and retention.undo_deletion("", NOW) == []


def test_a_run_that_goes_on_is_not_deleted() -> None:
    assert retention.delete_runs([a_run(state=State.RUNNING)], NOW) == 0


def test_deleting_everything_is_at_once_and_for_good() -> None:
    done, waiting = a_run(pictures=1), a_run(state=State.QUEUED, sealed_key="sealed")
    others = a_run(visitor="bob")
    retention.delete_visitor_data("alice", NOW)
    assert list(Run.objects.all()) == [others]
    assert not paths.run_folder(done.pk).exists() and not paths.run_folder(waiting.pk).exists()


def test_deleting_everything_stops_what_runs_and_removes_it_when_it_has_ended() -> None:
    run = a_run(state=State.RUNNING)
    retention.delete_visitor_data("alice", NOW)
    assert not selectors.list_runs("alice").exists()
    run.refresh_from_db()
    assert run.cancel_requested and retention.purge_deleted_runs(NOW) == 0
    Run.objects.filter(pk=run.pk).update(state=State.CANCELLED)
    assert retention.purge_deleted_runs(NOW) == 1
