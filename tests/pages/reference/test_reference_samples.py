"""Samples of the reference: shown, copied and run on the page for the chosen API."""

import html
import re

import pytest

from playground.imageapi.providers import PROFILES, parse_image_apis
from playground.pages.reference.samples import KINDS, LANGUAGES, program_text
from tests.factories import BASE

pytestmark = pytest.mark.django_db
PAGE = f"{BASE}reference/"
HERE = "http://testserver/qcode-img/v1"
APIS = "builtin,asia=https://asia.qcode.cc/qcode-img/v1,official:openai=https://api.openai.com/v1"
RUNNABLE = [name for name, kind in KINDS.items() if kind.is_runnable]


@pytest.fixture
def apis(settings):
    settings.IMAGE_APIS = parse_image_apis(APIS, settings.BUILTIN_URL)


@pytest.fixture
def run(client, builtin):
    def send(name):
        return client.post(f"{PAGE}samples/{name}/")

    return send


def programs(text, name):
    """The sample `name` as the page shows it, by language."""
    figure = re.search(rf'<figure class="listing" id="sample-{name}">.*?</figure>', text, re.DOTALL)[0]
    shown = re.findall(r'<pre data-snippet="([^"]+)"[^>]*><code>(.*?)</code></pre>', figure, re.DOTALL)
    return {language: html.unescape(re.sub(r"</?span[^>]*>", "", code)) for language, code in shown}


@pytest.mark.parametrize("name", KINDS)
def test_a_sample_is_there_in_every_language_and_nothing_else_is_in_it(client, name):
    shown = programs(client.get(PAGE).text, name)
    wanted = {language: program_text(name, language, HERE, PROFILES["builtin"]) for language in LANGUAGES}
    assert shown == wanted


def test_samples_follow_the_chosen_api_and_its_placeholder_key(client, apis):
    text = client.get(PAGE, {"api": "official"}).text
    shown = programs(text, "edit")
    assert all("https://api.openai.com/v1" in program for program in shown.values())
    assert all("sk-YOUR_OPENAI_API_KEY" in program for program in shown.values())
    assert not any("input_fidelity" in program or "cr_YOUR" in program for program in shown.values())
    assert "POST https://api.openai.com/v1/images/generations" in text


def test_samples_follow_the_api_that_the_session_used_last(client, apis):
    client.post(f"{BASE}key/", {"api": "asia", "key": "cr_" + "x" * 20})
    client.post(BASE, {"api": "asia", "prompt": "A fox"})
    shown = programs(client.get(PAGE).text, "generate")
    assert all("https://asia.qcode.cc/qcode-img/v1" in program for program in shown.values())


@pytest.mark.parametrize(
    ("api", "names"),
    [("asia", ["json_edit", "stream", "quote", "job", "usage"]), ("official", ["url", "quote", "job", "usage"])],
)
def test_a_sample_that_the_chosen_api_cannot_serve_calls_this_server_and_says_so(client, apis, api, names):
    text = client.get(PAGE, {"api": api}).text
    other = {name for name in KINDS if HERE in programs(text, name)["python"]}
    assert other == set(names)
    assert text.count("doesn&#39;t offer this") + text.count("doesn't offer this") == len(names)


def test_behind_a_cdn_samples_ask_for_low_quality(client, settings):
    settings.IMAGE_APIS = parse_image_apis("api=https://api.qcode.cc/qcode-img/v1", settings.BUILTIN_URL)
    text = client.get(PAGE).text
    assert 'quality="low"' in programs(text, "edit")["python"]


def test_an_unknown_api_or_language_in_the_address_changes_nothing(client, apis):
    text = client.get(PAGE, {"api": "nonsense", "code": "cobol"}).text
    assert '<div class="reference full" data-code="python">' in text and HERE in programs(text, "generate")["curl"]


def test_a_link_chooses_the_language_of_all_samples_and_is_remembered(client):
    assert 'data-code="python"' in client.get(PAGE).text
    assert '<div class="reference full" data-code="node">' in client.get(PAGE, {"code": "node"}).text
    again = client.get(PAGE).text
    assert '<div class="reference full" data-code="node">' in again
    assert re.search(r'<a href="\?code=node" data-code="node" aria-current="true">', again)


def test_the_links_keep_each_others_choice(client, apis):
    text = client.get(PAGE, {"api": "asia", "code": "node"}).text
    assert 'href="?api=asia&amp;code=curl"' in text and 'href="?api=official&amp;code=node"' in text


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_sample_is_run_and_its_response_shown(run, name):
    text = run(name).text
    assert "<code>HTTP 200" in text
    assert re.search(rf'<img src="(data:image/webp;base64,|{BASE}v1/pictures/)', text)


def test_the_key_is_nowhere_in_the_page(run):
    assert "cr_demo_" not in run("generate").text


@pytest.mark.parametrize("name", ["nonsense", "stream"])
def test_an_unknown_sample_is_not_found(run, name):
    assert run(name).status_code == 404


def test_samples_are_run_by_posting_only(client):
    assert client.get(f"{PAGE}samples/generate/").status_code == 405
