"""Deleted is out of sight at once, comes back when that was a slip, and is gone for good soon after."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from playground.runs import deletion, files, history
from playground.runs.deletion import UNDO
from playground.runs.models import Run, State
from tests.cast import a_run

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + UNDO + timedelta(seconds=1)


def test_a_deleted_run_is_out_of_sight_with_its_pictures() -> None:
    run = a_run(pictures=1)
    assert deletion.delete([run], NOW) == 1
    assert not history.runs_of("alice").exists() and not history.latest_of("alice", 1)
    with pytest.raises(Http404):
        history.picture_of("alice", run.pk, 1)


def test_it_comes_back_with_its_pictures() -> None:
    run = a_run(pictures=1)
    deletion.delete([run], NOW)
    assert [one.pk for one in deletion.undo("alice", NOW)] == [run.pk]
    assert files.path_of(history.picture_of("alice", run.pk, 1)).exists()


def test_what_was_deleted_together_comes_back_together_and_the_last_first() -> None:
    first, *others = (a_run(), a_run(), a_run())
    deletion.delete([first], NOW)
    deletion.delete(others, NOW + timedelta(seconds=1))
    assert {one.pk for one in deletion.undo("alice", NOW)} == {one.pk for one in others}
    assert [one.pk for one in deletion.undo("alice", NOW)] == [first.pk]
    assert deletion.undo("alice", NOW) == []


def test_its_pictures_stay_until_it_can_not_be_undone_any_more() -> None:
    run = a_run(pictures=1)
    deletion.delete([run], NOW)
    assert deletion.purge(NOW + UNDO / 2) == 0
    assert files.folder_of(run.pk).exists()
    assert deletion.undo("alice", LATER) == []
    assert deletion.purge(LATER) == 1
    assert not files.folder_of(run.pk).exists() and not Run.objects.exists()


def test_nobody_brings_back_what_others_deleted() -> None:
    deletion.delete([a_run(visitor="bob")], NOW)
    assert deletion.undo("alice", NOW) == [] and deletion.undo("", NOW) == []


def test_a_run_that_goes_on_is_not_deleted() -> None:
    assert deletion.delete([a_run(state=State.RUNNING)], NOW) == 0


def test_deleting_everything_is_at_once_and_for_good() -> None:
    done, waiting = a_run(pictures=1), a_run(state=State.QUEUED, sealed_key="sealed")
    others = a_run(visitor="bob")
    deletion.delete_everything("alice", NOW)
    assert list(Run.objects.all()) == [others]
    assert not files.folder_of(done.pk).exists() and not files.folder_of(waiting.pk).exists()


def test_deleting_everything_stops_what_runs_and_removes_it_when_it_has_ended() -> None:
    run = a_run(state=State.RUNNING)
    deletion.delete_everything("alice", NOW)
    assert not history.runs_of("alice").exists()
    run.refresh_from_db()
    assert run.cancel_requested and deletion.purge(NOW) == 0
    Run.objects.filter(pk=run.pk).update(state=State.CANCELLED)
    assert deletion.purge(NOW) == 1
