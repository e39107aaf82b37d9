"""What is kept, and what goes when it is past keeping."""

import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from playground.runs import drafts, paths
from playground.runs.models import Picture, Run, Source, State
from playground.runs.paths import forms_folder
from playground.runs.services.retention import prune_expired_data
from playground.runs.services.stray_files import ORPHAN_AGE
from tests.factories import a_run, picture_bytes
from tests.runs.draft_files import a_source

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def left():
    return set(Run.objects.values_list("pk", flat=True))


def test_old_runs_go_with_their_files(settings):
    settings.RETENTION_DAYS = 7
    old, young = a_run(created_at=days_ago(8), pictures=1), a_run(created_at=days_ago(6))
    assert prune_expired_data().old_runs == 1
    assert left() == {young.pk}
    assert not paths.run_folder(old.pk).exists()


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_active_runs_stay_however_old(state):
    run = a_run(state=state, created_at=days_ago(100))
    prune_expired_data()
    assert left() == {run.pk}


def test_beyond_a_sessions_share_the_oldest_go(settings):
    settings.SESSION_MAX_PICTURES = 3
    oldest, _, newest = (a_run(pictures=2, created_at=days_ago(days)) for days in (3, 2, 1))
    assert prune_expired_data().over_limit == 2
    assert left() == {newest.pk}
    assert not paths.run_folder(oldest.pk).exists()


def test_runs_without_pictures_make_no_room(settings):
    settings.SESSION_MAX_PICTURES = 1
    empty = a_run(state=State.FAILED, created_at=days_ago(3))
    a_run(pictures=1, created_at=days_ago(2))
    a_run(pictures=1, created_at=days_ago(1))
    prune_expired_data()
    assert empty.pk in left() and Picture.objects.count() == 1


def test_each_visitor_has_a_share_of_its_own(settings):
    settings.SESSION_MAX_PICTURES = 2
    kept = {a_run(visitor=visitor, pictures=2).pk for visitor in ("alice", "bob")}
    prune_expired_data()
    assert left() == kept


def test_pictures_of_an_active_run_stay(settings):
    settings.SESSION_MAX_PICTURES = 1
    run = a_run(state=State.RUNNING, pictures=2)
    prune_expired_data()
    assert left() == {run.pk}


def stray_folder(name, age_seconds):
    folder = paths.run_folder(name)
    folder.mkdir(parents=True)
    then = timezone.now().timestamp() - age_seconds
    os.utime(folder, (then, then))
    return folder


def test_folders_without_a_run_go():
    folder = stray_folder("ab" * 10, 7200)
    assert prune_expired_data().folders == 1
    assert not folder.exists()


def test_fresh_folders_without_a_run_stay():
    folder = stray_folder("ab" * 10, 60)
    prune_expired_data()
    assert folder.exists()


def test_ended_sessions_go():
    for key, days in (("ended", 1), ("alive", -1)):
        Session.objects.create(session_key=key, session_data="", expire_date=days_ago(days))
    prune_expired_data()
    assert [one.session_key for one in Session.objects.all()] == ["alive"]


def test_the_command_says_what_it_did(capsys):
    a_run(created_at=days_ago(100))
    call_command("prune")
    assert "Removed 1 old runs" in capsys.readouterr().out


def test_old_drafts_go_with_their_files(settings, tmp_path):
    settings.RETENTION_DAYS = 7
    old, young = a_source(tmp_path, visitor="alice"), a_source(tmp_path, visitor="bob")
    Source.objects.filter(pk=old.pk).update(created_at=days_ago(8))
    assert prune_expired_data().drafts == 1
    assert (drafts.source_path(old).exists(), drafts.source_path(young).exists()) == (False, True)


def test_a_draft_that_is_still_added_to_stays_whole(settings, tmp_path):
    settings.RETENTION_DAYS = 7
    old, _ = a_source(tmp_path), a_source(tmp_path)
    Source.objects.filter(pk=old.pk).update(created_at=days_ago(8))
    assert prune_expired_data().drafts == 0
    assert drafts.source_path(old).exists()


def test_stray_files_of_drafts_go_when_they_are_settled(tmp_path):
    source = a_source(tmp_path)
    stray = drafts.source_path(source).with_name("stray.png")
    stray.write_bytes(b"")
    prune_expired_data()
    assert stray.exists()
    prune_expired_data(timezone.now() + 2 * ORPHAN_AGE)
    assert (stray.exists(), drafts.source_path(source).exists()) == (False, True)


def test_empty_folders_of_drafts_go(tmp_path):
    source = a_source(tmp_path)
    drafts.remove_source(source)
    assert prune_expired_data(timezone.now() + 2 * ORPHAN_AGE).folders == 1
    assert not drafts.source_path(source).parent.exists()


def test_half_written_files_beside_pictures_go_when_they_are_settled():
    run = a_run(pictures=1)
    half = paths.run_folder(run.pk) / "1.thumbnail.webp.99.tmp"
    half.write_bytes(b"x")
    prune_expired_data()
    assert half.exists()
    prune_expired_data(timezone.now() + 2 * ORPHAN_AGE)
    assert not half.exists() and left() == {run.pk}


def test_uploads_that_a_killed_server_left_behind_go_when_they_are_settled(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    left_behind = forms_folder() / "tmp123"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"x")
    prune_expired_data()
    assert left_behind.exists()
    prune_expired_data(timezone.now() + 2 * ORPHAN_AGE)
    assert not left_behind.exists()


def test_a_picture_that_killed_workers_left_is_recovered_by_pruning():
    """The runner was killed, and the one that should have looked through what it left as well."""
    run = a_run(state="interrupted", error="interrupted", charged="maybe", finished_at=timezone.now())
    paths.run_folder(run.pk).mkdir(parents=True)
    (paths.run_folder(run.pk) / "received-1.part").write_bytes(picture_bytes())
    prune_expired_data()
    assert not run.pictures.exists()
    prune_expired_data(timezone.now() + timedelta(minutes=5))
    run.refresh_from_db()
    assert (run.state, run.charged, run.pictures.count()) == (State.SUCCEEDED, "yes", 1)
