"""Random texts as file names, log lines, provider messages and form parts.

`benchmarks/robustness/random_texts.py` makes thousands more.
"""

import logging
import os
import re
import unicodedata
from pathlib import Path

from hypothesis import given, settings, strategies

from playground.core.logging import LineFormatter
from playground.imageapi.client.request import MultipartBody
from playground.imageapi.schemas import SourceImage
from playground.imageapi.untrusted_text import MAX_LINE_LENGTH, header_value, provider_line, safe_file_name
from tests.helpers.odd_texts import TEXTS

KEY = "cr_texts_0123456789abcdef"
# Cold imports and loaded machines are no failures; what failed once is in the message, not in a folder.
many = settings(deadline=None, database=None)


@many
@given(TEXTS, strategies.sampled_from(["png", "jpeg", "webp"]))
def test_a_file_name_is_a_name_and_nothing_else(text: str, format: str) -> None:
    made = safe_file_name(text, format)
    assert 1 < len(made) <= 100 and made == safe_file_name(made, format)
    assert not re.search(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", made)
    assert not made.startswith(".") and re.search(r"\.(png|jpe?g|jpe|jfif|webp)$", made, re.IGNORECASE)


@many
@given(TEXTS, TEXTS)
def test_a_log_line_is_one_line_without_keys(text: str, more: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "said %s and %s, %s", (text, more, KEY), None)
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1 and KEY not in line
    assert not any(unicodedata.category(character) == "Cc" for character in line)


@many
@given(TEXTS, TEXTS)
def test_a_providers_message_is_one_short_line_without_keys_or_markup(text: str, more: str) -> None:
    line = provider_line(f"{text}{KEY}{more}", KEY)
    assert len(line) <= MAX_LINE_LENGTH and len(line.splitlines()) <= 1 and KEY not in line
    assert not re.search(r"<[a-zA-Z/!?]", line)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in line)


@many
@given(TEXTS)
def test_a_header_that_is_kept_is_printable_ascii(text: str) -> None:
    word = header_value(text)
    assert len(word) <= 100 and word.isascii() and (word.isprintable() or not word)


@many
@given(TEXTS, TEXTS)
def test_a_field_of_a_form_is_sent_byte_for_byte_and_its_name_stays_within_its_quotes(text: str, name: str) -> None:
    body = b"".join(MultipartBody({name or "x": text}, ()))
    head, _, rest = body.partition(b"\r\n\r\n")
    assert head.count(b"\r\n") == 1 and head.count(b'"') == 2
    assert rest.startswith(text.encode()) and rest[len(text.encode()) :].startswith(b"\r\n--")


@many
@given(TEXTS)
def test_a_file_name_of_a_form_stays_within_its_quotes(text: str) -> None:
    empty_file = SourceImage(Path(os.devnull), text, "image/png", 0)
    head, _, _ = b"".join(MultipartBody({}, [("image", empty_file)])).partition(b"\r\n\r\n")
    assert head.count(b"\r\n") == 2 and head.split(b"\r\n")[1].count(b'"') == 4
