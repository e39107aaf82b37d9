"""The history as a gallery: days, search and filters, and what can be done with selected runs."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from playground.pages.presenters import gallery
from playground.pages.presenters.gallery import mark_words
from playground.runs.models import Picture, Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor

pytestmark = pytest.mark.django_db
PAGE = f"{BASE}runs/"


@pytest.fixture
def alice(client):
    return a_visitor(client)


def shown(response) -> list[str]:
    return re.findall('<article [^>]*data-run="([0-9a-f]+)"', response.text)


def test_the_newest_run_is_shown_first(alice):
    first, second = a_run(prompt="first"), a_run(prompt="second")
    Run.objects.filter(pk=first.pk).update(created_at="2020-01-01T00:00:00Z")
    assert shown(alice.get(PAGE)) == [second.pk, first.pk]


def test_a_page_of_the_history_shows_24_runs_and_leads_to_older_ones_of_the_same_search(alice):
    for _ in range(25):
        a_run(prompt="red 猫")
    page = alice.get(PAGE, {"q": "猫", "edits": "", "failed": "no"})
    assert len(shown(page)) == 24
    older = re.search('rel="next" href="([^"]+)"', page.text).group(1).replace("&amp;", "&")
    assert len(shown(alice.get(older))) == 1 and alice.get(older).context["gallery"].search == "猫"


def test_the_history_of_someone_new_is_empty(client):
    a_run(visitor="")
    page = client.get(PAGE)
    assert shown(page) == [] and "No runs yet" in page.text


def test_runs_that_are_active_come_first_however_old_they_are(alice, monkeypatch):
    monkeypatch.setattr(gallery, "PAGE_RUNS", 1)
    active, newer, newest = a_run(state=State.RUNNING), a_run(), a_run()
    assert shown(alice.get(PAGE)) == [active.pk, newest.pk]
    assert shown(alice.get(PAGE, {"page": "2"})) == [newer.pk]


def test_the_card_of_an_active_run_is_replaced_by_a_card_of_the_gallery(alice):
    run = a_run(pictures=1, version=3)
    text = alice.get(f"{PAGE}live/", {"page": "gallery", "seen": f"{run.pk}:1"}).text
    assert 'class="shot"' in text and "History</title>" in text


def test_days_are_those_of_the_visitors_time_zone(alice):
    alice.cookies["timezone"] = "Asia/Shanghai"
    for hour in (15, 17):
        a_run(created_at=datetime(2026, 3, 4, hour, tzinfo=ZoneInfo("UTC")))
    days = alice.get(PAGE).context["gallery"].days
    assert [(str(day.date), len(day.runs)) for day in days] == [("2026-03-05", 1), ("2026-03-04", 1)]


def test_days_have_names_in_both_languages(alice):
    a_run(created_at=datetime(2020, 3, 4, 12, tzinfo=ZoneInfo("UTC")))
    a_run(created_at=timezone.now())
    english, chinese = (alice.get(PAGE, {"lang": code}).context["gallery"].days for code in ("en", "zh-hans"))
    assert [day.label for day in english] == ["Today", "Wednesday, 4 March 2020"]
    assert [day.label for day in chinese] == ["今天", "2020年3月4日 星期三"]


@pytest.mark.parametrize("words", ["FOX", "fox red", "狐狸", "海报　狐", "50%"])
def test_search_finds_prompts_with_all_words(alice, words):
    run = a_run(prompt="A red fox at 50%, 一只红狐狸的海报")
    a_run(prompt="A red car, 一只猫, 50 cats")
    assert shown(alice.get(PAGE, {"q": words})) == [run.pk]


@pytest.mark.parametrize("words", ["dragon", "%", "_", "a" * 5000, "x\0y", "'; --"])
def test_a_search_without_a_match_says_what_was_searched(alice, words):
    a_run(prompt="A red fox")
    page = alice.get(PAGE, {"q": words, "starred": "1"})
    assert "data-no-match" in page.text and "data-clear" in page.text
    assert page.context["gallery"].criteria[-1] == "Starred"


def test_runs_of_other_visitors_are_not_found(alice):
    a_run(visitor="bob", prompt="secret")
    a_run()
    assert shown(alice.get(PAGE, {"q": "secret"})) == []


def test_filters_narrow_the_history_together(alice):
    edit = a_run(endpoint="edits", pictures=1)
    failed = a_run(endpoint="edits", state=State.FAILED, error="server_error", api="asia", account="qcode")
    starred = a_run(pictures=2)
    Picture.objects.filter(run=starred, number=2).update(starred=True)
    found = {
        query: set(shown(alice.get(f"{PAGE}?{query}")))
        for query in ("starred=1", "edits=1", "failed=1", "api=asia", "edits=1&failed=1", "edits=1&starred=1")
    }
    assert found == {
        "starred=1": {starred.pk},
        "edits=1": {edit.pk, failed.pk},
        "failed=1": {failed.pk},
        "api=asia": {failed.pk},
        "edits=1&failed=1": {failed.pk},
        "edits=1&starred=1": set(),
    }


@pytest.mark.parametrize("query", ["page=x", "page=99", "page=-1", "api=gone", "starred=yes", "q=%ED%A0%80"])
def test_an_address_that_nobody_can_mean_still_shows_a_page(alice, query):
    a_run()
    assert alice.get(f"{PAGE}?{query}").status_code == 200


def test_found_words_are_marked_wherever_they_are_in_the_prompt():
    assert mark_words("A red Fox", ["fox"]) == [("A red ", False), ("Fox", True)]
    late = mark_words("word " * 200 + "fox <b>", ["fox"])
    assert late[0].text.startswith("…") and ("fox", True) in late
    assert mark_words("A (red) fox", []) == [("A (red) fox", False)]


def test_a_long_history_is_searched_with_few_queries(alice, django_assert_max_num_queries):
    for number in range(30):
        a_run(pictures=2, prompt=f"fox {number}")
    alice.get(PAGE)
    with django_assert_max_num_queries(10):
        assert len(shown(alice.get(PAGE, {"q": "fox", "page": "1"}))) == 24


def test_the_images_of_selected_runs_come_as_one_zip(alice):
    runs = [a_run(prompt="赛博朋克", pictures=2), a_run(prompt="A red fox"), a_run(prompt="A cat", pictures=1)]
    a_picture(runs[1], name="webp")
    bobs = a_run(visitor="bob", pictures=1)
    response = alice.post(f"{PAGE}selected/zip/", {"run": [run.pk for run in [*runs, bobs]]})
    data = b"".join(response.streaming_content)
    assert int(response["Content-Length"]) == len(data)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(names) == len(set(names)) == 4 and sum(name.endswith(".webp") for name in names) == 1


def test_selected_runs_are_deleted_together_and_come_back_together(alice):
    gone, kept = [a_run().pk for _ in range(2)], a_run(prompt="kept").pk
    others = [a_run(state=State.RUNNING).pk, a_run(visitor="bob").pk]
    answer = alice.post(f"{PAGE}selected/delete/", {"run": [*gone, *others], "next": f"{PAGE}?edits=1"})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?edits=1")
    assert set(Run.objects.filter(deleted_at=None).values_list("pk", flat=True)) == {kept, *others}
    assert "2 runs deleted." in alice.get(PAGE).text
    alice.post(f"{PAGE}undo/")
    assert {*gone, kept} <= set(shown(alice.get(PAGE)))


@pytest.mark.parametrize(("pictures", "places"), [((1, 2), ("0/1", "1/1", "1/2")), ((1, 4), ("0/1", "1/3"))])
def test_selected_runs_are_compared_by_all_images_or_when_too_many_by_one_of_each(alice, pictures, places):
    runs = [
        a_run(pictures=count, created_at=timezone.now() - timedelta(days=day)) for day, count in enumerate(pictures)
    ]
    Picture.objects.filter(run=runs[1], number=3).update(starred=True)
    answer = alice.post(f"{PAGE}selected/compare/", {"run": [run.pk for run in runs]})
    query = "&".join(f"p={runs[int(run)].pk}/{number}" for run, number in (place.split("/") for place in places))
    assert (answer.status_code, answer["Location"]) == (303, f"{BASE}compare/?{query}")


def test_the_card_of_a_masked_edit_has_both_images_and_says_what_changed_outside(alice):
    source = {"name": "a.png", "file": "s.png", "media_type": "image/png", "size": 1, "width": 8, "height": 6}
    run = a_run(endpoint="edits", sources=[source], mask="mask.png")
    a_picture(run, locked="1-locked.png", outside_changed=12.5)
    text = alice.get(PAGE).text
    assert 'data-locked="1"' in text and 'data-picture="1"' in text and 'data-outside-changed="12.5"' in text


@pytest.mark.parametrize(
    ("action", "words"),
    [("compare", "have no images"), ("zip", "have no images"), ("delete", "Select the runs first")],
)
@pytest.mark.parametrize("run", ["", "x", "f" * 20])
def test_without_a_selection_the_page_says_so(alice, action, words, run):
    assert words in alice.post(f"{PAGE}selected/{action}/", {"run": run}, follow=True).text


@pytest.mark.parametrize("action", ["zip", "compare", "delete"])
def test_a_selection_is_posted(alice, action):
    assert alice.get(f"{PAGE}selected/{action}/").status_code == 405
