"""The frame of every page: languages, theme, navigation, and the number of active runs."""

import pytest
from django.conf import settings

from playground.runs.models import State
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db


def frame(client, address=BASE, **query):
    return client.get(address, query).context["frame"]


def test_the_browser_decides_the_language_first(client):
    assert client.get(BASE, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).context["frame"].language == "zh-hans"


def test_a_link_switches_the_language_for_good(client):
    frame(client, lang="zh-hans")
    assert frame(client).language == "zh-hans"


def test_the_languages_lead_to_the_same_page(client):
    urls = [url for _, _, url in frame(client, f"{BASE}runs/", page="2").languages]
    assert urls == [f"{BASE}runs/?page=2&lang=en", f"{BASE}runs/?page=2&lang=zh-hans"]


@pytest.mark.parametrize(
    ("address", "sent", "leads_to"),
    [
        ("reference/errors/key_expired/", {}, "reference/errors/key_expired/"),
        ("", {"prompt": ""}, ""),
        ("edit/", {"prompt": "no picture"}, "edit/"),
        ("edit/sources/", {}, "edit/"),
        ("snippets/", {"prompt": "A fox"}, ""),
        ("key/", {"api": "builtin", "key": "?"}, "key/"),
    ],
)
def test_the_language_switch_leads_to_the_page_that_a_response_shows(client, builtin, address, sent, leads_to):
    shown = client.post(f"{BASE}{address}", sent)
    shown = shown if shown.context else client.get(shown.url)
    assert [url for _, _, url in shown.context["frame"].languages] == [
        f"{BASE}{leads_to}?lang=en",
        f"{BASE}{leads_to}?lang=zh-hans",
    ]


def test_the_language_switch_leads_to_the_run_of_a_rejected_form(client):
    a_visitor(client)
    run = a_run(State.SUCCEEDED)
    shown = client.post(BASE, {"prompt": "", "page": run.pk})
    assert shown.context["frame"].languages[0][2] == f"{BASE}runs/{run.pk}/?lang=en"


def test_the_form_switches_the_language_too(client):
    client.post(f"{BASE}language/", {"language": "zh-hans", "next": BASE})
    assert frame(client).language == "zh-hans"


def test_a_theme_is_remembered(client):
    frame(client, theme="dark")
    assert frame(client).theme == "dark"


def test_an_unknown_theme_is_the_systems(client):
    assert frame(client, theme='"><script>').theme == "system"


def test_the_current_page_is_marked(client):
    assert [here for _, _, here in frame(client, f"{BASE}runs/").nav] == [False, False, True, False, False]


def test_pages_below_an_entry_mark_it_too(client):
    places = frame(client, f"{BASE}reference/errors/key_expired/").nav
    assert [label for _, label, here in places if here] == ["Reference"]


def test_the_title_counts_runs(client):
    a_run(state=State.RUNNING)
    assert frame(a_visitor(client)).title_prefix == "1 running · "


@pytest.mark.parametrize("page", ["", "runs/", "reference/"])
def test_every_page_says_which_version_it_is(client, page):
    assert f"Version {settings.VERSION}<" in client.get(f"{BASE}{page}").content.decode()


def test_pages_are_not_cached(client):
    assert client.get(BASE)["Cache-Control"] == "no-store"


def test_a_page_and_its_part_are_cached_apart(client):
    assert "HX-Request" in client.get(BASE)["Vary"]
