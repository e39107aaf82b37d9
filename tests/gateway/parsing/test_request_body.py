"""Bodies over real sockets: clients receive answers that are sent before the body is read."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from playground.core.http.request_body import SlowBodyError, TooManyUploadsError, WholeBody, body_timeout
from playground.gateway.client_connection import ClientDisconnected, RequestBody
from playground.imageapi.catalog import MIB
from playground.imageapi.errors import ApiError
from tests.gateway.live_api import Server
from tests.gateway.multipart_bodies import FORM, body_of, fields, part, picture

BLOCK = b"\0" * MIB


def head(server: Server, *lines: str, key: str = "", endpoint: str = "edits") -> bytes:
    """The head of a call."""
    path = server.base_url.split("/", 3)[3]
    said = [
        f"POST /{path}/images/{endpoint} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key or server.new_key()}",
    ]
    kind = FORM if endpoint == "edits" else "application/json"
    return "\r\n".join([*said, f"Content-Type: {kind}", *lines, "", ""]).encode()


@pytest.fixture
def line(server) -> Iterator[socket.socket]:
    """A connection to the server."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
        yield connection


def answer(line: socket.socket) -> tuple[int, dict]:
    """Status and body of the next answer."""
    with line.makefile("rb") as file:
        status = int(file.readline().split()[1])
        headers = dict(iter(lambda: file.readline().decode().lower().strip().partition(": ")[::2], ("", "")))
        return status, json.loads(file.read(int(headers["content-length"])))


def test_a_file_over_25_mib_is_refused_while_it_is_read(server, line):
    start = fields() + part("image", b"", "large.png")[:-2]
    line.sendall(head(server, f"Content-Length: {10 * 1024 * MIB}") + start)
    for _ in range(26):
        line.sendall(BLOCK)
    status, body = answer(line)
    assert (status, body["error"]["code"], body["error"]["param"]) == (413, "image_too_large", "image")
    assert body["error"]["message"].startswith("image 1 (large.png) is over 25 MB. See ")


def test_a_client_that_sends_everything_before_reading_gets_the_rejection(server, line):
    start = fields() + part("image", b"", "large.png")[:-2]
    line.sendall(head(server, f"Content-Length: {len(start) + 120 * MIB}") + start)
    for _ in range(120):
        line.sendall(BLOCK)
    assert answer(line)[0] == 413


def test_files_over_200_mib_together_are_refused(server, line):
    start, end = fields(), part("mask", b"x", "m.png") + body_of()
    files = [part("image", b"", f"{number}.png")[:-2] for number in range(8)]
    length = len(start) + sum(map(len, files)) + 8 * (25 * MIB + 2) + len(end)
    line.sendall(head(server, f"Content-Length: {length}") + start)
    for file in files:
        line.sendall(file)
        for _ in range(25):
            line.sendall(BLOCK)
        line.sendall(b"\r\n")
    line.sendall(end)
    status, body = answer(line)
    assert (status, body["error"]["code"], body["error"]["param"]) == (413, "image_too_large", "mask")


def test_a_wrong_key_with_a_large_body_is_heard(server, line):
    line.sendall(head(server, f"Content-Length: {60 * MIB}", key="cr_guess"))
    for _ in range(60):
        line.sendall(BLOCK)
    assert answer(line)[1]["error"]["code"] == "invalid_api_key"


def test_a_refused_call_leaves_the_connection_usable(server, line):
    body = body_of(fields(n=9), part("image", picture(), "a.png"))
    for _ in range(2):
        line.sendall(head(server, f"Content-Length: {len(body)}") + body)
        assert answer(line)[1]["error"]["param"] == "n"


def test_a_body_in_chunks_is_read(server, line):
    body = body_of(fields(n=9), part("image", picture(), "a.png"))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(block), block) for block in (body[:100], body[100:]))
    line.sendall(head(server, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")
    assert answer(line)[1]["error"]["param"] == "n"


BAD_CHUNKS = {
    "a size that is no number": b"zz\r\nhello\r\n0\r\n\r\n",
    "a size below nothing": b"-5\r\nhello\r\n0\r\n\r\n",
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "more than its size says": b"3\r\nhello\r\n0\r\n\r\n",
    "a broken extension": b"5;=\r\nhello\r\n0\r\n\r\n",
    "a size without an end": b"0" * 10_000,
    "a broken trailer": b"5\r\nhello\r\n0\r\nno trailer\r\n\r\n",
}


@pytest.mark.parametrize("endpoint", ["edits", "generations"])
@pytest.mark.parametrize("chunks", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_a_chunk_that_breaks_the_rules_is_a_fault_of_the_request(server, line, chunks, endpoint):
    start = head(server, "Transfer-Encoding: chunked", endpoint=endpoint)
    line.sendall(start + (b"" if endpoint == "generations" else b"2\r\n--\r\n") + chunks)
    status, body = answer(line)
    assert (status, body["error"]["code"]) == (400, "invalid_request")
    assert "chunk" in body["error"]["message"] and "charged" in body["error"]["message"]
    assert line.recv(1) == b""


def test_a_bad_chunk_after_an_early_response_closes_the_connection_silently(server, line):
    line.sendall(head(server, "Transfer-Encoding: chunked", key="cr_guess") + BAD_CHUNKS["no size"])
    assert answer(line)[0] == 401
    assert line.recv(1) == b""


def test_a_client_that_neither_sends_nor_reads_is_disconnected(server, line):
    line.sendall(head(server, f"Content-Length: {MIB}", key="cr_guess"))
    answer(line)
    assert line.recv(1) == b""


def test_a_truncated_body_means_that_the_client_left(rf):
    whole = WholeBody(io.BytesIO(b"half"), 8)
    body = RequestBody(rf.post("/", **{"wsgi.input": whole, "CONTENT_LENGTH": "8"}))
    assert body.read(4) == b"half"
    with pytest.raises(ClientDisconnected):
        body.read(4)


def test_a_body_that_stops_coming_is_a_fault_of_the_request(rf):
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as silent:
        request = rf.post("/", **{"wsgi.input": silent, "CONTENT_LENGTH": "8", "gunicorn.socket": ours})
        with pytest.raises(ApiError, match="ended before it was complete"), body_timeout(request, 0.01):
            RequestBody(request).read(8)
        assert ours.gettimeout() is None


class Raising(io.BytesIO):
    """A body that cannot be read."""

    def __init__(self, error: type[OSError]) -> None:
        super().__init__()
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [(SlowBodyError, "invalid_request", 408), (TooManyUploadsError, "service_overloaded", 503)],
)
def test_a_body_sent_too_slowly_gets_an_error_that_says_nothing_was_charged(rf, error, code, status):
    request = rf.post("/", **{"wsgi.input": Raising(error), "CONTENT_LENGTH": "8"})
    with pytest.raises(ApiError, match="You weren't charged") as caught:
        RequestBody(request).read(8)
    assert (caught.value.code, caught.value.status) == (code, status)


def test_a_client_that_stops_sending_but_still_reads_learns_that_nothing_was_charged(server, line):
    line.sendall(head(server, "Content-Length: 100", endpoint="generations") + b'{"prompt": "A red')
    line.shutdown(socket.SHUT_WR)
    status, body = answer(line)
    assert (status, body["error"]["code"]) == (499, "client_gone")
    assert "You weren't charged" in body["error"]["message"]


def test_chunks_that_break_off_mean_that_the_caller_left(server, line):
    line.sendall(head(server, "Transfer-Encoding: chunked") + b"2\r\n--\r\n3\r\nabc")
    line.shutdown(socket.SHUT_WR)
    assert answer(line)[1]["error"]["code"] == "client_gone"
