"""The search of pages, settings, prompts, runs and the reference."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from playground.runs.services import saved_templates
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db
ADDRESS = f"{BASE}commands/"


def labels(client, words: str = "") -> list[str]:
    groups = client.get(ADDRESS, {"q": words}).context["groups"]
    return [command.label for group in groups for command in group.commands]


def test_without_words_it_lists_the_pages(client):
    assert {"Generate", "Edit", "History", "Reference", "Usage"} <= set(labels(client))


def test_every_page_that_it_lists_answers(client):
    groups = client.get(ADDRESS).context["groups"]
    assert {client.get(command.url).status_code for group in groups for command in group.commands} == {200}


@pytest.mark.parametrize("words", ["key_expired", "output_compression", "streaming", "dark", "中文", "poster"])
def test_words_find_errors_parameters_sections_settings_and_templates(client, words):
    assert any(words in label.lower() for label in labels(client, words))


def test_what_nothing_matches_is_said(client):
    assert "Nothing found." in client.get(ADDRESS, {"q": "qqqq"}).text


def test_the_palette_gets_options_and_a_browser_gets_links(client):
    assert 'role="option"' in client.get(ADDRESS, headers={"HX-Request": "true"}).text
    assert 'role="option"' not in client.get(ADDRESS).text


@pytest.mark.parametrize(("prompt", "words"), [("A red fox in snow", "SNOW fox"), ("一张春节海报，红色", "春节")])
def test_own_prompts_and_runs_are_found(client, prompt, words):
    run = a_run(visitor="alice", prompt=prompt)
    page = a_visitor(client, "alice").get(ADDRESS, {"q": words})
    assert {group.id for group in page.context["groups"]} == {"prompts", "runs"}
    assert f"{BASE}runs/{run.pk}/" in page.text and prompt in page.text


def test_own_templates_are_found(client):
    template = saved_templates.save_template("alice", "Herbst 秋", "{subject} in autumn")
    page = a_visitor(client, "alice").get(ADDRESS, {"q": "herbst"}).text
    assert f"{BASE}templates/?template={template.pk}" in page
    assert labels(a_visitor(Client(), "bob"), "herbst") == []


def test_a_long_prompt_shows_the_found_word(client):
    a_run(visitor="alice", prompt="A landscape. " * 50 + "Far away stands a lighthouse.")
    assert ["lighthouse" in label for label in labels(a_visitor(client, "alice"), "lighthouse")] == [True, True]


def test_many_runs_cost_no_more_queries_than_one(client):
    alice = a_visitor(client, "alice")
    counts = []
    for number in (1, 20):
        for _ in range(number):
            a_run(visitor="alice", prompt="A red fox", pictures=1)
        with CaptureQueriesContext(connection) as queries:
            assert labels(alice, "fox")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_runs_of_others_are_not_found(client):
    a_run(visitor="bob", prompt="bobs secret")
    assert labels(client, "secret") == labels(a_visitor(client, "alice"), "secret") == []
