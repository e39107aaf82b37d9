"""JSON with pictures in it: the same text as `json.dumps`, in little memory."""

import base64
import json
import tracemalloc

import pytest

from playground.gateway.responses.json_responses import BASE64_BLOCK_BYTES, Base64Picture, JsonWithPictures


@pytest.fixture
def files(tmp_path):
    """Files of the given sizes in bytes, of bytes that differ."""

    def written(*sizes):
        paths = [tmp_path / str(number) for number in range(len(sizes))]
        for path, size in zip(paths, sizes, strict=True):
            path.write_bytes(bytes(number % 251 for number in range(size)))
        return paths

    return written


@pytest.mark.parametrize(
    "sizes",
    [
        (),
        (0,),
        (1, 2, 3),
        (BASE64_BLOCK_BYTES - 1, BASE64_BLOCK_BYTES, BASE64_BLOCK_BYTES + 1),
        (2 * BASE64_BLOCK_BYTES + 5,),
    ],
)
def test_it_reads_as_if_the_pictures_were_in_it(files, sizes):
    paths = files(*sizes)
    with JsonWithPictures(
        {"said": 'a "word" 字', "data": [{"b64_json": Base64Picture(path), "n": 1} for path in paths]}
    ) as text:
        whole = b"".join(text.blocks(b"data: ", b"\n\n"))
    body = json.loads(whole.removeprefix(b"data: "))
    assert body["said"] == 'a "word" 字'
    assert [base64.b64decode(one["b64_json"]) for one in body["data"]] == [path.read_bytes() for path in paths]
    assert text.length == len(whole) - len(b"data: \n\n")


def test_pictures_that_are_deleted_while_they_are_sent_are_sent_completely(files):
    (path,) = files(2 * BASE64_BLOCK_BYTES)
    content = path.read_bytes()
    with JsonWithPictures([Base64Picture(path)]) as text:
        path.unlink()
        assert base64.b64decode(json.loads(b"".join(text.blocks()))[0]) == content


def test_a_picture_that_is_gone_is_said_before_the_first_block(tmp_path):
    with pytest.raises(FileNotFoundError):
        JsonWithPictures({"b64_json": Base64Picture(tmp_path / "gone")})


def test_memory_does_not_grow_with_pictures(tmp_path):
    for number in range(4):
        (tmp_path / str(number)).write_bytes(bytes(8_000_000))
    tracemalloc.start()
    try:
        with JsonWithPictures([Base64Picture(tmp_path / str(number)) for number in range(4)]) as text:
            length = sum(len(block) for block in text.blocks())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert length > 40_000_000
    assert most < 2_000_000
