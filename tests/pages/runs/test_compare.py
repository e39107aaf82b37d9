"""The page that compares pictures of any runs of the session."""

import pytest

from playground.runs.models import Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor
from tests.pages.edit_files import EDIT, a_mask, an_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def compare(client, *runs, number=1, **query):
    return client.get(f"{BASE}compare/", {"p": [f"{run.pk}/{number}" for run in runs], **query})


def differences(page):
    found = page.context["comparison"].differences
    return {one.name: ["".join(span.text for span in value) for value in one.values] for one in found}


def test_pictures_of_any_runs_stand_beside_each_other(alice):
    fox, owl = a_run(pictures=1), a_run(prompt="An owl", pictures=2)
    page = alice.get(f"{BASE}compare/", {"p": [f"{owl.pk}/2", f"{fox.pk}/1"]}).text
    images = [f'src="{BASE}runs/{run.pk}/pictures/{number}/" width' for run, number in ((owl, 2), (fox, 1))]
    assert 0 < page.index(images[0]) < page.index(images[1])


def test_only_what_differs_is_listed_with_the_pictures_and_the_same_once(alice):
    first = a_run(pictures=1, price=80_000, parameters={"quality": "low"})
    second = a_run(pictures=1, price=211_000, parameters={"quality": "high"})
    page = compare(alice, first, second)
    assert differences(page) == {"quality": ["low", "high"], "price": ["$0.08", "$0.211"]}
    same = dict(page.context["comparison"].same)
    assert (same["prompt"], same["model"], same["size"]) == ("A red fox", "gpt-image-2", "1024×1024")
    assert page.text.count("gpt-image-2</dd>") == 1


def test_a_default_that_was_not_sent_is_no_difference(alice):
    page = compare(alice, a_run(pictures=1), a_run(pictures=1, parameters={"output_format": "png"}))
    assert differences(page) == {}


def test_the_price_of_several_pictures_says_so(alice):
    page = compare(alice, a_run(pictures=1, price=80_000), a_run(pictures=1, price=160_000, parameters={"n": 2}))
    assert differences(page)["price"] == ["$0.08", "$0.16 for 2 images"]


@pytest.mark.parametrize(
    ("prompts", "marked"),
    [
        (("A red fox", "A blue fox"), ["red", "blue"]),
        (("A fox", "A fox in deep snow"), ["in deep snow"]),
        (("一只红色的狐狸", "一只蓝色的狐狸"), ["红", "蓝"]),
    ],
)
def test_the_words_that_differ_in_the_prompts_are_marked(alice, prompts, marked):
    page = compare(alice, *(a_run(prompt=prompt, pictures=1) for prompt in prompts)).text
    assert [part.partition("</mark>")[0] for part in page.split("<mark>")[1:]] == marked


def test_a_prompt_that_is_the_name_of_a_setting_stays_as_it_was_written(alice):
    page = compare(alice, a_run(prompt="high", pictures=1), a_run(prompt="high low", pictures=1)).text
    assert "<td>high</td>" in page and "<mark>low</mark>" in page


def test_a_prompt_is_escaped(alice):
    page = compare(alice, a_run(prompt="<b>one</b>", pictures=1), a_run(prompt="<i>two</i>", pictures=1)).text
    assert "<b>one" not in page and "<i>two" not in page


def test_deleted_and_foreign_pictures_are_named_and_the_rest_stays(alice):
    kept, deleted, foreign = a_run(pictures=1), a_run(pictures=1), a_run("bob", prompt="secret", pictures=1)
    alice.post(f"{BASE}runs/{deleted.pk}/delete/")
    page = compare(alice, kept, deleted, foreign)
    assert "2 images can't be shown." in page.text and "secret" not in page.text
    assert f"runs/{kept.pk}/pictures/1/" in page.text and f"runs/{deleted.pk}/" not in page.text


@pytest.mark.parametrize(
    "place", ["x", "f" * 20, f"{'f' * 20}/0", f"{'f' * 20}/1", "../../1", "\x00", "一/1", "1" * 5000]
)
def test_an_invalid_place_is_a_picture_that_cannot_be_shown(alice, place):
    a_run(pictures=1)
    page = alice.get(f"{BASE}compare/", {"p": place})
    assert page.status_code == 200 and "One image can't be shown." in page.text


def test_at_most_four_are_compared_and_each_once(alice):
    runs = [a_run(pictures=1) for _ in range(5)]
    page = compare(alice, runs[0], *runs)
    assert [one.place for one in page.context["comparison"].pictures] == [f"{run.pk}/1" for run in runs[:4]]
    assert "Only the first 4 images are compared." in page.text


def test_a_visitor_without_pictures_is_led_to_make_one(client):
    page = client.get(f"{BASE}compare/")
    assert page.status_code == 200 and "No images yet" in page.text


def test_the_form_below_offers_the_compared_and_the_latest_pictures(alice):
    runs = [a_run(pictures=1) for _ in range(3)]
    page = compare(alice, *runs[:2]).text
    assert page.count('name="p"') == 3 and page.count('" checked>') >= 2
    assert f'value="{runs[2].pk}/1">' in page


def test_the_other_language_compares_the_same_pictures(alice):
    runs = [a_run(pictures=1) for _ in range(2)]
    page = compare(alice, *runs).text
    link = next(part.partition('"')[0] for part in page.split('href="') if "lang=zh-hans" in part.partition('"')[0])
    assert all(run.pk in link for run in runs)


def test_four_pictures_take_as_many_queries_as_two(alice, django_assert_max_num_queries):
    runs = [a_run(pictures=1) for _ in range(4)]
    with django_assert_max_num_queries(9):
        compare(alice, *runs)


def a_locked_run(client):
    """A run of a masked edit, with the locked version of its picture."""
    client.post(EDIT, {"image": an_image(), "mask": a_mask(), "prompt": "A lamp"})
    run = Run.objects.get(endpoint="edits")
    Run.objects.filter(pk=run.pk).update(state=State.SUCCEEDED)
    a_picture(run, 1, locked="1-locked.png")
    return run


def compared(page):
    return [(one.place.partition("/")[2], one.shown.url) for one in page.context["comparison"].pictures]


def test_a_locked_image_is_compared_with_the_one_as_returned(alice):
    run = a_locked_run(alice)
    address = alice.get(f"{BASE}runs/{run.pk}/").context["card"].compare_url
    pictures = f"{BASE}runs/{run.pk}/pictures/1/"
    assert compared(alice.get(address)) == [("1/locked", f"{pictures}locked/"), ("1", pictures)]
    # An address of an earlier version still means the image as returned.
    assert compared(alice.get(f"{BASE}compare/?p={run.pk}/1")) == [("1", pictures)]


def test_the_other_version_is_one_link_away_and_goes_on_to_the_edit_page(alice):
    run, fox = a_locked_run(alice), a_run(pictures=1)
    page = alice.get(f"{BASE}compare/?p={run.pk}/1/locked&p={fox.pk}/1")
    locked, plain = page.context["comparison"].pictures
    assert locked.version_urls == [f"{BASE}compare/?p={run.pk}/1{end}&p={fox.pk}/1" for end in ("/locked", "")]
    assert plain.version_urls == [] and page.text.count('name="locked" value="1"') == 1


def test_both_versions_can_be_chosen_below_and_in_the_tree(alice):
    run = a_locked_run(alice)
    page = alice.get(f"{BASE}compare/").text
    assert f'value="{run.pk}/1/locked"' in page and f'value="{run.pk}/1"' in page
    made = a_run(endpoint="edits", pictures=1, family=run.pk, lineage=[f"{run.pk}/1"])
    lineage = alice.get(f"{BASE}runs/{made.pk}/").context["lineage"]
    assert lineage.compare_parent_url == f"{BASE}compare/?p={run.pk}/1/locked&p={made.pk}/1"


def test_a_version_that_does_not_exist_is_an_image_that_cannot_be_shown(alice):
    assert "One image can't be shown." in alice.get(f"{BASE}compare/?p={a_run(pictures=1).pk}/1/locked").text
