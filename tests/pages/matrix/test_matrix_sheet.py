"""The sheet of a matrix: labels, progress, stopping, trying again, and the ZIP with its table."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.runs.models import Matrix, Run, State
from playground.runs.services import retention
from tests.factories import BASE, a_picture, a_run, a_visitor
from tests.pages.matrix.matrix_steps import MATRIX, entries, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


@pytest.fixture
def sheet(alice):
    """The address of a matrix of two prompts and two sizes, whose runs wait."""
    return send(alice, entries(alice))["Location"]


def runs():
    return list(Run.objects.order_by("created_at", "pk"))


def end(run, state=State.SUCCEEDED, **facts):
    now = timezone.now()
    values = {"state": state, "claimed_at": now - timedelta(seconds=20), "finished_at": now, **facts}
    Run.objects.filter(pk=run.pk).update(**values, version=run.version + 1)
    if state == State.SUCCEEDED:
        a_picture(run)


def poll(client, sheet, seen):
    return client.get(f"{BASE}runs/live/?matrix={sheet.split('/')[-2]}&seen={seen}")


def test_rows_and_columns_are_labelled_with_what_varies(alice, sheet):
    view = alice.get(sheet).context["sheet"]
    assert view.is_table
    assert [[label.value for label in row.labels] for row in view.rows] == [["red"], ["blue"]]
    assert [[label.value for label in column] for column in view.columns] == [["1024x1024"], ["1024x1536"]]
    page = alice.get(sheet).text
    assert "Square" in page and "Portrait" in page


def test_one_thing_that_varies_is_a_list_with_labels(alice):
    page = alice.get(send(alice, entries(alice, size=["1024x1024"]))["Location"])
    view = page.context["sheet"]
    assert not view.is_table and [row.cells[0].labels[0].value for row in view.rows] == ["red", "blue"]


def test_the_progress_says_what_is_done_what_it_cost_and_how_long_the_rest_takes(alice, sheet):
    end(runs()[0], price=80_000)
    page = alice.get(sheet).text
    assert "1 of 4 runs done" in page and "$0.08 so far" in page and "about 30 s left" in page
    assert '<meta http-equiv="refresh"' in page


def test_a_poll_brings_the_cells_that_changed_and_the_progress(alice, sheet):
    first, second, *_ = runs()
    seen = f"{first.pk}:{first.version},{second.pk}:{second.version}"
    assert poll(alice, sheet, seen).status_code == 204
    end(first, price=80_000)
    response = poll(alice, sheet, seen)
    assert f'id="cell-{first.pk}"' in response.text and f'id="cell-{second.pk}"' not in response.text
    assert "1 of 4 runs done" in response.text and 'id="run-' not in response.text
    assert json.loads(response["HX-Trigger"])["follow"]["active"] == 1


def test_a_poll_for_a_foreign_matrix_shows_nothing_of_it(alice, sheet):
    own = a_run(state=State.QUEUED)
    Matrix.objects.update(visitor="bob")
    assert "fox" not in poll(alice, sheet, f"{own.pk}:0").text.replace("A red fox", "")


def test_stopping_ends_the_waiting_runs_free_of_charge(alice, sheet):
    first, second, *_ = runs()
    end(first)
    Run.objects.filter(pk=second.pk).update(state=State.RUNNING, claimed_at=timezone.now())
    assert alice.post(f"{sheet}stop/")["Location"] == sheet
    assert [run.state for run in runs()] == ["succeeded", "running", "cancelled", "cancelled"]
    assert all(run.charged == "no" and not run.sealed_key for run in runs()[2:])
    assert not runs()[1].cancel_requested
    alice.post(f"{sheet}stop/", {"running": "1"})
    assert runs()[1].cancel_requested


def test_one_can_be_tried_again_in_its_cell_and_only_once(alice, sheet):
    failed = runs()[2]
    end(failed, State.FAILED, error="service_overloaded")
    assert f"{sheet}retry/{failed.pk}/" in alice.get(sheet).text
    for _ in range(2):
        assert alice.post(f"{sheet}retry/{failed.pk}/")["Location"] == sheet
    assert len(runs()) == 5
    again = runs()[-1]
    assert (again.cell, again.parameters) == (failed.cell, failed.parameters)
    cells = [cell.id for row in alice.get(sheet).context["sheet"].rows for cell in row.cells]
    assert again.pk in cells and failed.pk not in cells
    assert "0 of 4 runs done" in alice.get(sheet).text


def test_a_run_that_succeeded_is_not_repeated(alice, sheet):
    end(runs()[0])
    alice.post(f"{sheet}retry/{runs()[0].pk}/")
    assert len(runs()) == 4


def test_a_full_queue_is_said_where_one_tries_again(alice, sheet):
    failed = runs()[0]
    end(failed, State.FAILED, error="service_overloaded")
    for _ in range(37):
        a_run(state=State.QUEUED)
    response = alice.post(f"{sheet}retry/{failed.pk}/")
    assert response.status_code == 422 and "runs waiting" in response.text


def test_pictures_can_be_starred_and_the_page_comes_back(alice, sheet):
    first = runs()[0]
    end(first)
    star = alice.get(sheet).context["sheet"].rows[0].cells[0].pictures[0].star
    assert alice.post(star.url, {"next": sheet})["Location"] == sheet
    assert 'aria-pressed="true"' in alice.get(sheet).text


def test_the_zip_holds_all_pictures_and_a_table_of_settings_and_prices(alice, sheet):
    assert alice.get(f"{sheet}zip/").status_code == 404
    for run in runs()[:2]:
        end(run, price=80_000)
    end(runs()[2], State.FAILED, error="service_overloaded")
    response = alice.get(f"{sheet}zip/")
    body = b"".join(response.streaming_content)
    assert len(body) == int(response["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(body)) as bundle:
        names = bundle.namelist()
        table = bundle.read("matrix.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["price_usd"] for row in rows] == ["0.08", "0.08", "", ""]
    assert [row["size"] for row in rows[:2]] == ["1024x1024", "1024x1536"]
    assert rows[2]["error"] == "service_overloaded" and rows[0]["prompt"] == "A red fox"
    assert {row["files"] for row in rows[:2]} == set(names) - {"matrix.csv"}


def test_queries_do_not_grow_with_the_runs(alice, sheet):
    def count():
        with CaptureQueriesContext(connection) as queries:
            alice.get(sheet)
        return len(queries)

    for run in runs():
        end(run)
    few = count()
    large = send(alice, entries(alice, prompt="{1|2|3|4|5|6|7|8|9} fox", size=["1024x1024", "1024x1536"]))["Location"]
    for run in Run.objects.filter(state=State.QUEUED):
        end(run)
    sheet = large
    assert count() == few


def test_a_matrix_goes_with_the_last_of_its_runs(alice, sheet):
    for run in runs():
        end(run)
    retention.remove_runs(Run.objects.filter(pk__in=[run.pk for run in runs()[:3]]))
    assert alice.get(sheet).status_code == 200
    retention.remove_runs(Run.objects.all())
    assert not Matrix.objects.exists()


def test_the_form_lists_earlier_matrices(alice, sheet):
    assert f'href="{sheet}"' in alice.get(MATRIX).text
    for run in runs():
        end(run)
    Run.objects.update(deleted_at=timezone.now())
    assert f'href="{sheet}"' not in alice.get(MATRIX).text


def test_a_run_leads_to_its_matrix(alice, sheet):
    end(runs()[0])
    assert sheet in alice.get(f"{BASE}runs/{runs()[0].pk}/").text
    assert MATRIX in alice.get(BASE).text
