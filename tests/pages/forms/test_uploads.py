"""Uploaded files: on disk, within limits, and deleted with the request."""

import os

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory

from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from playground.pages.uploads import accepts_uploads, uploaded_files
from playground.runs import drafts


@pytest.fixture(autouse=True)
def _data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path


def sent(*files, view=None):
    """Return the files as a view gets them."""
    seen = []

    def look(request):
        seen.extend(
            (one.name, one.size, one.path.stat().st_size, one.path) for one in uploaded_files(request, "image")
        )
        return HttpResponse()

    request = RequestFactory().post("/", {"image": [SimpleUploadedFile(name, data) for name, data in files]})
    request._dont_enforce_csrf_checks = True
    accepts_uploads(view or look)(request)
    request.close()
    return seen


def test_a_file_is_on_disk_in_the_data_folder():
    ((name, size, kept, path),) = sent(("cat.png", b"x" * 1000))
    assert (name, size, kept) == ("cat.png", 1000, 1000)
    assert path.is_relative_to(settings.DATA_DIR)


def test_it_is_gone_when_the_request_is_over(tmp_path):
    sent(("cat.png", b"x" * 1000))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_upload_does_not_look_at_what_lies_beside_it(tmp_path):
    left = tmp_path / "tmp" / "forms" / "old"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    sent(("cat.png", b"x"))
    assert left.exists()


def test_a_file_at_the_limit_is_stored():
    assert sent(("cat.png", b"x" * MAX_FILE_BYTES))[0][2] == MAX_FILE_BYTES


def test_of_a_file_beyond_the_limit_only_its_size_is_known():
    assert sent(("cat.png", b"x" * (MAX_FILE_BYTES + 1)))[0][1:3] == (MAX_FILE_BYTES + 1, 0)


def test_beyond_the_total_nothing_more_is_written(monkeypatch):
    monkeypatch.setattr(drafts, "draft_total_bytes", lambda: 0)
    monkeypatch.setattr(drafts, "draft_file_bytes", lambda: 1000)
    assert [one[2] for one in sent(("one.png", b"x" * 900), ("two.png", b"x" * 900))] == [900, 0]


def test_a_body_far_above_the_limit_is_not_read():
    request = RequestFactory().post("/", CONTENT_LENGTH=str(10 * MAX_TOTAL_BYTES))
    with pytest.raises(RequestDataTooBig):
        accepts_uploads(lambda request: HttpResponse())(request)
