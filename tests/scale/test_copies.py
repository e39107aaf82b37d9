"""Copies of pictures on other machines: they go when the picture goes, and never grow without end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from playground.core.files import disk, storage
from playground.imaging.convert import Conversion
from playground.runs import conversions, draft_masks, drafts, paths
from playground.runs.models import Picture, Removal, Run
from playground.runs.paths import conversions_folder, run_folder, spare_folder
from playground.runs.services import retention, stray_files
from playground.runs.services.stray_files import LocalCopies
from tests.factories import a_run, a_visitor
from tests.runs.draft_files import a_mask, a_source
from tests.scale.test_bucket import bucket, came, server

__all__ = ["bucket", "server"]
pytestmark = pytest.mark.django_db(transaction=True)


class Machine:
    """Another machine, with a disk of its own."""

    def __init__(self, settings, root: Path) -> None:
        self._settings = settings
        self._root = root
        self.copies = LocalCopies()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Run the block on that machine."""
        names = ("PICTURES_DIR", "DRAFTS_DIR", "CONVERSIONS_DIR", "SPARE_DIR", "DATA_DIR", "FILES_DIR")
        before = {name: getattr(self._settings, name) for name in names}
        for name in names:
            setattr(self._settings, name, self._root / name.removesuffix("_DIR").lower())
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(self._settings, name, value)

    def holds(self) -> list[str]:
        """The files on its disk."""
        return sorted(path.name for path in self._root.rglob("*") if path.is_file())

    def tend(self, now=None) -> None:
        """Do its work of every 20 seconds."""
        with self.here():
            self.copies.remove_stale(now or timezone.now())


@pytest.fixture
def other(bucket, settings, tmp_path) -> Machine:
    return Machine(settings, tmp_path / "other")


def show_picture(picture: Picture, machine: Machine) -> None:
    """The machine has shown the picture, as it came and as WebP."""
    with machine.here():
        storage.fetch_file(paths.picture_path(picture))
        conversions.conversion_path(picture, Conversion("webp"))


def test_delete_everything_reaches_the_copies_of_other_machines(other, client, tmp_path):
    picture, bobs_picture = came(a_run()), came(a_run(visitor="bob"))
    source = a_source(tmp_path)
    draft_masks.store_mask("alice", a_mask(tmp_path))
    for each in (picture, bobs_picture):
        show_picture(each, other)
    with other.here():
        storage.fetch_file(drafts.source_path(source))
        draft_masks.load_mask("alice")
        spare_folder(picture.run_id).mkdir(parents=True)
        (spare_folder(picture.run_id) / "1.png").write_bytes(b"x")
    other.tend()
    assert len(other.holds()) == 7
    a_visitor(client).post(reverse("delete_everything"))
    other.tend()
    assert other.holds() == ["1-90-ffffff.webp", "1.png"]
    with other.here():
        assert run_folder(bobs_picture.run_id).exists() and conversions_folder(bobs_picture.run_id).exists()


def test_a_machine_that_was_offline_removes_copies_when_it_is_back(other, settings):
    picture = came(a_run())
    show_picture(picture, other)
    retention.delete_visitor_data("alice")
    back = Machine(settings, other._root)
    back.tend()
    assert back.holds() == []


def test_a_machine_that_was_offline_longer_than_removals_are_listed_compares_all_files(other, settings):
    picture = came(a_run())
    show_picture(picture, other)
    retention.delete_visitor_data("alice")
    later = timezone.now() + 2 * retention.REMOVAL_RETENTION
    retention.prune_expired_data(later)
    assert not Removal.objects.exists()
    other.tend(later)
    with other.here():
        assert not run_folder(picture.run_id).exists()


def test_a_copy_that_was_on_its_way_meanwhile_goes_with_the_next_look(other):
    picture = came(a_run())
    show_picture(picture, other)
    shutil.copytree(other._root, other._root.with_name("on its way"))
    retention.delete_visitor_data("alice")
    other.tend()
    shutil.copytree(other._root.with_name("on its way"), other._root, dirs_exist_ok=True)
    other.tend(timezone.now() + timedelta(seconds=20))
    assert other.holds() == []


def test_a_restored_file_can_be_read_again(other, tmp_path):
    source = a_source(tmp_path)
    drafts.set_aside_sources("alice", [source])
    drafts.restore_set_aside_sources("alice")
    LocalCopies().remove_stale(timezone.now())
    assert storage.fetch_file(drafts.source_path(drafts.list_sources("alice")[0])).exists()


def test_copies_are_limited_in_bytes_and_used_ones_stay(other, settings, monkeypatch):
    settings.RUN_DEADLINE = -storage.KEEPING_SECONDS
    pictures = [came(a_run()) for _ in range(3)]
    for picture in pictures:
        show_picture(picture, other)
    with other.here():
        shutil.rmtree(settings.CONVERSIONS_DIR)
        storage.fetch_file(paths.picture_path(pictures[0]))
    monkeypatch.setattr(storage, "MAX_COPIED_BYTES", 2 * disk.BLOCK)
    other.tend()
    with other.here():
        there = [paths.picture_path(picture).exists() for picture in pictures]
        assert there == [True, False, True]
        assert not run_folder(pictures[1].run_id).exists()
    assert storage.fetch_file(paths.picture_path(pictures[1])).exists()


def test_a_run_that_goes_on_keeps_its_copies_and_what_is_nowhere_else_stays(bucket, other, settings, monkeypatch):
    picture = came(a_run())
    monkeypatch.setattr(storage, "MAX_COPIED_BYTES", 0)
    LocalCopies().remove_stale(timezone.now())
    assert paths.picture_path(picture).exists()
    settings.RUN_DEADLINE = -storage.KEEPING_SECONDS
    bucket.stop()
    waiting = came(a_run())
    bucket.start()
    LocalCopies().remove_stale(timezone.now())
    assert (paths.picture_path(picture).exists(), paths.picture_path(waiting).exists()) == (False, True)


def test_local_copies_are_removed_when_the_disk_fills_up(other, settings, monkeypatch):
    settings.RUN_DEADLINE = -storage.KEEPING_SECONDS
    picture = came(a_run())
    monkeypatch.setattr(disk, "free_bytes", lambda: 0)
    LocalCopies().remove_stale(timezone.now())
    assert not paths.picture_path(picture).exists()


def test_files_on_a_disk_that_machines_share_are_left_alone(settings, tmp_path):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    source = a_source(tmp_path)
    run = a_run(pictures=1)
    converted = conversions.conversion_path(run.pictures.get(), Conversion("webp"))
    drafts.set_aside_sources("alice", [source])
    drafts.restore_set_aside_sources("alice")
    Removal.objects.create(name=f"pictures/{run.pk[:2]}/{run.pk}/")
    LocalCopies().remove_stale(timezone.now())
    assert drafts.source_path(drafts.list_sources("alice")[0]).exists()
    assert paths.picture_path(Picture.objects.get()).exists() and not converted.exists()


def test_one_machine_alone_notes_nothing():
    retention.remove_runs(Run.objects.filter(pk=a_run(pictures=1).pk))
    assert not Removal.objects.exists()


def test_empty_folders_go_once_they_are_settled(settings):
    run = a_run(pictures=1)
    parent = run_folder(run.pk).parent
    retention.remove_runs(Run.objects.all())
    retention.prune_expired_data()
    assert parent.exists()
    retention.prune_expired_data(timezone.now() + 2 * stray_files.ORPHAN_AGE)
    assert not parent.exists()
