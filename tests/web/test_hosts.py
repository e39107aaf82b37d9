"""An https PUBLIC_URL: plain requests are sent there, never in a circle; who is not trusted is not believed."""

import pytest
from django.test import Client

from tests.cast import BASE


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


def test_a_proxy_that_is_not_trusted_ends_in_a_sentence_and_not_in_a_circle(public):
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
