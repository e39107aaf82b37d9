"""Ready-made statements say what Django's own would."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from playground.core.db import statements
from playground.runs.models import Picture, Run, State
from tests.factories import a_run

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def as_django_reads(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def facts(run: Run) -> dict[str, object]:
    return {field.name: getattr(run, field.attname) for field in Run._meta.concrete_fields}


def test_a_row_is_found_as_django_finds_it() -> None:
    run = a_run(parameters={"prompt": "a vase", "n": 2}, sent_at=MOMENT, usage=None, cancel_requested=True)
    row = statements.find(Run, pk=run.pk, state=run.state)
    assert row is not None
    assert facts(row) == facts(as_django_reads(run))


def test_only_a_row_that_is_as_asked_is_found() -> None:
    run = a_run(deleted_at=MOMENT)
    assert statements.find(Run, pk=run.pk, deleted_at=None) is None
    assert statements.find(Run, pk=run.pk, deleted_at=MOMENT) is not None


def test_an_inserted_row_is_as_django_would_save_it() -> None:
    run = Run(visitor="alice", api="asia", endpoint="generations", parameters={"n": 1}, claimed_at=MOMENT)
    statements.insert(run)
    assert facts(as_django_reads(run)) == facts(run)
    run.state = State.RUNNING
    run.save(update_fields=["state"])
    assert as_django_reads(run).state == State.RUNNING


def test_an_inserted_row_knows_the_number_it_was_given() -> None:
    picture = Picture(run=a_run(), number=1, file="1.png", format="png", width=8, height=8, size=100)
    statements.insert(picture)
    assert Picture.objects.get().pk == picture.pk


def test_the_same_row_twice_is_refused_and_spoils_nothing_around() -> None:
    run = a_run()
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.insert(Run(pk=run.pk))
    assert Run.objects.count() == 1


def test_an_update_changes_the_named_columns_and_returns_the_count() -> None:
    run, other = a_run(), a_run()
    changed = statements.update(Run, {"pk": run.pk}, {"sent_at": MOMENT, "usage": {"total_tokens": 7}}, "version")
    assert changed == 1
    now = as_django_reads(run)
    assert (now.sent_at, now.usage, now.version) == (MOMENT, {"total_tokens": 7}, run.version + 1)
    assert facts(as_django_reads(other)) == facts(other)


def test_an_update_of_a_row_that_is_not_as_asked_changes_nothing() -> None:
    run = a_run()
    assert statements.update(Run, {"pk": run.pk, "state": State.RUNNING}, {"worker": "one"}) == 0
    assert as_django_reads(run).worker == ""


def test_rows_are_found_by_any_of_several_values() -> None:
    first, second, _third = a_run(), a_run(), a_run()
    rows = statements.find_all(Run, pk=[first.pk, second.pk, "nobody"])
    assert {run.pk for run in rows} == {first.pk, second.pk}
    assert statements.find_all(Run, pk=[]) == []
