"""One field of an answer is not as it should be: the run ends all the same, at the price of what was asked.

Here every field once and every kind once; all of them together are `benchmarks/robustness/answer_fields.py`.
"""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from playground.imageapi.pricing import picture_price
from playground.imageapi.providers import parse_image_apis
from playground.runs.models import Run
from playground.runs.services import retention
from tests.factories import BASE, KEY, claim_and_execute_run
from tests.fake_provider.answer_fields import ONE_OF_EACH, name_of
from tests.fake_provider.fixtures import provider
from tests.fake_provider.outcomes import expected

__all__ = ["provider"]

pytestmark = pytest.mark.django_db(transaction=True)
PRICE = picture_price("1024x1024", "high")


def a_page(settings: LazySettings, address: str) -> str:
    """The page of a run of two pictures in high quality, when it has ended."""
    settings.IMAGE_APIS = parse_image_apis(f"upstream={address}", "")
    browser = Client(headers={"host": "127.0.0.1"})
    form = {"prompt": "A cat", "size": "1024x1024", "quality": "high", "n": "2", "api": "upstream", "key": KEY}
    address = browser.post(BASE, form)["Location"]
    claim_and_execute_run(Run.objects.get().pk)
    return browser.get(address).content.decode()


@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_run_ends_whatever_a_field_of_the_answer_is(settings, provider, fault) -> None:
    page = a_page(settings, provider.url(fault))
    run, (code, came) = Run.objects.get(), expected(fault)
    assert (run.error, run.pictures.count()) == (code, came)
    assert (run.price or 0) == PRICE * came
    assert page.count("data-picture=") == came
    retention.delete_visitor_data(run.visitor, timezone.now())
    assert not Run.objects.exists()


@pytest.mark.parametrize(("kind", "shown"), [("word", "standard"), ("upper", "HIGH"), ("chinese", "标准")])
def test_an_unknown_word_is_shown_as_it_came(settings, provider, kind, shown) -> None:
    assert shown in a_page(settings, provider.url(name_of("answer", "quality", kind)))
