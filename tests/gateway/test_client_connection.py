"""Waiting together with a caller."""

import socket
from concurrent.futures import Future

import pytest

from playground.gateway.client_connection import ClientConnection, ClientDisconnected


@pytest.fixture
def line():
    """Both ends of a connection: the server's and the caller's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_waiting_ends_at_once_when_the_caller_leaves(line):
    ours, theirs = line
    theirs.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", ours).wait(60)


def test_a_caller_that_sent_more_has_not_left(line):
    ours, theirs = line
    theirs.send(b"GET / HTTP/1.1")
    ClientConnection("alice", ours).wait(0.001)


def test_a_caller_that_sent_more_and_left_is_noticed(line):
    ours, theirs = line
    theirs.send(b"GET / HTTP/1.1")
    theirs.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", ours).wait(60)


def test_waiting_for_a_result_ends_when_the_caller_leaves(line):
    ours, theirs = line
    theirs.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", ours).wait_for(Future())


def test_a_result_that_is_there_is_given_at_once(line):
    done: Future[str] = Future()
    done.set_result("picture")
    assert ClientConnection("alice", line[0]).wait_for(done) == "picture"
    assert ClientConnection("alice").wait_for(done) == "picture"
