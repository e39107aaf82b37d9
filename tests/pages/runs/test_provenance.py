"""The button that has a picture's provenance checked, with the visitor's key, and what it shows."""

import pytest

from playground.imageapi.providers import parse_image_apis
from playground.runs import paths
from tests.factories import BASE, a_picture, a_run, a_visitor, picture_bytes
from tests.fake_provider.fixtures import provider
from tests.helpers.credentials import with_credentials

__all__ = ["provider"]
pytestmark = pytest.mark.django_db
KEY = "sk-proj-0123456789abcdef"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alice(client):
    return a_visitor(client)


@pytest.fixture
def listed(settings, provider):
    """List the fake provider as `mine` and, when called, let it show a fault."""

    def show(fault: str = "ok", profile: str = "openai"):
        settings.IMAGE_APIS = parse_image_apis(f"builtin,mine:{profile}={provider.url(fault)}", "http://127.0.0.1:1")
        return provider

    show()
    return show


def a_signed_run(visitor: str = "alice"):
    run = a_run(visitor, api="mine", account="openai")
    picture = a_picture(run, 1, has_credentials=True)
    paths.picture_path(picture).write_bytes(with_credentials("png", picture_bytes()))
    return run


def with_key(client):
    client.post(f"{BASE}key/", {"api": "mine", "key": KEY})
    return client


def check(client, run, **more):
    return client.post(f"{BASE}runs/{run.pk}/pictures/1/provenance/", **more)


def test_the_button_is_offered_for_apis_that_check(alice, listed):
    assert "Check provenance" in alice.get(f"{BASE}runs/{a_signed_run().pk}/").text
    listed(profile="qcode")
    assert "Check provenance" not in alice.get(f"{BASE}runs/{a_signed_run().pk}/").text


def test_a_form_post_leads_back_to_the_run_which_shows_the_findings(alice, listed):
    run = a_signed_run()
    response = check(with_key(alice), run)
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    page = alice.get(response["Location"]).text
    assert 'data-provenance="c2pa" data-outcome="detected" data-validation="trusted"' in page
    assert "Issuer: OpenAI OpCo, LLC · Model: gpt-image-2 · Created: 2026-11-30 " in page
    assert "Invisible watermark (SynthID) found." in page
    assert "Check provenance" not in page


def test_htmx_gets_the_part_alone(alice, listed):
    run = a_signed_run()
    part = check(with_key(alice), run, headers=HTMX).text
    assert part.startswith(f'<section class="provenance" id="provenance-{run.pk}-1"') and "<html" not in part


def test_a_picture_is_sent_once(alice, listed):
    run, server = a_signed_run(), listed()
    check(with_key(alice), run)
    check(alice, run)
    assert len(server.requests) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_without_a_key_nothing_is_sent(alice, listed, headers):
    server = listed()
    response = check(alice, a_signed_run(), headers=headers)
    assert (response.status_code, server.requests) == (422, [])
    assert "Add your key for this API" in response.text


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("401_invalid", "rejected your key"),
        ("403", "have access to provenance checks"),
        ("404", "offer provenance checks"),
        ("413", "too large"),
        ("429_quota", "used up"),
        ("503_overloaded", "is busy"),
        ("400_named", "rejected the image"),
        ("500", "result is unknown"),
        ("html_200", "result is unknown"),
        ("close_before", "respond in time"),
    ],
)
def test_a_failure_says_what_happened_and_the_check_can_be_repeated(alice, listed, fault, text):
    listed(fault)
    response = check(with_key(alice), a_signed_run())
    assert response.status_code == 422 and "data-provenance-error" in response.text
    assert text in response.text.replace("&#39;", "&#x27;")
    assert "Check provenance" in response.text and KEY not in response.text


def test_strangers_and_other_methods_are_refused(alice, listed):
    assert check(alice, a_signed_run("bob")).status_code == 404
    assert alice.get(f"{BASE}runs/{a_signed_run().pk}/pictures/1/provenance/").status_code == 405


def test_an_api_without_checks_is_not_asked(alice, listed):
    run, server = a_signed_run(), listed(profile="qcode")
    response = check(alice, run, follow=True)
    assert "This API doesn&#39;t offer provenance checks." in response.text and server.requests == []
