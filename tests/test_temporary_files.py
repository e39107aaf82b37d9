"""A start removes unfinished files of killed processes, and no file that may be in use."""

import os
import tempfile
import time

import pytest

from playground.core.files import data_dir


@pytest.mark.parametrize(("is_alone", "left"), [(True, set()), (False, {"fresh"})])
def test_a_start_removes_unfinished_files_of_dead_processes(settings, tmp_path, monkeypatch, is_alone, left):
    settings.DATA_DIR, settings.IS_ALONE = tmp_path, is_alone
    monkeypatch.setattr(tempfile, "tempdir", None)
    past = time.time() - data_dir.LEFT_BEHIND_SECONDS - 60
    for name in ("old", "fresh"):
        path = data_dir.scratch_folder("forms") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (past, past) if name == "old" else None)
    data_dir.prepare_scratch()
    assert {path.name for path in data_dir.scratch_folder().rglob("*") if path.is_file()} == left
    assert tempfile.gettempdir() == str(data_dir.scratch_folder())
