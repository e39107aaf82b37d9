"""A full disk: the picture is shown from memory, the page says to save it, and it moves in when there is room."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError

from playground.core import key_sealing
from playground.imageapi.client import picture_files
from playground.imageapi.providers import parse_image_apis
from playground.runs import paths
from playground.runs.models import Run, State
from playground.runs.paths import run_folder, spare_folder
from playground.runs.services import disk_space, retention
from tests.factories import BASE, KEY, a_run, a_visitor, claim_and_execute_run
from tests.fake_provider import FakeProvider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


class Disk:
    """Takes `room` bytes of pictures, then no more; anything elsewhere it takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 1 << 40
        self._write = picture_files.write_fully
        monkeypatch.setattr(picture_files, "write_fully", self.write)

    def write(self, file, block: bytes) -> None:
        if Path(file.name).is_relative_to(settings.PICTURES_DIR):
            taken, self.room = min(self.room, len(block)), max(0, self.room - len(block))
            self._write(file, block[:taken])
            if taken < len(block):
                raise OSError(errno.ENOSPC, "No space left on device")
        else:
            self._write(file, block)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def carried_out(settings: LazySettings, server: FakeProvider, fault: str = "ok", n: int = 2) -> Run:
    settings.IMAGE_APIS = parse_image_apis(f"upstream={server.url(fault)}", "")
    run = a_run(state="queued", api="upstream", parameters={"n": n}, sealed_key=key_sealing.seal_key(KEY))
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("fault", ["ok", "url_ok"])
@pytest.mark.parametrize("room", [0, 1000, 20_000])
def test_a_picture_that_does_not_fit_on_the_disk_is_shown_with_a_warning(
    settings, client, server, disk, room, fault
) -> None:
    whole = carried_out(settings, server, fault)
    delivered = [paths.picture_path(one).read_bytes() for one in whole.pictures.all()]
    disk.room = room
    run = carried_out(settings, server, fault)
    assert (run.state, run.charged, run.error_facts["not_kept"]) == (State.SUCCEEDED, "yes", True)
    assert [paths.picture_path(one).read_bytes() for one in run.pictures.all()] == delivered
    page = a_visitor(client).get(f"{BASE}runs/{run.pk}/").text
    assert "t be saved on the server. Download it now" in page
    shown = client.get(f"{BASE}runs/{run.pk}/pictures/2/")
    assert b"".join(shown.streaming_content) == delivered[1]


@pytest.mark.parametrize("fault", ["ok", "url_ok"])
def test_a_spare_picture_is_stored_once_there_is_space_again(settings, client, server, disk, fault) -> None:
    disk.room = 0
    run = carried_out(settings, server, fault)
    assert not list(run_folder(run.pk).glob("*.png"))
    assert disk_space.restore_spare_pictures() == 1
    assert len(list(run_folder(run.pk).glob("*.png"))) == 2 and not spare_folder(run.pk).exists()
    assert "t be saved on the server" not in a_visitor(client).get(f"{BASE}runs/{run.pk}/").text


def test_previews_are_dropped_when_the_disk_is_full(settings, server, disk) -> None:
    disk.room = 0
    run = carried_out(settings, server, "sse_partials", n=1)
    assert (run.state, run.previews) == (State.SUCCEEDED, {})


def test_deleting_a_run_empties_its_spare_folder_too(settings, server, disk) -> None:
    disk.room = 0
    run = carried_out(settings, server)
    retention.remove_runs(Run.objects.all())
    assert not spare_folder(run.pk).exists()


def test_room_is_held_for_the_rows_that_must_be_written(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    disk_space.hold_reserve()
    assert (tmp_path / "reserve").stat().st_size == disk_space.RESERVE_BYTES
    tries: list[bool] = []

    def act() -> None:
        tries.append((tmp_path / "reserve").exists())
        if tries[-1]:
            raise OperationalError("database or disk is full")

    disk_space.write_with_reserve(act)
    assert tries == [True, False]


def test_a_row_is_tried_again_for_a_while_before_giving_up(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    pauses: list[float] = []

    def act() -> None:
        raise OperationalError("database or disk is full")

    with pytest.raises(OperationalError):
        disk_space.write_with_reserve(act, pauses.append)
    assert sum(pauses) > 50
