"""The id of a visitor: no other visitor can find it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import a_run, as_request

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_click(rf, secret="s" * 32):
    """A newcomer's request: a CSRF secret, but no session yet."""
    request = as_request(rf.post("/"))
    request.META["CSRF_COOKIE"] = secret
    return request


def test_both_halves_of_a_double_click_are_the_same_visitor(rf):
    assert a_click(rf).visitor.ensure_id(NOON) == a_click(rf).visitor.ensure_id(NOON + timedelta(seconds=1))


def test_a_double_click_across_two_moments_too(rf):
    first = a_click(rf).visitor.ensure_id(NOON - timedelta(seconds=1))
    a_run(visitor=first)
    assert a_click(rf).visitor.ensure_id(NOON) == first


def test_other_browsers_are_other_visitors(rf):
    assert a_click(rf).visitor.ensure_id(NOON) != a_click(rf, "t" * 32).visitor.ensure_id(NOON)


def test_a_secret_that_leaks_later_reveals_no_visitor_id(rf):
    first = a_click(rf).visitor.ensure_id(NOON)
    a_run(visitor=first)
    assert a_click(rf).visitor.ensure_id(NOON + timedelta(minutes=2)) != first


def test_the_id_stays_in_the_session(rf):
    request = a_click(rf)
    assert (
        request.visitor.ensure_id(NOON) == request.visitor.ensure_id(NOON + timedelta(days=1)) == request.visitor.id
    )


def test_someone_who_only_reads_has_none(rf):
    assert as_request(rf.get("/")).visitor.id == ""
