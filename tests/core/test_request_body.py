"""A form that was cut off is not sent in part."""

import io

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http.request import UnreadablePostError

from playground.core.http.request_body import WholeBody, guard_body

FORM = "application/x-www-form-urlencoded"


def request_with(body: bytes, length: int, kind: str = FORM) -> WSGIRequest:
    """A request whose Content-Length promises `length` bytes."""
    path = f"/{settings.URL_PREFIX}"
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length)}
    environ["wsgi.input"] = io.BytesIO(body)
    guard_body(environ)
    return WSGIRequest(environ)


def test_a_prompt_that_was_cut_off_is_no_prompt():
    request = request_with(b"prompt=A+red+fox+on+a", 60)
    with pytest.raises(UnreadablePostError):
        _ = request.POST
    assert not request.POST


def test_a_form_with_files_that_was_cut_off_has_no_entries():
    part = b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA red fox on a'
    request = request_with(part, 500, "multipart/form-data; boundary=x")
    with pytest.raises(UnreadablePostError):
        _ = request.POST
    assert not request.POST and not request.FILES


def test_a_whole_form_is_read():
    assert request_with(b"prompt=fox", 10).POST["prompt"] == "fox"


def test_lines_end_with_the_body_alone():
    body = WholeBody(io.BytesIO(b"one\ntwo"), 12)
    assert (body.readline(), body.readline()) == (b"one\n", b"two")
    with pytest.raises(ConnectionResetError):
        body.readline()
