"""Bodies over real sockets: answers that come before the body is read, and are heard."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from playground.gateway.caller import CallerLeft
from playground.gateway.incoming import Incoming, patience
from playground.imageapi.options import MIB
from tests.gateway.forms import FORM, body_of, fields, part, picture
from tests.gateway.server import Server

BLOCK = b"\0" * MIB


def head(server: Server, *lines: str, key: str = "") -> bytes:
    """The head of an edit."""
    path = server.base_url.split("/", 3)[3]
    said = [
        f"POST /{path}/images/edits HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key or server.new_key()}",
    ]
    return "\r\n".join([*said, f"Content-Type: {FORM}", *lines, "", ""]).encode()


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


def test_who_sends_everything_before_listening_hears_the_refusal(server, line):
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


def test_who_neither_sends_nor_listens_is_let_go(server, line):
    line.sendall(head(server, f"Content-Length: {MIB}", key="cr_guess"))
    answer(line)
    assert line.recv(1) == b""


def test_a_body_that_breaks_off_means_that_the_caller_left(rf):
    body = Incoming(rf.post("/", **{"wsgi.input": io.BytesIO(b"half"), "CONTENT_LENGTH": "8"}))
    assert body.read(4) == b"half"
    with pytest.raises(CallerLeft):
        body.read(4)


def test_a_caller_that_falls_silent_has_left(rf):
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as silent:
        request = rf.post("/", **{"wsgi.input": silent, "CONTENT_LENGTH": "8", "gunicorn.socket": ours})
        with pytest.raises(CallerLeft), patience(request, 0.01):
            Incoming(request).read(8)
        assert ours.gettimeout() is None
