"""Waiting while the client is connected."""

import socket
from concurrent.futures import Future

import pytest

from playground.gateway.client_connection import ClientConnection, ClientDisconnected


@pytest.fixture
def sockets():
    """Both ends of a connection: the server's and the client's."""
    server_end, client_end = socket.socketpair()
    with server_end, client_end:
        yield server_end, client_end


def test_waiting_ends_at_once_when_the_client_leaves(sockets):
    server_end, client_end = sockets
    client_end.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", server_end).wait(60)


def test_a_client_that_sent_more_has_not_left(sockets):
    server_end, client_end = sockets
    client_end.send(b"GET / HTTP/1.1")
    ClientConnection("alice", server_end).wait(0.001)


def test_a_client_that_sent_more_and_left_is_noticed(sockets):
    server_end, client_end = sockets
    client_end.send(b"GET / HTTP/1.1")
    client_end.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", server_end).wait(60)


def test_waiting_for_a_result_ends_when_the_client_leaves(sockets):
    server_end, client_end = sockets
    client_end.close()
    with pytest.raises(ClientDisconnected):
        ClientConnection("alice", server_end).wait_for(Future())


def test_a_result_that_is_there_is_given_at_once(sockets):
    done: Future[str] = Future()
    done.set_result("picture")
    assert ClientConnection("alice", sockets[0]).wait_for(done) == "picture"
    assert ClientConnection("alice").wait_for(done) == "picture"
