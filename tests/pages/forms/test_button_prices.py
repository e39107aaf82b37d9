"""The price on every button that starts a run."""

import pytest

from playground.imageapi.errors import ERRORS
from playground.runs.models import Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor
from tests.pages.edit_files import EDIT, a_mask, an_image
from tests.pages.press import forms_in, press

pytestmark = pytest.mark.django_db
# The price of a picture of 1024x1024 in high quality.
HIGH = {"quality": "high", "n": 3}


def starters(page):
    """The words of every button of the page that starts a run which may cost something."""
    return [
        button["text"]
        for form in forms_in(page)
        if form.attributes.get("action") in (BASE, EDIT) and "rehearse" not in form.entries
        for button in form.buttons
        # The hidden one is what Enter presses: it does the same as the form's main button.
        if button.get("type") == "submit" and "formaction" not in button and "aria-hidden" not in button
    ]


def page_of(client, run):
    return client.get(f"{BASE}runs/{run.pk}/")


@pytest.fixture
def alice(client):
    return a_visitor(client)


@pytest.mark.parametrize("code", ["", "partial", *ERRORS])
def test_on_every_card(alice, code):
    state = State.FAILED if code else State.SUCCEEDED
    facts = {"error": code} if code in ERRORS else {}
    run = a_run(api="api", state=State.PARTIAL if code == "partial" else state, parameters=HIGH, **facts)
    if code in ("", "partial"):
        a_picture(run)
    for page in (page_of(alice, run), alice.get(f"{BASE}runs/")):
        assert all("$0." in words for words in starters(page)), starters(page)
    assert len(starters(page_of(alice, run))) >= 1


def test_on_the_card_of_an_edit(alice):
    alice.post(EDIT, {"image": an_image("room.png"), "mask": a_mask(), "prompt": "A lamp", "quality": "medium"})
    Run.objects.update(state=State.SUCCEEDED)
    a_picture(Run.objects.get())
    words = starters(page_of(alice, Run.objects.get()))
    assert len(words) == 2
    assert all("$0." in one for one in words), words


@pytest.mark.parametrize("code", ["server_error", "service_overloaded"])
def test_on_the_card_of_a_rehearsal(builtin, client, code):
    page = client.post(f"{BASE}reference/errors/{code}/")
    assert all("$0." in words for words in starters(page)), starters(page)


def test_again_costs_what_it_cost(alice):
    assert "$0.633" in starters(page_of(alice, a_run(parameters=HIGH)))[-1]


def test_lower_quality_costs_less(alice):
    run = a_run(api="asia", state=State.FAILED, error="upstream_timeout", parameters=HIGH)
    words = {" ".join(one.split()) for one in starters(page_of(alice, run))}
    assert {"Run again in low quality $0.24", "Run again $0.633"} <= words


@pytest.mark.parametrize(
    ("came", "label"), [(1, "Get the 2 missing images $0.422"), (2, "Get the missing image $0.211")]
)
def test_the_button_for_missing_pictures_shows_their_price(alice, came, label):
    run = a_run(state=State.PARTIAL, parameters=HIGH, pictures=came)
    words = [" ".join(one.split()) for one in starters(page_of(alice, run))]
    assert label in words
    assert "Run again $0.633" in words


@pytest.mark.parametrize("came", [1, 2])
def test_only_the_missing_pictures_are_requested(alice, came):
    run = a_run(state=State.PARTIAL, parameters=HIGH, pictures=came)
    press(alice, page_of(alice, run), "data-missing")
    made = Run.objects.exclude(pk=run.pk).get()
    assert (made.requested_count, made.parameters["quality"], made.prompt) == (3 - came, "high", run.prompt)


def test_missing_pictures_of_an_edit_are_requested_with_its_sources_and_mask(alice):
    alice.post(EDIT, {"image": an_image("room.png"), "mask": a_mask(), "prompt": "A lamp", "n": "4"})
    Run.objects.update(state=State.PARTIAL)
    first = Run.objects.get()
    a_picture(first)
    press(alice, page_of(alice, first), "data-missing")
    made = Run.objects.exclude(pk=first.pk).get()
    assert (made.requested_count, [one["name"] for one in made.sources], made.mask) == (3, ["room.png"], "mask.png")


def test_a_broken_answer_offers_the_rest_after_a_look_at_the_usage(alice):
    run = a_run(state=State.PARTIAL, error="unknown_outcome", charged="yes", parameters=HIGH, pictures=1)
    assert any("missing" in words for words in starters(page_of(alice, run)))


def test_nothing_is_missing_of_what_failed_altogether(alice):
    run = a_run(state=State.FAILED, error="server_error", parameters=HIGH)
    assert not any("missing" in words for words in starters(page_of(alice, run)))


def test_an_api_that_is_not_listed_any_more_has_no_price(alice):
    assert page_of(alice, a_run(api="gone")).status_code == 200
