"""An API of the official kind: any size, up to ten pictures, an estimate that says it is one, the bill by tokens."""

import pytest

from playground.imageapi.messages import ImageResult, Usage
from playground.imageapi.profiles import PROFILES, ImageApi
from playground.runs.keep import price_of
from playground.runs.models import Run
from tests.cast import BASE, a_run

pytestmark = pytest.mark.django_db
KEY = "sk-proj-0123456789abcdef"
BRIEF = {"prompt": "A fox", "api": "mine", "key": KEY}


@pytest.fixture(autouse=True)
def _listed(settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://api.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}


def sent(client, **entries) -> dict:
    assert client.post(BASE, BRIEF | entries).status_code == 303
    return Run.objects.get().parameters


def test_any_size_within_the_rules_is_sent(client):
    assert sent(client, size="1280x720")["size"] == "1280x720"


def test_a_size_of_ones_own_takes_the_place_of_the_chosen_one(client):
    assert sent(client, size="1024x1024", own_size="3072 × 1024")["size"] == "3072x1024"


@pytest.mark.parametrize("own", ["1281x720", "640x640", "large"])
def test_another_size_is_refused_with_the_rules(client, own):
    page = client.post(BASE, BRIEF | {"own_size": own})
    assert page.status_code == 422 and "3840" in page.context["form"].errors["size"][0]


def test_other_apis_take_no_size_of_ones_own(client):
    page = client.post(BASE, {"prompt": "A fox", "own_size": "1280x720"})
    assert page.status_code == 422


def test_ten_pictures_can_be_asked_for_without_events(client):
    parameters = sent(client, n="10")
    assert parameters["n"] == 10 and "stream" not in parameters


def test_one_picture_comes_in_events(client):
    assert sent(client)["stream"] is True


def test_the_estimate_says_that_it_is_one(client):
    page = client.get(f"{BASE}estimate/", {"api": "mine", "size": "1024x1024", "quality": "high"})
    assert page.context["estimate"].label == "≈ $0.211"
    wide = client.get(f"{BASE}estimate/", {"api": "mine", "own_size": "3840x2160", "quality": "auto"})
    assert wide.context["estimate"].label.startswith("≈ $0.0") and "–" in wide.context["estimate"].label


def test_the_bill_is_what_the_answer_reports():
    run = a_run(api="mine", account="openai", pictures=1, parameters={"size": "1280x720"})
    result = ImageResult((), usage=Usage(input_tokens=19, output_tokens=439, total_tokens=458, input_text_tokens=19))
    assert price_of(run, run.pictures.all(), result) == 439 * 30 + 19 * 5
    assert price_of(run, run.pictures.all(), None) == run.estimate_high
