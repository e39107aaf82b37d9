"""Addresses that may be reached, pictures that an answer only points to, and alarms that end a call."""

import os
import socket
import threading
import time

import pytest

from playground.imageapi.catalog import Limits
from playground.imageapi.client import transport
from playground.imageapi.client.transport import (
    AddressGuard,
    AddressRefusedError,
    AlarmThread,
    Origin,
    is_public,
    set_alarm,
    tls_context,
)
from tests.fake_provider import FakeProvider, network_faults
from tests.fake_provider.fixtures import provider
from tests.fake_provider.pictures import png
from tests.imageapi.call_builders import Outcome, a_call, a_request, ask, run

__all__ = ["provider"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_inner_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/v1",
        "https://127.0.0.1:8000/v1",
        "http://localhost:8000/v1",
        "http://2130706433:8000/v1",
        "http://127.1:8000/v1",
        "http://example.com/v1",
        "https://10.0.0.1/v1",
    ],
)
def test_only_the_exact_origin_of_a_listed_api_is_excepted(url):
    with pytest.raises(AddressRefusedError):
        AddressGuard(["http://127.0.0.1:8000/v1"]).resolve(Origin.from_url(url))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "//a", "http://u:p@a/", "http://a:99999/", "x"])
def test_a_url_that_is_not_plain_http_or_https_is_rejected(url):
    with pytest.raises(AddressRefusedError):
        Origin.from_url(url)


def test_a_listed_api_may_be_on_loopback():
    (endpoint,) = AddressGuard(["http://127.0.0.1:8000/v1"]).resolve(Origin("http", "127.0.0.1", 8000))
    assert endpoint.address == ("127.0.0.1", 8000)


def test_a_name_that_resolves_to_an_inner_address_is_refused(monkeypatch):
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inner)
    with pytest.raises(AddressRefusedError):
        AddressGuard().resolve(Origin.from_url("https://rebound.example/"))


def test_an_api_that_is_not_listed_is_not_reached_on_loopback(provider, tmp_path):
    outcome = ask(provider.url("ok"), tmp_path, listed=[])
    assert (outcome.code, outcome.error.charged, provider.connections) == ("network_unreachable", "no", 0)


def test_pictures_are_fetched_in_order_without_the_key(provider, tmp_path):
    outcome = ask(provider.url("url_ok"), tmp_path, request=a_request(n=2))
    fetched = [request for request in provider.requests if request.method == "GET"]
    assert [one.path.read_bytes() for one in outcome.pictures] == [png(1024, 1024, 0), png(1024, 1024, 1)]
    assert outcome.pictures[0].revised_prompt == "as asked"
    assert [request.headers.get("Authorization") for request in fetched] == [None, None]


def test_of_two_addresses_the_one_that_works_is_kept(provider, tmp_path):
    outcome = ask(provider.url("url_second_fails"), tmp_path, request=a_request(n=2))
    assert (outcome.code, len(outcome.pictures), len(list(tmp_path.iterdir()))) == ("", 1, 1)


@pytest.mark.parametrize("host", [f"{'a' * 100}.com", "a..b"])
def test_a_name_that_cannot_be_one_is_refused(host):
    with pytest.raises(AddressRefusedError):
        AddressGuard().resolve(Origin.from_url(f"https://{host}/1.png"))


@pytest.mark.parametrize("fault", ["url_internal", "url_redirect_internal"])
def test_an_inner_server_is_never_connected_to(provider, tmp_path, fault):
    with FakeProvider() as inner:
        outcome = ask(provider.url(fault, port=inner.server_address[1]), tmp_path)
        assert (outcome.code, outcome.error.charged, inner.connections) == ("garbled_response", "maybe", 0)


@pytest.mark.parametrize("fault", ["url_slow", "url_big"])
def test_fetching_is_bounded_in_time_and_bytes(provider, tmp_path, fault):
    limits = Limits(fetch_seconds=0.3, fetched_bytes=1_000_000)
    outcome = ask(provider.url(fault), tmp_path, limits=limits)
    assert (outcome.code, list(tmp_path.iterdir())) == ("garbled_response", [])


def test_fetching_ends_when_the_call_is_ended(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("url_slow"), tmp_path, outcome, limits=Limits())
    threading.Thread(target=lambda: (provider.wait_for(2), call.abort())).start()
    run(call, outcome)
    assert (outcome.code, outcome.error.charged) == ("cancelled", "maybe")


def test_an_untrusted_certificate_is_rejected(tmp_path):
    with network_faults.tls_server(tmp_path) as (server, _):
        outcome = ask(server.url("ok").replace("http:", "https:"), tmp_path)
    assert (outcome.code, outcome.sent, server.requests) == ("network_unreachable", [], [])
    assert "certificate" in outcome.error.message


def test_a_certificate_that_is_trusted_is_accepted(tmp_path, monkeypatch):
    with network_faults.tls_server(tmp_path) as (server, certificate):
        context = tls_context.__wrapped__()
        context.load_verify_locations(certificate)
        monkeypatch.setattr(transport, "tls_context", lambda: context)
        outcome = ask(server.url("ok").replace("http:", "https:"), tmp_path)
    assert (outcome.code, outcome.sent, len(server.requests)) == ("", [True], 1)


def test_a_call_over_tls_can_be_ended(tmp_path, monkeypatch):
    with network_faults.tls_server(tmp_path) as (server, certificate):
        context = tls_context.__wrapped__()
        context.load_verify_locations(certificate)
        monkeypatch.setattr(transport, "tls_context", lambda: context)
        outcome = Outcome()
        call = a_call(server.url("hang").replace("http:", "https:"), tmp_path, outcome)
        threading.Thread(target=lambda: (server.wait_for(1), call.abort())).start()
        assert run(call, outcome).code == "cancelled"


def test_alarms_run_in_the_order_of_their_times():
    alarms, calls, done = AlarmThread(), [], threading.Event()
    alarms.set(0.03, done.set)
    alarms.set(0.02, lambda: calls.append("late"))
    alarms.set(0.01, lambda: calls.append("early"))
    assert done.wait(20)
    assert calls == ["early", "late"]


def test_a_cancelled_alarm_never_runs():
    alarms, calls, done = AlarmThread(), [], threading.Event()
    alarms.set(0.01, lambda: calls.append("cancelled")).cancel()
    alarms.set(0.02, done.set)
    assert done.wait(20)
    assert calls == []


def test_a_thousand_alarms_need_one_thread():
    alarms = AlarmThread()
    before = threading.active_count()
    pending = [alarms.set(60, lambda: None) for _ in range(1000)]
    assert threading.active_count() == before + 1
    for alarm in pending:
        alarm.cancel()


def test_cancelled_alarms_do_not_pile_up():
    alarms = AlarmThread()
    for _ in range(5000):
        alarms.set(60, lambda: None).cancel()
    assert len(alarms._heap) <= 1001


def test_alarms_run_in_a_forked_process():
    set_alarm(60, lambda: None)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        set_alarm(0.01, lambda: os.write(write, b"x"))
        time.sleep(5)
        os._exit(0)
    assert os.read(read, 1) == b"x"
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(read)
    os.close(write)
