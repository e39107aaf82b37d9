"""The star that a visitor sets on a picture."""

import pytest

from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def star(client, run, starred="1", **more):
    return client.post(f"{BASE}runs/{run.pk}/pictures/1/star/", {"starred": starred, **more.pop("data", {})}, **more)


def is_starred(client, run):
    page = client.get(f"{BASE}runs/{run.pk}/").text
    return 'aria-pressed="true" data-star="1"' in page


def test_a_star_stays_until_it_is_removed(alice):
    run = a_run(pictures=1)
    assert not is_starred(alice, run)
    response = star(alice, run)
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert is_starred(alice, run)
    star(alice, run, "0")
    assert not is_starred(alice, run)


def test_pressing_twice_sets_one_star(alice):
    run = a_run(pictures=1)
    star(alice, run)
    star(alice, run)
    assert is_starred(alice, run)


def test_other_pictures_of_the_run_keep_theirs(alice):
    run = a_run(pictures=2)
    star(alice, run)
    page = alice.get(f"{BASE}runs/{run.pk}/").text
    assert 'aria-pressed="true" data-star="1"' in page and 'aria-pressed="false" data-star="2"' in page


def test_htmx_gets_the_button_alone(alice):
    part = star(alice, a_run(pictures=1), headers={"HX-Request": "true"}).text
    assert 'aria-pressed="true"' in part and "<html" not in part


def test_the_answer_leads_back_to_the_page_with_the_button_but_never_to_another_site(alice):
    run = a_run(pictures=1)
    assert star(alice, run, data={"next": f"{BASE}runs/?page=2"})["Location"] == f"{BASE}runs/?page=2"
    assert star(alice, run, data={"next": "https://example.org/"})["Location"] == f"{BASE}runs/{run.pk}/"


def test_strangers_and_other_methods_are_rejected(alice):
    assert star(alice, a_run("bob", pictures=1)).status_code == 404
    run = a_run(pictures=1)
    assert star(alice, run, headers={"HX-Request": "true"}).status_code == 200
    assert alice.get(f"{BASE}runs/{run.pk}/pictures/1/star/").status_code == 405
