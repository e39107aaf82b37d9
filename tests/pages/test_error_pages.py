"""Error pages: a readable page for every request that cannot be answered, without losing entries."""

import io

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client, RequestFactory

from playground.core.http.request_body import SlowBodyError, WholeBody
from playground.pages import error_pages
from playground.runs.models import Run
from tests.factories import BASE, KEY

pytestmark = pytest.mark.django_db
strict = pytest.fixture(lambda: Client(enforce_csrf_checks=True))


def test_an_expired_form_is_shown_again_with_its_entries(strict):
    response = strict.post(BASE, {"prompt": "A red fox", "quality": "high"})
    assert response.status_code == 403
    form = response.context["form"]
    assert [form[name].value() for name in ("prompt", "quality")] == ["A red fox", "high"]


def test_it_can_be_sent_again_at_once(strict):
    form = strict.post(BASE, {"prompt": "A red fox"})
    token = form.cookies[settings.CSRF_COOKIE_NAME].value
    assert strict.post(BASE, {"prompt": "A red fox", "csrfmiddlewaretoken": token}).status_code == 303


def test_it_makes_no_run_and_keeps_no_key(strict):
    response = strict.post(BASE, {"prompt": "A red fox", "api": "asia", "key": KEY})
    assert KEY not in response.text
    assert not Run.objects.exists()
    assert not strict.session.keys()


def test_htmx_puts_the_form_in_its_place(strict):
    response = strict.post(BASE, {"prompt": "A red fox"}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (403, "#studio")


def test_other_expired_forms_say_so(strict):
    response = strict.post(f"{BASE}runs/delete/")
    assert response.status_code == 403
    assert "Nothing was sent or charged" in response.text


@pytest.mark.parametrize("address", ["", "edit/"])
def test_a_form_that_was_cut_off_is_not_sent_in_part(strict, address):
    strict.get(BASE)
    token = strict.cookies[settings.CSRF_COOKIE_NAME].value
    body = f"csrfmiddlewaretoken={token}&prompt=A+red+fox+on+a".encode()
    cut = {"wsgi.input": WholeBody(io.BytesIO(body), len(body) + 40), "CONTENT_LENGTH": str(len(body) + 40)}
    response = strict.post(f"{BASE}{address}", content_type="application/x-www-form-urlencoded", **cut)
    assert response.status_code == 400 and "arrived incomplete" in response.text
    assert not Run.objects.exists()


class Slow(io.BytesIO):
    """A body that comes too slowly."""

    def read(self, size=-1, /):
        raise SlowBodyError


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("address", ["", "edit/", "runs/delete/"])
@pytest.mark.parametrize("visits", [0, 1])
def test_a_form_that_came_too_slowly_says_so_and_that_nothing_was_charged(strict, visits, address, media_type):
    for _ in range(visits):
        strict.get(BASE)
    slow = {"wsgi.input": WholeBody(Slow(), 100), "CONTENT_LENGTH": "100"}
    response = strict.post(f"{BASE}{address}", content_type=media_type, **slow)
    assert response.status_code == 408
    assert "took too long to arrive" in response.text and "Nothing was sent or charged" in response.text


def test_a_report_that_comes_too_slowly_is_no_server_error(client):
    slow = {"wsgi.input": WholeBody(Slow(), 100), "CONTENT_LENGTH": "100"}
    assert client.post(f"{BASE}csp-report/", content_type="application/csp-report", **slow).status_code == 204


def test_too_large_a_form_says_so(client):
    response = client.post(BASE, {"prompt": "x" * 2_700_000})
    assert response.status_code == 413
    assert "too large" in response.text


def test_too_many_fields_say_so(client):
    assert client.post(BASE, {f"f{number}": "x" for number in range(300)}).status_code == 413


def test_a_wrong_host_gets_a_page(client):
    response = client.get(BASE, headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "<h1" in response.text


def test_an_unknown_address_gets_a_page(client):
    response = client.get(f"{BASE}nowhere/")
    assert response.status_code == 404
    assert "another session" in response.text


def test_the_page_of_a_server_error_needs_no_database(monkeypatch):
    response = error_pages.server_error(RequestFactory().get(BASE))
    assert response.status_code == 500
    assert "Nothing new was sent to an image API or charged" in response.text


def test_a_server_error_is_shown_even_when_templates_fail(settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
    response = error_pages.server_error(RequestFactory().get(BASE))
    assert "Nothing new was sent to an image API or charged" in response.text


def test_an_exception_in_a_view_shows_the_error_page(monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("playground.runs.selectors.newest_run", _broken)
    client.post(BASE, {"prompt": "A red fox"})
    assert "Server error" in client.get(BASE).text


def _broken(visitor):
    raise DatabaseError("no database")
