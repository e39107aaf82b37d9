"""Price and time of a request before it is sent."""

import pytest

from tests.factories import BASE

pytestmark = pytest.mark.django_db


def estimate(client, **wanted):
    return client.get(f"{BASE}estimate/", wanted).context["estimate"]


@pytest.mark.parametrize(
    ("size", "quality", "n", "label"),
    [
        ("1024x1024", "low", 1, "$0.08"),
        ("1024x1024", "high", 2, "$0.422"),
        ("1536x1024", "high", 1, "$0.165"),
        ("2048x2048", "high", 1, "$0.285"),
        ("1024x1024", "auto", 1, "$0.08–$0.211"),
    ],
)
def test_the_estimate_follows_the_price_table(client, size, quality, n, label):
    assert estimate(client, api="asia", size=size, quality=quality, n=n).label == label


def test_the_exact_price_is_in_the_markup(client):
    page = client.get(f"{BASE}estimate/", {"api": "asia", "quality": "high", "n": "2"}).text
    assert 'data-estimate-micro-usd="422000"' in page


def test_the_button_says_price_and_time(client):
    assert estimate(client, api="asia", quality="low").button == "Generate · $0.08 · ~25 s"


def test_every_quality_has_its_price(client):
    prices = estimate(client, api="asia").prices
    assert prices["high"] == ("$0.211", "70–120 s")


def test_two_megapixels_take_longer(client):
    assert estimate(client, api="asia", size="2048x2048", quality="low").seconds_label == "35–50 s"


@pytest.mark.parametrize(("quality", "warns"), [("low", False), ("medium", True), ("high", True)])
def test_the_limit_of_a_cdn_is_warned_of(client, quality, warns):
    view = estimate(client, api="api", quality=quality)
    assert bool(view.warning) is warns
    assert (view.direct.id if view.direct else None) == ("asia" if warns else None)


def test_a_direct_region_needs_no_warning(client):
    assert not estimate(client, api="asia", quality="high").warning


def test_2k_may_be_refused_by_qcode(client):
    assert "may reject" in estimate(client, api="asia", size="2048x2048").notice
    assert not estimate(client, api="builtin", size="2048x2048").notice


def test_the_demo_says_that_it_charges_nothing(client):
    free = "Free · list price"
    assert free in client.get(f"{BASE}estimate/", {"api": "builtin"}).text
    assert free not in client.get(f"{BASE}estimate/", {"api": "asia"}).text


@pytest.mark.parametrize("odd", [{"n": "９"}, {"n": "-1"}, {"size": "1x1"}, {"quality": "\0"}, {"api": "nowhere"}])
def test_incomplete_and_unusual_forms_get_an_estimate(client, odd):
    assert estimate(client, **odd).label == "$0.08"


@pytest.mark.parametrize("number", ["9" * 5000, "0001" + "9" * 5000])
def test_a_number_of_thousands_of_digits_is_priced_like_none(client, number):
    entries = {"n": number, "frame_count": number, "output_format": "gif"}
    assert client.post(f"{BASE}fields/", entries).status_code == 200
    assert client.get(f"{BASE}estimate/", entries).status_code == 200
