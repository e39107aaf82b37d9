"""The server talks only to the listed APIs: no result address, redirect or name leads it to anything inside."""

import ast
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import responses
from django.conf import settings

from playground.gateway.services.leases import Leases
from playground.imageapi.client import transport
from playground.imageapi.providers import make_demo_key, parse_image_apis
from playground.runs.models import Run
from tests.factories import BASE, KEY, claim_and_execute_run
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.exchange import Exchange
from tests.fake_provider.fixtures import provider
from tests.gateway.providers import customer
from tests.imageapi.call_builders import a_request, ask

__all__ = ["customer", "provider"]

# All of them mean this machine, or a place in its network, to somebody.
PLACES = {
    "plain": "127.0.0.1",
    "whole loopback": "127.8.8.8",
    "short": "127.1",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7f.0.0.1",
    "octal": "0177.0.0.1",
    "padded": "127.000.000.001",
    "nothing": "0",
    "any": "0.0.0.0",
    "name": "localhost",
    "capitals": "LOCALHOST",
    "trailing dot": "localhost.",
    "number with a trailing dot": "127.0.0.1.",
    "IPv6": "[::1]",
    "IPv6 any": "[::]",
    "IPv6 in full": "[0:0:0:0:0:0:0:1]",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped in hexadecimal": "[::ffff:7f00:1]",
    "compatible": "[::127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "with a zone": "[::1%25lo]",
    "circled digits": "①②⑦.⓪.⓪.①",
    "ideographic dots": "127。0。0。1",
    "user": "example.com@127.0.0.1",
    "user and password": "a:b@127.0.0.1",
    "encoded": "%31%32%37.0.0.1",
    "encoded at sign": "example.com%40127.0.0.1",
    "private": "10.0.0.1",
    "metadata": "169.254.169.254",
    "metadata in IPv6": "[fd00:ec2::254]",
    "shared": "100.64.0.1",
    "multicast": "224.0.0.1",
}
# With the port of an inner server: addresses that readers of addresses understand in different ways.
ODD = (
    "http://127.0.0.1:{port}/x.png",
    "HTTP://127.0.0.1:{port}/x.png",
    "https:127.0.0.1:{port}/x.png",
    "https:///127.0.0.1:{port}/x.png",
    "https:\\\\127.0.0.1:{port}/x.png",
    "https://example.com\\@127.0.0.1:{port}/x.png",
    "https://127.0.0.1:{port}#@example.com/x.png",
    "https://127.0.0.1:{port}?@example.com/x.png",
    "https://127.0.0.1 :{port}/x.png",
    "https://127.0.0.1\t:{port}/x.png",
    "https://127.0.0.1:{port}/\r\nHost: example.com/x.png",
    " https://127.0.0.1:{port}/x.png",
    "//127.0.0.1:{port}/x.png",
    "gopher://127.0.0.1:{port}/_GET",
    "ftp://127.0.0.1:{port}/x.png",
    "dict://127.0.0.1:{port}/x",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "jar:http://127.0.0.1:{port}/x.png!/",
    "unix:/var/run/docker.sock",
    "https://[127.0.0.1]:{port}/x.png",
    "https://[::1:{port}/x.png",
    "https://:{port}/x.png",
)


class Inside:
    """Listens on every loopback address, in both families, and counts who came."""

    def __init__(self) -> None:
        self.sockets = [socket.create_server(("0.0.0.0", 0))]
        self.port = self.sockets[0].getsockname()[1]
        if socket.has_ipv6:
            with contextlib.suppress(OSError):
                self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for listener in self.sockets:
            listener.setblocking(False)

    @property
    def connections(self) -> int:
        """Count the connections so far."""
        count = 0
        for listener in self.sockets:
            try:
                listener.accept()[0].close()
                count += 1
            except BlockingIOError:
                continue
        return count

    def close(self) -> None:
        """Listen no more."""
        for listener in self.sockets:
            listener.close()


@pytest.fixture(autouse=True)
def _no_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases are not renewed behind the test's back."""
    monkeypatch.setattr(Leases, "start", lambda _: None)


@pytest.fixture
def inside() -> Iterator[Inside]:
    server = Inside()
    yield server
    server.close()


@pytest.fixture
def points_to(monkeypatch: pytest.MonkeyPatch, provider: FakeProvider):
    """The address of an API whose answers point to this URL."""

    def make(url: str) -> str:
        answer = {"created": 1, "data": [{"url": url}]}
        monkeypatch.setitem(FAULTS, "named", lambda exchange: Exchange.json(exchange, answer))
        return provider.url("named")

    return make


def addresses(port: int) -> list[str]:
    """Every odd address, with this port."""
    return [f"https://{place}:{port}/x.png" for place in PLACES.values()] + [url.format(port=port) for url in ODD]


NUMBERS = range(len(addresses(0)))


def test_the_inner_server_would_notice(inside) -> None:
    """Else the tests below would prove nothing."""
    socket.create_connection(("127.0.0.1", inside.port)).close()
    assert inside.connections == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_no_result_address_leads_inside(inside, points_to, tmp_path, number: int) -> None:
    outcome = ask(points_to(addresses(inside.port)[number]), tmp_path)
    assert (outcome.code, outcome.error.charged) == ("garbled_response", "maybe")
    assert inside.connections == 0 and not list(tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["decimal", "octal", "mapped", "trailing dot", "user", "name"])
def test_no_result_address_leads_a_run_inside(inside, points_to, settings, client, name: str) -> None:
    address = points_to(f"https://{PLACES[name]}:{inside.port}/x.png")
    settings.IMAGE_APIS = parse_image_apis(f"up={address}", "")
    answer = client.post(BASE, {"prompt": "x", "size": "1024x1024", "n": "1", "api": "up", "key": KEY})
    claim_and_execute_run(Run.objects.get().pk)
    page = client.get(answer["Location"]).text
    assert 'data-error="garbled_response"' in page and PLACES[name] not in page
    assert inside.connections == 0


@pytest.mark.django_db
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", ["decimal", "octal", "mapped", "trailing dot", "user", "name"])
def test_no_result_address_leads_the_image_api_inside(inside, points_to, customer, name: str, stream: bool) -> None:
    customer.behind(points_to(f"https://{PLACES[name]}:{inside.port}/x.png"))
    answer = customer.ask(stream=stream)
    body = b"".join(answer.streaming_content) if stream else answer.content
    assert b"image_provider_error" in body and PLACES[name].encode() not in body
    assert inside.connections == 0


@pytest.fixture
def edit_from(client):
    """Send an edit whose image is at this URL."""

    def send(url: str):
        body = {"model": "gpt-image-2", "prompt": "a crown", "images": [{"image_url": url}]}
        headers = {"Authorization": f"Bearer {make_demo_key(settings.SECRET_KEY)}"}
        return client.post(f"{BASE}v1/images/edits", body, content_type="application/json", headers=headers)

    return send


@pytest.mark.django_db
@pytest.mark.parametrize("number", NUMBERS)
def test_no_url_of_an_edit_leads_inside(inside, edit_from, number: int) -> None:
    response = edit_from(addresses(inside.port)[number])
    assert (response.status_code, response.json()["error"]["param"]) == (400, "images[0].image_url")
    assert inside.connections == 0


@pytest.mark.django_db
@responses.activate
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_url_of_an_edit_that_redirects_inside_is_not_followed(inside, edit_from, status: int, scheme: str) -> None:
    target = f"{scheme}://127.0.0.1:{inside.port}/x.png"
    responses.add_passthru(target)
    responses.get("https://images.example.org/x.png", status=status, headers={"Location": target})
    assert edit_from("https://images.example.org/x.png").status_code == 400
    assert inside.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_result_address_that_redirects_inside_is_not_followed(
    inside, provider, tmp_path, monkeypatch, status
) -> None:
    headers = {"Location": f"http://127.0.0.1:{inside.port}/x.png"}

    def answer(exchange: Exchange) -> None:
        if exchange.request.method == "GET":
            exchange.body(b"", status, headers=headers)
        else:
            exchange.json({"data": [{"url": f"{exchange.server.origin}/moved/x.png"}]})

    monkeypatch.setitem(FAULTS, "moved", answer)
    assert ask(provider.url("moved"), tmp_path).code == "garbled_response"
    assert inside.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_api_that_redirects_inside_is_not_followed(inside, provider, tmp_path, monkeypatch, status) -> None:
    headers = {"Location": f"http://127.0.0.1:{inside.port}/v1"}
    monkeypatch.setitem(FAULTS, "moved", lambda exchange: Exchange.body(exchange, b"", status, headers=headers))
    assert ask(provider.url("moved"), tmp_path).code == "garbled_response"
    assert inside.connections == 0


def test_an_answer_does_not_point_to_another_listed_api(provider, points_to, tmp_path) -> None:
    with FakeProvider() as other:
        address = points_to(f"{other.origin}/ok/x.png")
        outcome = ask(address, tmp_path, listed=[address, other.url()])
        assert (outcome.code, other.connections) == ("garbled_response", 0)


def test_a_name_is_resolved_once_and_connected_to_as_it_was_checked(points_to, tmp_path, monkeypatch) -> None:
    """Rebinding: public when it is checked, and loopback a moment later."""
    resolve, resolved, connected = socket.getaddrinfo, [], []

    def rebound(host, port, *rest, **options):
        if host != "rebound.example":
            return resolve(host, port, *rest, **options)
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1" if len(resolved) == 1 else "127.0.0.1", port))]

    def connect(road, endpoints):
        if endpoints[0].address[0] == "127.0.0.1" and not resolved:
            return really(road, endpoints)
        connected.extend(endpoint.address[0] for endpoint in endpoints)
        raise ConnectionRefusedError

    really = transport.connect
    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    monkeypatch.setattr(transport, "connect", connect)
    ask(points_to("https://rebound.example/x.png"), tmp_path)
    assert (resolved, connected) == (["rebound.example"], ["1.1.1.1"])


def test_of_a_name_with_inner_and_outer_addresses_only_the_outer_ones_are_left(
    points_to, tmp_path, monkeypatch
) -> None:
    resolve, connected = socket.getaddrinfo, []
    infos = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("10.0.0.1", "1.1.1.1", "127.0.0.1", "0.0.0.0")
    ]

    def both(host, port, *rest, **options):
        return infos if host == "both.example" else resolve(host, port, *rest, **options)

    def connect(road, endpoints):
        if endpoints[0].address[1] != 443:
            return really(road, endpoints)
        connected.extend(endpoint.address[0] for endpoint in endpoints)
        raise ConnectionRefusedError

    really = transport.connect
    monkeypatch.setattr(socket, "getaddrinfo", both)
    monkeypatch.setattr(transport, "connect", connect)
    ask(points_to("https://both.example/x.png"), tmp_path)
    assert connected == ["1.1.1.1"]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxy_variables_of_the_environment_are_ignored(inside, provider, tmp_path, monkeypatch, name: str) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{inside.port}")
    monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{inside.port}")
    assert ask(provider.url(), tmp_path, request=a_request()).code == ""
    assert inside.connections == 0


def test_only_the_guarded_connection_opens_addresses() -> None:
    """Every other way to the network that Python and requests offer is used nowhere."""
    root = Path(transport.__file__).parents[2]
    ways = ("create_connection", "urlopen", "HTTPConnection", "HTTPSConnection", "PoolManager", "open_connection")
    calls = []
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = ast.unparse(node.func)
            is_requests = function.startswith("requests.") and function.split(".")[1] in (
                "get",
                "post",
                "request",
                "Session",
            )
            if is_requests or function.rpartition(".")[2] in ways:
                calls.append(f"{path.relative_to(root)}: {function}")
    assert calls == ["imageapi/client/transport.py: requests.Session"]
