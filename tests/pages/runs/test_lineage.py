"""The versions of a picture: which run was made from a result of which other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.runs.models import Run, Source, State
from playground.runs.services import retention
from tests.factories import BASE, a_picture, a_run, a_visitor
from tests.pages.edit_files import EDIT, an_image

pytestmark = pytest.mark.django_db
RUN_PAGE_QUERIES = 9


@pytest.fixture
def alice(client):
    return a_visitor(client)


def finish(run, pictures=1):
    run.state, run.finished_at = State.SUCCEEDED, timezone.now()
    run.save()
    for number in range(1, pictures + 1):
        a_picture(run, number)
    return run


def continue_with(client, run, number=1, prompt="Next", **more):
    """Continue with a result: put it on the edit page and send the form."""
    client.post(f"{BASE}edit/from/{run.pk}/{number}/", more)
    return sent(client.post(EDIT, {"prompt": prompt}))


def sent(response):
    assert response.status_code == 303, response.context["form"].errors
    return Run.objects.get(pk=response["Location"].rstrip("/").rpartition("/")[2])


def versions(client, run):
    """The labels of the versions on the run's page, row by row."""
    lineage = client.get(f"{BASE}runs/{run.pk}/").context["lineage"]
    return [[version.label for version in row] for row in lineage.rows] if lineage else []


def test_a_run_of_a_result_is_its_next_version_and_both_pages_show_it(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    expected = [["Version 1 of 2", "Version 2 of 2, made from version 1"]]
    assert versions(alice, first) == versions(alice, second) == expected


def test_a_single_version_shows_no_tree(alice):
    assert versions(alice, a_run(pictures=1)) == []
    upload = finish(sent(alice.post(EDIT, {"image": an_image(), "prompt": "Blue"})))
    assert versions(alice, upload) == []


def test_branches_have_rows_of_their_own_and_say_which_picture_they_came_from(alice):
    first = a_run(pictures=2)
    second = finish(continue_with(alice, first, 1))
    finish(continue_with(alice, first, 2))
    finish(continue_with(alice, second))
    assert versions(alice, first) == [
        [
            "Version 1 of 4",
            "Version 2 of 4, made from image 1 of version 1",
            "Version 4 of 4, made from version 2",
        ],
        ["Version 3 of 4, made from image 2 of version 1"],
    ]


def test_sending_an_edit_again_makes_a_sibling(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    again = finish(sent(alice.post(EDIT, {"of_run": second.pk, "prompt": "Again"})))
    assert again.lineage == second.lineage == [f"{first.pk}/1"]


def test_changing_the_pictures_of_an_edit_keeps_where_they_came_from(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    alice.post(f"{BASE}edit/from/{second.pk}/")
    assert Source.objects.get(visitor="alice").parent == f"{first.pk}/1"
    assert sent(alice.post(EDIT, {"prompt": "Changed"})).lineage == [f"{first.pk}/1"]


def test_a_variation_is_a_version(alice):
    first = a_run(pictures=1)
    variation = continue_with(alice, first, prompt="", variation="returned")
    assert (variation.family, variation.lineage) == (first.pk, [f"{first.pk}/1"])


def test_the_first_source_that_is_a_result_is_the_parent(alice):
    first = a_run(pictures=1)
    alice.post(EDIT + "sources/", {"image": an_image()})
    composed = continue_with(alice, first, beside="1")
    assert [source["parent"] for source in composed.sources] == ["", f"{first.pk}/1"]
    assert composed.lineage == [f"{first.pk}/1"]


def composed_of(client, *runs, prompt="Together"):
    """An edit that is made from a result of each of these runs."""
    for number, run in enumerate(runs):
        client.post(f"{BASE}edit/from/{run.pk}/1/", {"beside": "1"} if number else {})
    return finish(sent(client.post(EDIT, {"prompt": prompt})))


def test_an_edit_of_several_results_shows_all_that_it_was_made_from(alice):
    vase, fox = a_run(pictures=1), a_run(prompt="A fox", pictures=1)
    tulips = finish(continue_with(alice, vase))
    both = composed_of(alice, tulips, fox)
    assert versions(alice, both) == [
        [
            "Version 1 of 4",
            "Version 3 of 4, made from version 1",
            "Version 4 of 4, made from version 3 and version 2",
        ],
        ["Version 2 of 4"],
    ]
    lineage = alice.get(f"{BASE}runs/{both.pk}/").context["lineage"]
    # The fox stands below the tulips, one column left of what was made from both, which a line of its own leads to.
    assert [row[0].indent for row in lineage.rows] == [0, 68] and lineage.other_lines == "M116 80h6V52H130V24h6"
    assert lineage.rows[0][2].parent_ids == [tulips.pk, fox.pk]


def test_the_versions_that_lead_to_a_second_parent_are_shown_too(alice):
    vase, fox = a_run(pictures=1), a_run(prompt="A fox", pictures=1)
    red = finish(continue_with(alice, fox))
    last = finish(continue_with(alice, composed_of(alice, vase, red)))
    labels = [label for row in versions(alice, last) for label in row]
    assert "Version 3 of 5, made from version 2" in labels and len(labels) == 5


def test_a_version_is_right_of_all_that_it_was_made_from(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    third = finish(continue_with(alice, second))
    branch = finish(continue_with(alice, first))
    both = composed_of(alice, branch, third)
    rows = alice.get(f"{BASE}runs/{both.pk}/").context["lineage"].rows
    # The branch begins a row in the second column; what it became with the third version is right of that one.
    assert [[version.indent for version in row] for row in rows] == [[0, 0, 0], [68, 68]]


def test_a_second_parent_that_is_gone_is_a_gap(alice):
    vase, fox = a_run(pictures=1), a_run(prompt="A fox", pictures=1)
    both = composed_of(alice, vase, fox)
    Run.objects.filter(pk=fox.pk).delete()
    labels = [label for row in versions(alice, both) for label in row]
    assert sum("deleted" in label for label in labels) == 1 and len(labels) == 3


def test_the_edit_page_shows_the_versions_that_its_images_come_from(alice):
    vase, fox = a_run(pictures=1), a_run(prompt="A fox", pictures=1)
    assert alice.get(EDIT).context["lineage"] is None
    for run in (vase, fox):
        alice.post(f"{BASE}edit/from/{run.pk}/1/", {"beside": "1"})
    page = alice.get(EDIT)
    labels = [version.label for row in page.context["lineage"].rows for version in row]
    assert "Version 3 of 3, made from version 1 and version 2: not sent yet" in labels
    assert f'href="{BASE}runs/{vase.pk}/"' in page.text and page.text.count('form="lineage-compare"') == 2
    assert Run.objects.count() == 2


def test_a_deleted_version_is_a_gap_also_when_its_row_is_gone(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    third = finish(continue_with(alice, second))
    alice.post(f"{BASE}runs/{second.pk}/delete/")
    expected = [["Version 1 of 3", "Version 2 of 3, deleted", "Version 3 of 3, made from version 2"]]
    assert versions(alice, third) == versions(alice, first) == expected
    retention.purge_deleted_runs(timezone.now() + timedelta(hours=1))
    assert not Run.objects.filter(pk=second.pk).exists()
    assert versions(alice, third) == versions(alice, first) == expected
    assert f"/runs/{second.pk}" not in alice.get(f"{BASE}runs/{third.pk}/").text


def test_two_deleted_versions_in_a_row_keep_their_order(alice):
    runs = [a_run(pictures=1)]
    for _ in range(3):
        runs.append(finish(continue_with(alice, runs[-1])))
    retention.delete_runs(runs[1:3])
    retention.purge_deleted_runs(timezone.now() + timedelta(hours=1))
    expected = ["Version 2 of 4, deleted", "Version 3 of 4, deleted", "Version 4 of 4, made from version 3"]
    assert versions(alice, runs[0]) == versions(alice, runs[3]) == [["Version 1 of 4", *expected]]


def test_a_version_that_is_left_out_of_a_long_tree_is_no_gap(alice):
    runs = []
    for _ in range(100):
        line = [f"{run.pk}/1" for run in runs][-40:]
        runs.append(a_run(pictures=1, family=runs[0].pk if runs else "", lineage=line or None))
    assert not [label for row in versions(alice, runs[50]) for label in row if "deleted" in label]


def test_a_version_whose_picture_was_deleted_is_a_gap(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    first.pictures.update(deleted_at=timezone.now())
    expected = [["Version 1 of 2, deleted", "Version 2 of 2, made from version 1"]]
    assert versions(alice, second) == versions(alice, first) == expected


def test_a_deleted_last_version_leaves_no_gap(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    retention.delete_runs([second])
    assert versions(alice, first) == []


def test_a_failed_version_is_shown_on_its_own_page_only(alice):
    first = a_run(pictures=1)
    failed = continue_with(alice, first)
    Run.objects.filter(pk=failed.pk).update(state=State.FAILED, error="timeout")
    assert versions(alice, first) == []
    assert versions(alice, failed)[0][1] == "Version 2 of 2, made from version 1: Failed"


def test_the_tree_compares_a_version_with_its_parent_and_any_two(alice):
    first = a_run(pictures=1)
    second = finish(continue_with(alice, first))
    page = alice.get(f"{BASE}runs/{second.pk}/").text
    assert f'href="{BASE}compare/?p={first.pk}/1&amp;p={second.pk}/1"' in page
    assert page.count('form="lineage-compare"') == 2


def test_a_place_in_a_row_of_another_visitor_shows_nothing_of_it(alice):
    foreign = a_run("bob", prompt="secret", pictures=1)
    run = a_run(pictures=1, family=foreign.pk, lineage=[f"{foreign.pk}/1"])
    page = alice.get(f"{BASE}runs/{run.pk}/")
    assert "secret" not in page.text and f"runs/{foreign.pk}" not in page.text


def test_the_end_of_a_run_updates_the_tree(alice):
    first = a_run(pictures=1)
    second = continue_with(alice, first)
    finish(second)
    Run.objects.filter(pk=second.pk).update(version=second.version + 1)
    update = alice.get(f"{BASE}runs/live/", {"seen": f"{second.pk}:{second.version}", "page": second.pk}).text
    assert '<div id="lineage" hx-swap-oob="true">' in update and f"{second.pk}/pictures/1/thumbnail/" in update


def test_many_versions_take_no_more_queries_than_two(alice, django_assert_max_num_queries):
    first = a_run(pictures=1)
    line = [f"{first.pk}/1"]
    for number in range(70):
        line.append(f"{a_run(pictures=1, family=first.pk, lineage=line[-40:]).pk}/1")
        if number == 0:
            with django_assert_max_num_queries(RUN_PAGE_QUERIES):
                alice.get(f"{BASE}runs/{first.pk}/")
    with django_assert_max_num_queries(RUN_PAGE_QUERIES):
        page = alice.get(f"{BASE}runs/{first.pk}/")
    assert "Only the newest versions are shown." in page.text
