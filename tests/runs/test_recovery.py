"""What a killed worker left behind: delivered pictures are stored, unfinished files are removed."""

import pytest

from playground.runs import paths
from playground.runs.models import Run, State
from playground.runs.paths import run_folder
from playground.runs.services import results
from tests.factories import a_run, picture_bytes

pytestmark = pytest.mark.django_db


def an_interrupted_run(left: dict[str, bytes], *, n: int = 2, **parameters) -> Run:
    run = a_run(state=State.INTERRUPTED, error="interrupted", charged="maybe", parameters={"n": n, **parameters})
    folder = run_folder(run.pk)
    folder.mkdir(parents=True)
    for name, data in left.items():
        (folder / name).write_bytes(data)
    results.recover_pictures([run.pk])
    run.refresh_from_db()
    return run


def files_of(run: Run) -> set[str]:
    return {path.name for path in run_folder(run.pk).iterdir() if "thumbnail" not in path.name}


def test_a_picture_on_disk_without_a_row_gets_one() -> None:
    run = an_interrupted_run({"2.png": picture_bytes()})
    assert [paths.picture_path(one).name for one in run.pictures.all()] == ["2.png"]
    assert (run.state, run.charged, run.price) == (State.INTERRUPTED, "maybe", 80_000)


def test_a_run_whose_pictures_are_all_there_has_succeeded() -> None:
    run = an_interrupted_run({"1.png": picture_bytes(), "received-2.part": picture_bytes("webp")})
    assert (run.state, run.error, run.charged, run.price) == (State.SUCCEEDED, "", "yes", 160_000)
    assert files_of(run) == {"1.png", "2.webp"}


def test_a_truncated_picture_is_not_recovered() -> None:
    run = an_interrupted_run({"received-1.part": picture_bytes()[:45], "preview-1": b"x", "3.png.tmp": b"x"})
    assert (run.state, run.pictures.count(), files_of(run)) == (State.INTERRUPTED, 0, set())


def test_in_a_stream_a_received_file_may_be_a_preview() -> None:
    run = an_interrupted_run({"received-1.part": picture_bytes()}, stream=True)
    assert (run.pictures.count(), files_of(run)) == (0, set())


def test_no_more_are_kept_than_were_asked_for() -> None:
    run = an_interrupted_run({f"received-{number}.part": picture_bytes() for number in (1, 2)}, n=1)
    assert (run.state, run.pictures.count()) == (State.SUCCEEDED, 1)


def test_sources_of_an_edit_stay() -> None:
    assert files_of(an_interrupted_run({"source-1.png": picture_bytes(), "mask.png": b"x"})) == {
        "source-1.png",
        "mask.png",
    }
