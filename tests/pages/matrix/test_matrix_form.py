"""The form of a matrix: the total before anything is sent, limits, and one matrix for one form."""

import json
import re

import pytest
import responses
from django.conf import settings
from django.test import Client
from django.utils import timezone

from playground.imageapi.catalog import DAILY_IMAGES
from playground.imageapi.pricing import picture_price
from playground.imageapi.providers import PROFILES, ImageApi
from playground.imaging.masks import load_marks
from playground.pages.forms.matrix import MAX_RUNS
from playground.runs.models import Matrix, Run, State
from playground.runs.paths import run_mask_path, run_source_path
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.pages.edit_files import SIZE, SOURCES, a_mask, put
from tests.pages.matrix.matrix_steps import MATRIX, entries, send, total

pytestmark = pytest.mark.django_db
CHOICES = {"HX-Request": "true", "HX-Trigger": "matrix-choices"}
USAGE_URL = f"{settings.IMAGE_APIS['builtin'].base_url}/usage"


@pytest.fixture
def alice(client):
    return a_visitor(client)


def with_key(client, *, images=0, limit=100, spent=0, daily=None, budget=None):
    """A key of the built-in API that has used so much today."""
    client.post(f"{BASE}key/", {"api": "builtin", "key": KEY})
    usage = {
        "today": {"images": images, "limit": limit, "resets_at": timezone.now().isoformat()},
        "days": [{"date": "2026-11-30", "images": images, "micro_usd": spent}],
        "account": {"spent_micro_usd": spent, "daily_micro_usd": daily, "total_micro_usd": budget},
        "calls": [],
        "next": None,
    }
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    mock.add(responses.GET, re.compile(re.escape(USAGE_URL)), body=json.dumps(usage), content_type="application/json")
    return mock


def test_the_total_is_known_before_anything_is_sent(alice):
    values = entries(alice, n="2", quality=["low", "high"])
    plan = total(alice, values)
    prices = [picture_price(size, quality) for size in values["size"] for quality in values["quality"]]
    assert (plan.total.runs, plan.total.pictures) == (8, 16)
    assert plan.total.price.high == sum(prices) * 2 * 2 and plan.total.price.is_exact
    assert plan.total.price_label in alice.post(f"{MATRIX}total/", values).text
    assert not Run.objects.exists()


def test_the_images_of_the_edit_page_can_be_edited_with_each_fidelity(alice):
    assert "endpoint-edits" not in alice.get(MATRIX).text
    put(alice, "cat.png")
    assert "endpoint-edits" in alice.get(MATRIX).text
    values = entries(alice, endpoint="edits", prompt="Snow", size=["auto"], input_fidelity=["low", "high"])
    # What `auto` becomes has its own price.
    assert "–" in total(alice, {**values, "quality": ["high"]}).total.price_label
    assert send(alice, values).status_code == 303
    runs = Run.objects.order_by("created_at")
    assert [run.parameters.get("input_fidelity", "low") for run in runs] == ["low", "high"]
    assert all(run.endpoint == "edits" and run.sources[0]["name"] == "cat.png" for run in runs)
    assert all(run_source_path(run, 1).exists() for run in runs)


def edits(alice, **changes):
    values = {"endpoint": "edits", "prompt": "{Snow|Rain}", "input_fidelity": ["low"], **changes}
    return entries(alice, **values)


def test_every_run_of_an_edit_has_the_mask_of_the_edit_page(alice):
    put(alice, "cat.png")
    alice.post(SOURCES, {"prompt": "Snow", "mask": a_mask(), "next": "matrix"})
    assert "what the mask on the edit page marks" in alice.post(f"{MATRIX}total/", edits(alice), headers=CHOICES).text
    assert send(alice, edits(alice)).status_code == 303
    runs = Run.objects.all()
    masks = [load_marks(run_mask_path(run), SIZE).getbbox() for run in runs]
    assert masks == [(8, 8, 24, 24)] * 4 and all(run.request().mask for run in runs)


def test_settings_that_the_api_has_anyway_are_not_listed(alice):
    put(alice, "cat.png")
    alice.post(
        SOURCES, {"prompt": "Snow", "output_format": "png", "output_compression": "100", "background": "opaque"}
    )
    assert alice.get(f"{MATRIX}?endpoint=edits").context["form"].kept == {"background": "opaque"}


def test_a_mask_that_was_cleared_on_the_edit_page_is_not_sent(alice):
    put(alice, "cat.png")
    alice.post(SOURCES, {"prompt": "Snow", "mask": a_mask(), "next": "matrix"})
    address = alice.post(SOURCES, {"prompt": "Rain on it", "next": "matrix"})["Location"]
    page = alice.get(address)
    assert (page.context["form"].endpoint, page.context["form"]["prompt"].value()) == ("edits", "Rain on it")
    send(alice, edits(alice))
    assert {run.mask for run in Run.objects.all()} == {""}


def test_a_framed_edit_takes_the_shape_of_each_size(alice):
    source_id = put(alice, "cat.png")[0]
    alice.post(f"{SOURCES}{source_id}/", {"frame": "extend", "frame_source": source_id})
    send(alice, edits(alice, size=["1024x1024", "1024x1536"]))
    sizes = [(run.parameters["size"], run.sources[0]["height"], bool(run.mask)) for run in Run.objects.all()]
    assert sorted(sizes) == [("1024x1024", 64, True)] * 2 + [("1024x1536", 96, True)] * 2
    assert all(run_source_path(run, 1).exists() and run_mask_path(run).exists() for run in Run.objects.all())


def test_sizes_of_another_shape_than_the_image_are_named(alice):
    put(alice, "cat.png", size=(60, 40))
    sizes = ["1024x1024", "1536x1024"]
    assert any("another shape than 1024×1024:" in words for words in total(alice, edits(alice, size=sizes)).warnings)
    assert total(alice, edits(alice, size=["1536x1024", "auto"])).warnings == ()


def test_annotations_are_sent_with_every_run_and_with_a_retried_one(alice):
    source_id = put(alice, "cat.png")[0]
    arrow = {"kind": "arrow", "colour": "red", "width": 3, "x1": 4, "y1": 4, "x2": 40, "y2": 30}
    document = json.dumps({"width": SIZE[0], "height": SIZE[1], "annotations": [arrow]})
    alice.post(f"{SOURCES}{source_id}/annotations/", {"annotations": document})
    sheet = send(alice, edits(alice))["Location"]
    first = Run.objects.order_by("created_at").first()
    assert {run.notes_number for run in Run.objects.all()} == {2} and first.prompt.startswith("Image 2, the notes")
    Run.objects.filter(pk=first.pk).update(state=State.FAILED)
    alice.post(f"{sheet}retry/{first.pk}/")
    assert Run.objects.latest("created_at").notes_number == 2
    assert send(alice, edits(alice))["Location"] == sheet


def test_a_mask_does_not_go_with_gifs(alice, settings):
    settings.IMAGE_APIS = {
        **settings.IMAGE_APIS,
        "mine": ImageApi("mine", PROFILES["openai"], "https://x.example/v1"),
    }
    alice.post(f"{BASE}key/", {"api": "mine", "key": "sk-proj-0123456789abcdef"})
    put(alice, "cat.png")
    alice.post(SOURCES, {"prompt": "Snow", "mask": a_mask(), "next": "matrix"})
    gif = edits(alice, api="mine", model=["gpt-image-2.6-flare"], output_format="gif")
    page = alice.post(f"{MATRIX}total/", gif)
    assert page.context["plan"].total is None and "GIFs can" in page.text


def test_custom_sizes_are_typed_and_checked_as_in_the_form(alice, settings):
    settings.IMAGE_APIS = {
        **settings.IMAGE_APIS,
        "mine": ImageApi("mine", PROFILES["openai"], "https://x.example/v1"),
    }
    alice.post(f"{BASE}key/", {"api": "mine", "key": "sk-proj-0123456789abcdef"})
    mine = {"api": "mine", "model": ["gpt-image-2"], "prompt": "A fox", "size": []}
    values = entries(alice, **mine, own_sizes="1280 × 720, 2048x1152")
    assert total(alice, values).total.runs == 2
    bad = alice.post(MATRIX, entries(alice, **mine, own_sizes="1281x720"))
    assert bad.status_code == 422 and "WIDTHxHEIGHT" in bad.text and 'value="1281x720"' in bad.text
    total_alone = alice.post(
        f"{MATRIX}total/", entries(alice, **mine, own_sizes="1281x720"), headers={"HX-Request": "true"}
    )
    assert "WIDTHxHEIGHT" in total_alone.text
    matrix_id = send(alice, values)["Location"].split("/")[-2]
    assert [run.parameters["size"] for run in Run.objects.order_by("cell")] == ["1280x720", "2048x1152"]
    assert "1280 × 720, 2048x1152" in alice.get(f"{MATRIX}?matrix={matrix_id}").text


def test_the_built_in_api_offers_no_custom_sizes(alice):
    assert 'name="own_sizes"' not in alice.get(MATRIX).text


def test_every_cell_is_a_run_in_the_order_of_the_prompts(alice):
    response = send(alice, entries(alice))
    matrix = Matrix.objects.get()
    assert response["Location"] == f"{MATRIX}{matrix.pk}/"
    runs = Run.objects.order_by("created_at", "pk")
    assert [(run.prompt, run.parameters["size"], run.cell) for run in runs] == [
        ("A red fox", "1024x1024", 0),
        ("A red fox", "1024x1536", 1),
        ("A blue fox", "1024x1024", 2),
        ("A blue fox", "1024x1536", 3),
    ]
    assert {run.state for run in runs} == {State.QUEUED} and all(run.sealed_key for run in runs)


def test_lines_are_prompts_unless_they_belong_together(alice):
    assert total(alice, entries(alice, prompt="A fox\n\nA hen\r\n", size=["1024x1024"])).total.runs == 2
    whole = {name: value for name, value in entries(alice, prompt="A fox\nin snow").items() if name != "per_line"}
    assert total(alice, whole).total.runs == 2
    send(alice, whole)
    assert {run.prompt for run in Run.objects.all()} == {"A fox\nin snow"}


def test_nothing_is_sent_before_the_visitor_has_seen_this_total(alice):
    values = entries(alice)
    old = total(alice, values).total.confirm
    response = alice.post(MATRIX, {**values, "quality": ["low", "high"], "confirm": old})
    assert response.status_code == 422 and "Nothing was sent yet" in response.text
    assert "A {red|blue} fox" in response.text and not Run.objects.exists()


@pytest.mark.parametrize("browser", ["the same tab", "another tab"])
def test_the_same_form_is_one_matrix(alice, browser):
    values = entries(alice)
    first = send(alice, values)
    again = values if browser == "the same tab" else entries(alice)
    assert send(alice, again)["Location"] == first["Location"]
    assert Run.objects.count() == 4
    assert "already" in alice.get(first["Location"]).text


def test_going_back_after_the_end_makes_no_second_one(alice):
    first = send(alice, entries(alice))
    Run.objects.update(state=State.SUCCEEDED)
    assert send(alice, entries(alice))["Location"] == first["Location"]


def test_changing_something_or_asking_for_it_again_makes_another(alice):
    first = Matrix.objects.get(pk=send(alice, entries(alice))["Location"].split("/")[-2])
    send(alice, entries(alice, quality=["medium"]))
    page = alice.get(f"{MATRIX}?matrix={first.pk}")
    assert "A {red|blue} fox" in page.text
    again = entries(alice, token=page.context["form"]["token"].value())
    second = send(alice, again)["Location"]
    assert first.pk not in second
    assert send(alice, again)["Location"] == second
    assert Matrix.objects.count() == 3


def test_a_deleted_matrix_can_be_run_again(alice):
    first = send(alice, entries(alice))["Location"]
    Run.objects.update(state=State.SUCCEEDED, deleted_at=timezone.now())
    assert send(alice, entries(alice))["Location"] != first
    assert alice.get(first).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompt": " \n"}, "Describe the images"),
        ({"prompt": "{a|{b|c}}"}, "another one"),
        ({"size": []}, "Choose at least one"),
        ({"size": ["17x17"]}, "offer that value"),
        ({"prompt": "\n".join(map(str, range(19)))}, f"at most {MAX_RUNS}"),
        ({"prompt": "{a|b}" * 200}, f"at most {MAX_RUNS}"),
        ({"prompt": "x" * 32_001}, "The maximum is 32000"),
        ({"n": "9"}, ""),
        ({"api": "asia"}, "Enter your key"),
    ],
)
def test_what_cannot_be_sent_is_said_and_kept(alice, changes, words):
    response = alice.post(MATRIX, entries(alice, **changes))
    assert response.status_code == 422 and words in response.text
    assert not Run.objects.exists()
    assert changes.get("prompt", "A {red|blue} fox").strip()[:200] in response.text.replace("\r", "")


def test_what_the_days_quota_leaves_can_be_sent_alone(alice):
    with with_key(alice, images=97):
        values = entries(alice)
        plan = total(alice, values)
        page = alice.post(MATRIX, {**values, "confirm": plan.total.confirm})
        assert (
            page.status_code == 422
            and "3 more images today" in page.text
            and "Only the first 3 runs fit" in page.text
        )
        assert not Run.objects.exists()
        assert alice.post(MATRIX, {**values, "confirm": plan.fitting.confirm}).status_code == 303
    assert Run.objects.count() == 3


def test_runs_that_wait_already_count_against_the_quota(alice):
    a_run(state=State.QUEUED, parameters={"n": 2})
    with with_key(alice, images=97):
        assert total(alice, entries(alice)).fitting.runs == 1


@pytest.mark.parametrize("limits", [{"daily": 500_000, "spent": 300_000}, {"budget": 500_000, "spent": 300_000}])
def test_what_a_budget_leaves_is_said(alice, limits):
    with with_key(alice, **limits):
        plan = total(alice, entries(alice))
    assert plan.is_blocked and "$0.20" in plan.problem and plan.fitting.runs == 2


def test_an_exhausted_quota_leaves_nothing_to_press(alice):
    with with_key(alice, images=100):
        page = alice.post(f"{MATRIX}total/", entries(alice)).text
    assert "None of the runs fit" in page and 'name="confirm"' not in page


def test_an_unreadable_quota_stops_nobody(alice):
    alice.post(f"{BASE}key/", {"api": "builtin", "key": KEY})
    with responses.RequestsMock(assert_all_requests_are_fired=False):
        plan = total(alice, entries(alice))
    assert plan.total and not plan.problem


def test_another_api_s_documented_quota_is_a_warning(alice):
    alice.post(f"{BASE}key/", {"api": "asia", "key": KEY})
    run = a_run(api="asia", account="qcode", pictures=1)
    assert run.requested_count == 1
    values = entries(alice, api="asia", n="3", prompt="{1|2|3|4|5|6|7|8|9} {a|b} fox")
    plan = total(alice, values)
    assert f"{DAILY_IMAGES} images per key per day" in plan.problem and "99" in plan.problem
    assert not plan.is_blocked and plan.fitting.runs == 33


def test_models_are_multiplied_and_what_one_of_them_lacks_is_named(alice, settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://api.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}
    alice.post(f"{BASE}key/", {"api": "mine", "key": "sk-proj-0123456789abcdef"})
    models = ["gpt-image-2", "gpt-image-1.5"]
    values = entries(alice, api="mine", model=models, prompt="A fox")
    plan = total(alice, values)
    assert plan.total.runs == 4 and plan.total.price_label.startswith("≈")
    assert send(alice, values).status_code == 303
    assert [run.parameters["model"] for run in Run.objects.order_by("created_at")] == [models[0]] * 2 + [
        models[1]
    ] * 2
    page = alice.post(f"{MATRIX}total/", {**values, "size": ["1024x1024", "2048x2048"]}).text
    assert "gpt-image-1.5 2048×2048" in page and "gpt-image-2 2048×2048" not in page


def test_no_more_than_the_session_s_queue_takes(alice):
    for _ in range(38):
        a_run(state=State.QUEUED)
    plan = total(alice, entries(alice))
    assert plan.is_blocked and "room for 2 more" in plan.problem and plan.fitting.runs == 2


def test_a_run_hands_its_prompt_and_settings_on(alice):
    run = a_run(prompt="A fox\nin snow", parameters={"quality": "medium", "background": "transparent"})
    page = alice.get(f"{MATRIX}?run={run.pk}")
    form = page.context["form"]
    assert (form["quality"].value(), form["per_line"].value()) == (["medium"], False)
    assert "A fox\nin snow" in page.text and 'name="background" value="transparent"' in page.text
    assert f"{MATRIX}?run={run.pk}" in alice.get(f"{BASE}runs/{run.pk}/").text


def test_a_newcomer_needs_no_key_and_gets_a_session(client: Client):
    assert send(client, entries(client)).status_code == 303
    assert Run.objects.count() == 4 and all(Run.objects.values_list("is_demo", flat=True))


def test_strangers_and_other_methods_are_rejected(alice):
    sheet = send(alice, entries(alice))["Location"]
    run = Run.objects.first()
    bob = a_visitor(Client(), "bob")
    for path in (sheet, f"{sheet}zip/"):
        assert bob.get(path).status_code == 404
        assert alice.post(path).status_code == 405
    for path in (f"{sheet}stop/", f"{sheet}retry/{run.pk}/"):
        assert bob.post(path).status_code == 404
        assert alice.get(path).status_code == 405
    assert bob.get(f"{MATRIX}?run={run.pk}").status_code == 404
    assert bob.get(f"{MATRIX}?matrix={sheet.split('/')[-2]}").status_code == 404
    assert alice.get(f"{MATRIX}total/").status_code == 405
