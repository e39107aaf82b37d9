"""Named selections of a picture on the edit page."""

import pytest
from django.urls import reverse

from playground.runs import draft_masks, drafts
from tests.factories import a_visitor
from tests.runs.draft_files import a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client, "alice")


@pytest.fixture
def address(tmp_path):
    return reverse("source_selections", args=[a_source(tmp_path).pk])


def test_a_saved_selection_is_there_on_the_next_visit(alice, address):
    assert alice.get(address).json() == []
    alice.post(address, {"name": "sky", "marks": "abc-_1"})
    assert alice.post(address, {"name": "头发", "marks": "xyz"}).json() == [["sky", "abc-_1"], ["头发", "xyz"]]
    assert alice.get(address).json() == [["sky", "abc-_1"], ["头发", "xyz"]]


def test_the_same_name_replaces_and_no_marks_remove(alice, address):
    for marks in ("one", "two"):
        alice.post(address, {"name": "sky", "marks": marks})
    assert alice.get(address).json() == [["sky", "two"]]
    assert alice.post(address, {"name": "sky", "marks": ""}).json() == []


def test_what_cannot_be_saved_is_explained_and_nothing_is_lost(alice, address, settings):
    for number in range(draft_masks.MAX_SELECTIONS):
        alice.post(address, {"name": f"part {number}", "marks": "abc"})
    response = alice.post(address, {"name": "one more", "marks": "abc"})
    assert response.status_code == 422
    assert response.text == "This image already has 20 saved selections. Delete one first."
    long = alice.post(address, {"name": "part 1", "marks": "a" * (draft_masks.MAX_SELECTION_LENGTH + 1)})
    assert long.status_code == 422 and "too detailed" in long.text
    settings.SESSION_MAX_BYTES = 1
    assert alice.post(address, {"name": "part 1", "marks": "abc"}).status_code == 422
    assert len(alice.get(address).json()) == draft_masks.MAX_SELECTIONS


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "x" * 61}, {"name": "x", "marks": "<b>"}])
def test_values_that_the_editor_never_sends_are_refused(alice, address, values):
    assert alice.post(address, {"marks": "abc", **values}).status_code == 400
    assert alice.get(address).json() == []


def test_selections_go_and_come_back_with_their_picture(alice, tmp_path):
    source = a_source(tmp_path)
    draft_masks.save_selection(source, "sky", "abc")
    drafts.set_aside_sources("alice", [source])
    drafts.restore_set_aside_sources("alice")
    assert draft_masks.load_selections(drafts.get_source("alice", source.pk)) == {"sky": "abc"}
    drafts.remove_source(source)
    assert draft_masks.load_selections(source) == {}
