"""Base64 and JSON in blocks: any cut between blocks gives the same picture, in constant memory."""

import base64
import json
import random
import tracemalloc

import pytest

from playground.imageapi.catalog import BLOCK
from playground.imageapi.client import picture_files
from playground.imageapi.client.json_stream import JsonStreamParser, parse_object
from playground.imageapi.client.picture_files import (
    Base64File,
    InvalidBase64Error,
    PictureFiles,
    SpillFile,
    UnusableResponseError,
)
from tests.fake_provider.pictures import png

_PICTURE = png(40, 30) + bytes(range(256))


def decode_blocks(folder, text, size):
    file = Base64File(SpillFile(folder / "picture"), lambda _: None)
    for start in range(0, len(text), size):
        file.feed(text[start : start + size])
    file.finish()
    return file.path.read_bytes()


def wrapped(text):
    return b"\\r\\n".join(text[start : start + 76] for start in range(0, len(text), 76))


_PLAIN = base64.b64encode(_PICTURE)
_FORMS = {
    "plain": _PLAIN,
    "urlsafe": base64.urlsafe_b64encode(_PICTURE).rstrip(b"="),
    "wrapped": wrapped(_PLAIN) + b"\\n",
    "raw lines": b"\n".join(_PLAIN[start : start + 64] for start in range(0, len(_PLAIN), 64)) + b"\r\n\r\n",
    "data url": b"data:image\\/png;base64," + _PLAIN.replace(b"/", b"\\/"),
    "escaped": _PLAIN.replace(b"+", b"\\u002b").replace(b"=", b"\\u003D"),
}


@pytest.mark.parametrize("size", [1, 3, 7, 64, 1000, 10**6])
@pytest.mark.parametrize("form", _FORMS)
def test_any_form_in_any_blocks_is_the_same_picture(tmp_path, form, size):
    assert decode_blocks(tmp_path, _FORMS[form], size) == _PICTURE


@pytest.mark.parametrize("form", _FORMS)
def test_the_standard_library_decodes_as_well(tmp_path, monkeypatch, form):
    monkeypatch.setattr(picture_files, "pybase64", None)
    assert decode_blocks(tmp_path, _FORMS[form], 100) == _PICTURE


@pytest.mark.parametrize(
    "text",
    [b"", b"A", b"AAAAA", b"AA==AAAA", b"AAA*", b"AA\\x", b"AA\\u00e9", b"====", b"AAAA\\", b"\xff\xff\xff\xff"],
)
@pytest.mark.parametrize("size", [1, 100])
def test_invalid_base64_is_rejected(tmp_path, text, size):
    with pytest.raises(InvalidBase64Error):
        decode_blocks(tmp_path, text, size)


def parse(folder, text, size):
    parser = JsonStreamParser(PictureFiles(folder, 10**9), 10_000)
    for start in range(0, len(text), size):
        parser.feed(text[start : start + size])
    return parser, parser.finish()


@pytest.mark.parametrize("size", [1, 5, 48, 49, 50, 1000, 10**6])
def test_pictures_are_taken_out_wherever_blocks_end(tmp_path, size):
    fields = {"note": 'a \\"b64_json\\": "x"', "b64_json": _PLAIN.decode(), "last": [1, {"é": None}]}
    parser, body = parse(tmp_path, json.dumps(fields, indent=2, ensure_ascii=False).encode(), size)
    assert parser.picture_path(body).read_bytes() == _PICTURE
    assert {name: body[name] for name in ("note", "last")} == {name: fields[name] for name in ("note", "last")}


def test_text_that_looks_like_our_picture_marker_is_not_a_picture(tmp_path):
    parser, body = parse(tmp_path, b'{"url": "picture 00 0", "b64_json" : null}', 10)
    assert parser.picture_path(body) is None


def test_a_picture_costs_no_memory(tmp_path):
    block = base64.b64encode(random.Random(1).randbytes(BLOCK * 3 // 4))
    start = b'{"data": [{"b64_json": "iVBORw0KGgoA'
    parser = JsonStreamParser(PictureFiles(tmp_path, 10**9), 10_000)
    tracemalloc.start()
    parser.feed(start)
    for _ in range(200):
        parser.feed(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000


@pytest.mark.parametrize(
    "text", [b"[]", b"1", b'"a"', b"{", b'{"a": NaN}', b'{"a": -Infinity}', b"", b"\xff{}", b"{}x"]
)
def test_a_body_that_is_not_a_json_object_is_unusable(text):
    with pytest.raises(UnusableResponseError):
        parse_object(text)


@pytest.mark.parametrize("text", [b'{"a": ' * 70 + b"1" + b"}" * 70, b"[" * 10**6, b'{"a": ' + b'["]",' * 100_000])
def test_deep_json_is_refused_without_being_read(text):
    with pytest.raises(UnusableResponseError, match="deep"):
        parse_object(text)


def test_brackets_in_texts_are_not_depth():
    assert parse_object(json.dumps({"prompt": "[{" * 500}).encode())["prompt"] == "[{" * 500
