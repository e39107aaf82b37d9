"""A full disk in the image API: a sentence in OpenAI's shape; nothing is drawn, held or charged."""

import errno

import pytest

from playground.gateway.models import ImageCall, LedgerEntry, StoredAnswer
from playground.gateway.services import stored_answers
from tests.helpers import full_disk

pytestmark = pytest.mark.django_db
SENTENCE = "The server's disk is full. Nothing was sent or charged."


def said(answer) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert SENTENCE in error["message"]
    return answer.status_code, error["code"], error["type"]


def test_a_call_is_refused_when_no_row_can_be_written(post, tiny):
    with full_disk.no_rows():
        assert said(post()) == (500, "server_error", "server_error")
    assert not tiny.requests and not ImageCall.objects.exists()


def test_files_of_an_edit_are_refused_when_too_little_is_free(edit, tiny, settings, monkeypatch):
    full_disk.leave(monkeypatch, settings.MIN_FREE_BYTES)
    assert said(edit(prompt="a crown")) == (500, "server_error", "server_error")
    assert not tiny.requests and not LedgerEntry.objects.exclude(call__images=0).exists()


def test_pictures_that_have_no_room_for_their_addresses_cost_nothing(post, tiny, settings, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stored_answers.os, "link", full)
    monkeypatch.setattr(stored_answers.shutil, "copyfile", full)
    assert said(post(response_format="url")) == (500, "server_error", "server_error")
    assert ImageCall.objects.get().micro_usd == 0 and not StoredAnswer.objects.exists()
    assert not [path for path in stored_answers._answers_folder().rglob("*") if path.is_file()]


def test_a_stream_says_it_though_the_books_take_nothing_more(post, tiny):
    tiny.failure = OSError(errno.ENOSPC, "No space left on device")
    answer = iter(post(stream=True).streaming_content)
    next(answer)
    with full_disk.no_rows():
        rest = b"".join(answer)
    assert b"event: error" in rest and SENTENCE.encode() in rest
