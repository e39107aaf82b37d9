"""Slow clients do not keep a server with four threads from answering others."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from openai import OpenAI

from playground.core.http.client_connections import KEEPALIVE_SECONDS
from tests.core.small_server import LARGE
from tests.helpers.databases import ROOT

MANY = 12
EMPTY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


@dataclass(frozen=True)
class Small:
    """The server with small limits."""

    process: subprocess.Popen[bytes]
    port: int

    def connect(self, *blocks: bytes) -> socket.socket:
        """A connection on which this was sent."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        for block in blocks:
            line.sendall(block)
        return line

    def asks(self, path: str = "/", body: bytes = b"", more: str = "Connection: close\r\n") -> bytes:
        """A whole request's answer."""
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        with self.connect(head.encode(), body) as line:
            return everything(line)

    def is_prompt(self) -> bool:
        """Say if another client is answered."""
        return self.asks().endswith(b"0 bytes")


def everything(line: socket.socket) -> bytes:
    """All until the server ends the connection."""
    return b"".join(iter(lambda: line.recv(65536), b""))


def answer(line: socket.socket) -> bytes:
    """Read the next answer on a kept connection."""
    said = b""
    while not said.endswith((b"bytes", b"Error")):
        block = line.recv(65536)
        assert block, said
        said += block
    return said


def serving(seconds: float) -> Iterator[Small]:
    """With such limits."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        command = [sys.executable, "-m", "tests.core.small_server", str(listener.fileno()), str(seconds)]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()], start_new_session=True)
        server = Small(process, listener.getsockname()[1])
    assert server.is_prompt()
    yield server
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def patient() -> Iterator[Small]:
    """A server whose timeouts exceed every test."""
    yield from serving(60)


@pytest.fixture
def strict() -> Iterator[Small]:
    """A server whose timeouts expire at once."""
    yield from serving(0.3)


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


STARTS = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: "]


@pytest.mark.parametrize("start", STARTS)
def test_missing_request_heads_take_no_thread(patient: Small, lines: ExitStack, start: bytes) -> None:
    for _ in range(MANY):
        lines.enter_context(patient.connect(start))
    assert patient.is_prompt()


@pytest.mark.parametrize("start", STARTS)
def test_missing_request_heads_are_not_waited_for(strict: Small, start: bytes) -> None:
    with strict.connect(start) as line:
        assert everything(line).startswith(b"HTTP/1.1 408" if start else b"")


def test_a_head_in_pieces_is_answered(patient: Small) -> None:
    with patient.connect() as line:
        for piece in (b"POST / HTTP/1.1\r\nHo", b"st: x\r\nContent-Length: 3\r\n\r", b"\nab", b"c"):
            line.sendall(piece)
            assert patient.is_prompt()
        assert answer(line).endswith(b"3 bytes")


def test_the_next_head_on_a_kept_connection_takes_no_thread_either(patient: Small, lines: ExitStack) -> None:
    for _ in range(MANY):
        line = lines.enter_context(patient.connect(EMPTY))
        assert answer(line).endswith(b"0 bytes")
        line.sendall(b"GET / HT")
    assert patient.is_prompt()


def test_two_requests_at_once_on_one_connection_are_both_answered(patient: Small) -> None:
    with patient.connect(HEAD.replace(b"100000", b"2") + b"ab" + EMPTY) as line:
        said = answer(line)
        said += b"" if b"0 bytes" in said else answer(line)
    assert b"2 bytes" in said and said.endswith(b"0 bytes")


def test_missing_bodies_leave_half_of_the_threads_free(patient: Small, lines: ExitStack) -> None:
    slow = [lines.enter_context(patient.connect(HEAD)) for _ in range(MANY)]
    assert patient.is_prompt()
    refused = select.select(slow, [], [], 10)[0]
    assert answer(refused[0]).endswith(b"TooManyUploadsError")
    for line in slow:
        line.close()


def test_a_body_that_trickles_is_not_waited_for(strict: Small) -> None:
    ended = threading.Event()

    def trickle(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not ended.wait(0.02):
                line.sendall(b"x")

    with strict.connect(HEAD) as line:
        thread = threading.Thread(target=trickle, args=(line,))
        thread.start()
        said = answer(line)
        ended.set()
        thread.join()
    assert said.endswith(b"\nSlowBodyError")


def test_a_body_that_is_only_slow_arrives(strict: Small) -> None:
    """In all it takes longer than the limit."""
    with strict.connect(HEAD.replace(b"100000", b"40000")) as line:
        for _ in range(10):
            line.sendall(b"x" * 4000)
            threading.Event().wait(0.05)
        assert answer(line).endswith(b"40000 bytes")


def test_a_client_that_does_not_read_the_response_blocks_a_thread_only_briefly(
    strict: Small, lines: ExitStack
) -> None:
    for _ in range(4):
        line = lines.enter_context(socket.socket())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", strict.port))
        line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    assert strict.is_prompt()
    assert len(strict.asks("/large")) > LARGE


def test_a_client_that_keeps_a_finished_connection_open_blocks_no_one(patient: Small, lines: ExitStack) -> None:
    for _ in range(MANY):
        lines.enter_context(patient.connect(EMPTY.replace(b"1.1", b"1.0")))
    assert patient.is_prompt()


def test_with_all_connections_taken_those_that_sent_nothing_give_way(patient: Small, lines: ExitStack) -> None:
    for _ in range(45):
        lines.enter_context(patient.connect())
    assert patient.is_prompt()


def test_no_connection_is_made_and_then_left_waiting_while_the_server_ends(patient: Small, lines: ExitStack) -> None:
    kept, sent = (lines.enter_context(patient.connect(EMPTY)) for _ in range(2))
    assert answer(kept).endswith(b"0 bytes") and answer(sent).endswith(b"0 bytes")
    sent.sendall(HEAD.replace(b"100000", b"2"))
    os.kill(patient.process.pid, signal.SIGTERM)
    is_refused = False
    while not is_refused:
        try:
            assert patient.is_prompt()
        except ConnectionRefusedError:
            is_refused = True
    kept.sendall(EMPTY)
    assert answer(kept).endswith(b"0 bytes"), "a kept connection is answered"
    kept.close()
    sent.sendall(b"ab")
    assert answer(sent).endswith(b"2 bytes"), "what was sent is finished"
    sent.close()
    assert patient.process.wait(10) == 0


def test_the_official_sdk_lets_go_of_a_connection_before_the_server_does() -> None:
    """Else a program that asks for its job every few seconds now and then meets a connection that is being closed."""
    with OpenAI(api_key="none", base_url="http://x.test") as client:
        assert client._client._transport._pool._keepalive_expiry < KEEPALIVE_SECONDS  # type: ignore[attr-defined]


def a_held(server: Small, since: float, *topics: str) -> socket.socket:
    """A request that waits for a change of one of the topics."""
    return server.connect(f"GET /?a=1&hold={since:.6f}:{','.join(topics)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def has_answer(line: socket.socket) -> bool:
    return bool(select.select([line], [], [], 0)[0])


def test_held_requests_take_no_thread_and_end_with_a_change(patient):
    since = time.monotonic()
    with ExitStack() as lines:
        held = [lines.enter_context(a_held(patient, since, "one", "two")) for _ in range(MANY)]
        other = lines.enter_context(a_held(patient, since, "three"))
        assert patient.is_prompt() and not any(map(has_answer, held))
        patient.asks("/change?two")
        assert all(answer(line).endswith(b"0 bytes") for line in held)
        assert not has_answer(other)


def test_a_change_before_the_request_came_ends_its_hold(patient):
    since = time.monotonic()
    patient.asks("/change?one")
    with a_held(patient, since, "one") as line:
        assert answer(line).endswith(b"0 bytes")


def test_a_hold_ends_by_itself(strict):
    with a_held(strict, time.monotonic(), "one") as line:
        assert answer(line).endswith(b"0 bytes")


def test_a_server_that_ends_answers_held_requests(patient):
    with a_held(patient, time.monotonic(), "one") as line:
        assert patient.is_prompt()
        os.kill(patient.process.pid, signal.SIGTERM)
        assert answer(line).endswith(b"0 bytes")
