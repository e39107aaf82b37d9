"""The data of a session on the key page: cleared with an undo, or deleted for good."""

import pytest
from django.conf import settings

from playground.runs import drafts, paths
from playground.runs.models import Run, Source, State
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.runs.draft_files import a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def test_it_lists_one_key_an_account_and_shows_no_more_than_its_end(alice):
    alice.post(f"{BASE}key/", {"api": "asia", "key": KEY, "next": f"{BASE}key/"})
    page = alice.get(f"{BASE}key/")
    assert [(one.has_key, one.last4) for one in page.context["accounts"]] == [(False, ""), (True, KEY[-4:])]
    assert KEY not in page.text


def test_an_invalid_key_is_rejected_on_the_page_where_it_was_entered(alice):
    page = alice.post(f"{BASE}key/", {"api": "asia", "key": "hello", "next": f"{BASE}key/"})
    assert page.status_code == 422
    assert 'data-field-error="key"' in page.text and "hello" not in page.text


def test_forgetting_comes_back_to_it(alice):
    alice.post(f"{BASE}key/", {"api": "asia", "key": KEY})
    answer = alice.post(f"{BASE}key/forget/", {"api": "asia", "next": f"{BASE}key/"}, follow=True)
    assert not any(one.has_key for one in answer.context["accounts"])


def test_it_counts_stored_data_and_reading_it_changes_nothing(alice, tmp_path):
    a_run(pictures=2)
    a_run(visitor="bob", pictures=1)
    a_source(tmp_path)
    context = alice.get(f"{BASE}key/").context
    assert (context["runs"], context["pictures"], context["drafts"]) == (1, 2, 1)


def test_someone_new_sees_an_empty_page_and_leaves_no_session(client):
    assert client.get(f"{BASE}key/").context["runs"] == 0
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_starting_afresh_clears_all_but_the_key_and_can_be_undone(alice, tmp_path):
    run = a_run(pictures=1)
    a_source(tmp_path)
    alice.post(f"{BASE}key/", {"api": "asia", "key": KEY})
    answer = alice.post(f"{BASE}key/afresh/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (303, '"storage"')
    page = alice.get(answer["Location"])
    assert (page.context["runs"], page.context["drafts"]) == (0, 0)
    assert any(one.has_key for one in page.context["accounts"]) and "data-undo" in page.text
    alice.post(f"{BASE}runs/undo/")
    assert alice.get(f"{BASE}runs/{run.pk}/pictures/1/").status_code == 200
    alice.post(f"{BASE}edit/sources/undo/")
    assert len(drafts.list_sources("alice")) == 1


def test_deleting_everything_leaves_nothing_of_mine_and_all_of_others(alice, tmp_path):
    run = a_run(pictures=1)
    a_run(state=State.QUEUED, sealed_key="sealed")
    others = a_run(visitor="bob", pictures=1)
    source = a_source(tmp_path)
    alice.post(f"{BASE}key/", {"api": "asia", "key": KEY})
    before = alice.cookies[settings.CSRF_COOKIE_NAME].value if settings.CSRF_COOKIE_NAME in alice.cookies else ""
    answer = alice.post(f"{BASE}key/everything/")
    assert (answer.status_code, answer["Location"], answer["Clear-Site-Data"]) == (303, BASE, '"storage"')
    assert list(Run.objects.all()) == [others] and not Source.objects.exists()
    assert not paths.run_folder(run.pk).exists() and not drafts.source_path(source).exists()
    assert answer.cookies[settings.VAULT_COOKIE_NAME]["max-age"] == 0
    assert not alice.session.keys()
    assert answer.cookies[settings.CSRF_COOKIE_NAME].value != before


@pytest.mark.parametrize("act", ["key/afresh/", "key/everything/", "runs/undo/"])
def test_get_changes_nothing_and_another_visitor_has_no_data(client, act):
    a_run(visitor="bob")
    assert client.get(f"{BASE}{act}").status_code == 405
    assert client.post(f"{BASE}{act}").status_code == 303
    assert Run.objects.filter(deleted_at=None).count() == 1
