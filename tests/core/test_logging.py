"""Lines of the log as JSON, for programs that collect them."""

import json
import logging
from datetime import datetime, timedelta

import pytest

from playground.core.logging import JsonFormatter, LineFormatter, use_request_id
from playground.gateway.call_log import CallLog
from tests.factories import KEY


def line_of(message: str, *words: object, **more: object) -> dict:
    record = logging.LogRecord("playground.web", logging.WARNING, __file__, 1, message, words, None)
    record.__dict__ |= more
    with use_request_id("req_0123456789"):
        text = JsonFormatter().format(record)
    assert "\n" not in text and text.isascii() | ("…" in text)
    return json.loads(text)


def test_a_line_says_when_in_which_zone_and_for_which_request():
    line = line_of("%s came", "a picture")
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0)
    expected = {"level": "warning", "logger": "playground.web", "request_id": "req_0123456789"}
    assert line == {**expected, "message": "a picture came"}


@pytest.mark.parametrize("text", [f"\n{KEY}", f"key={KEY}", f"\x7f\u2028\x85{KEY}"])
def test_a_key_is_cut_and_no_character_breaks_the_line(text):
    said = line_of("%s", text)["message"]
    assert KEY not in said and KEY[:11] in said
    assert said.startswith(text[0])


def test_an_exception_is_a_field_without_keys():
    try:
        raise ValueError(KEY)
    except ValueError as error:
        line = line_of("failed", exc_info=(type(error), error, error.__traceback__))
    assert "ValueError" in line["exception"] and KEY not in line["exception"]


def test_a_call_of_the_api_is_an_object_and_not_text_in_text(caplog):
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.INFO, "playground")
    CallLog("req_1", "generations").write(200)
    line = json.loads(caplog.text.splitlines()[-1])
    assert (line["request_id"], line["call"]["status"], line["message"]) == ("req_1", 200, "call")


def test_a_line_of_text_names_its_zone_too():
    record = logging.LogRecord("playground", logging.INFO, __file__, 1, "hello", (), None)
    moment = LineFormatter().format(record).split()[0]
    assert datetime.fromisoformat(moment).utcoffset() == timedelta(0)
