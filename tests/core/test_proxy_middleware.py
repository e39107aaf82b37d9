"""An https PUBLIC_URL: plain requests are sent there, never in a circle; who is not trusted is not believed."""

import pytest
from django.test import Client

from playground.core.middleware import ProxyMiddleware
from tests.factories import BASE
from tests.helpers.server import run_command


@pytest.fixture
def public(settings):
    settings.PUBLIC_URL, settings.IS_HTTPS = "https://images.example.org", True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["images.example.org", "127.0.0.1"]
    return settings


def visitor(**headers):
    return Client(headers={"host": "images.example.org", **headers})


def test_a_plain_request_is_sent_to_https_and_a_post_stays_a_post(public):
    answer = visitor().post(f"{BASE}runs/delete/?x=1")
    assert (answer.status_code, answer["Location"]) == (308, f"https://images.example.org{BASE}runs/delete/?x=1")


@pytest.mark.django_db
def test_loopback_stays_as_it_is(public):
    assert Client(headers={"host": "127.0.0.1"}).get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_trusted_proxy_is_believed(public):
    public.TRUSTED_PROXIES = ["127.0.0.1"]
    assert visitor(**{"x-forwarded-proto": "https"}).get(BASE).status_code == 200


def test_an_untrusted_proxy_gets_an_error_page_instead_of_a_redirect_loop(public):
    client = visitor(**{"x-forwarded-proto": "https"})
    answers = [client.get(BASE) for _ in range(4)]
    assert [one.status_code for one in answers] == [308, 308, 308, 500]
    assert "TRUSTED_PROXIES" in answers[-1].text and "127.0.0.1" in answers[-1].text


@pytest.mark.parametrize("said", ["", "9", "-1", "x", "1_0"])
def test_a_made_up_count_does_no_harm(public, said):
    client = visitor()
    client.cookies["https_turns"] = said
    assert client.get(BASE).status_code == 308


def test_a_wrong_host_is_refused(public):
    assert Client(headers={"host": "evil.example"}).get(BASE).status_code == 400


@pytest.mark.django_db
def test_runners_that_ask_from_inside_are_not_led_to_https(public):
    public.ALLOWED_HOSTS, public.INSIDE_HOSTS = ["images.example.org", "10.0.0.2"], ["10.0.0.2"]
    assert Client(headers={"host": "10.0.0.2"}).get("/healthz").status_code == 503


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.7", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.8", "203.0.113.9", "192.0.2.8"),
        ("10.1.2.3", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("10.1.2.3", "10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", "203.0.113.9, unknown", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
    ],
)
def test_ranges_of_proxies_are_believed_about_the_nearest_stranger(rf, settings, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]
    request = rf.get("/", REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded})
    ProxyMiddleware(lambda got: got)(request)
    assert request.META["REMOTE_ADDR"] == expected


def test_ranges_are_settings_for_the_web_server_too(tmp_path):
    program = (
        "from playground.server.launcher import WebServer; import socket; "
        "from gunicorn.http.message import _ip_in_allow_list as trusted; cfg = WebServer(socket.socket()).cfg; "
        "print([trusted(ip, cfg.forwarded_allow_ips, cfg.forwarded_allow_networks()) for ip in "
        "('10.1.2.3', '192.0.2.7', '192.0.2.8')])"
    )
    proxies = "10.1.2.3/8, 192.0.2.7"
    ended = run_command("shell", "--no-imports", "-c", program, DATA_DIR=str(tmp_path), TRUSTED_PROXIES=proxies)
    assert ended.stdout.strip() == "[True, True, False]", ended.stderr
