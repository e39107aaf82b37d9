"""Folders for uploads: gone after the call, and after a worker that was killed."""

import os
import time

import pytest

from playground.core.files.data_dir import LEFT_BEHIND_SECONDS
from playground.gateway.parsing.requests import RequestFolders


def test_a_folder_is_gone_after_its_call():
    with RequestFolders().folder() as folder:
        (folder / "image-1").write_bytes(b"x")
    assert not folder.exists()


def test_a_folder_is_gone_after_a_failure():
    with pytest.raises(KeyError), RequestFolders().folder() as folder:
        raise KeyError
    assert not folder.exists()


def test_nobody_else_can_look_into_a_folder():
    with RequestFolders().folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700


def test_leftovers_of_a_killed_worker_are_removed_by_the_next_one():
    folders = RequestFolders()
    left, fresh = folders.root / "left", folders.root / "fresh"
    left.mkdir(parents=True)
    fresh.mkdir()
    past = time.time() - LEFT_BEHIND_SECONDS - 60
    os.utime(left, (past, past))
    with folders.folder():
        assert not left.exists() and fresh.exists()
