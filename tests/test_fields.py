"""One field of an answer is not as it should be: the run ends all the same, at the price of what was asked.

Here every field once and every kind once; all of them are `tests/load/fields.py`.
"""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from playground.gateway.models import WORKING, Job
from playground.gateway.reconcile import differences
from playground.imageapi.prices import picture_price
from playground.imageapi.profiles import parse_image_apis
from playground.runs import claim, deletion
from playground.runs.execute import claim_and_execute
from playground.runs.models import Run
from tests.cast import BASE, KEY
from tests.gateway.conftest import client
from tests.gateway.providers import customer
from tests.upstream import UpstreamServer
from tests.upstream.fields import FIELDS, KINDS, name_of
from tests.upstream.fixtures import upstream
from tests.upstream.outcomes import expected

__all__ = ["client", "customer", "upstream"]

pytestmark = pytest.mark.django_db(transaction=True)
_EVERY_FIELD = [(place, field) for place, fields in FIELDS.items() for field in fields]
ONE_OF_EACH = [
    *(name_of("answer", "quality", kind) for kind in KINDS),
    *(name_of(*field, list(KINDS)[number % len(KINDS)]) for number, field in enumerate(_EVERY_FIELD)),
]
PRICE = picture_price("1024x1024", "high")


@pytest.fixture(scope="module")
def server() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


def a_page(settings: LazySettings, address: str) -> tuple[Client, str]:
    """The page of a run of two pictures in high quality that has ended."""
    settings.IMAGE_APIS = parse_image_apis(f"upstream={address}", "")
    browser = Client(headers={"host": "127.0.0.1"})
    form = {"prompt": "A cat", "size": "1024x1024", "quality": "high", "n": "2", "api": "upstream", "key": KEY}
    address = browser.post(BASE, form)["Location"]
    claim_and_execute(Run.objects.get().pk)
    return browser, browser.get(address).content.decode()


@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_run_ends_whatever_a_field_of_the_answer_is(settings, server, fault) -> None:
    browser, page = a_page(settings, server.url(fault))
    run, (code, came) = Run.objects.get(), expected(fault)
    assert (run.error, run.pictures.count()) == (code, came)
    assert (run.price or 0) == PRICE * came
    assert page.count("data-picture=") == came
    # Its key is free for another, and what it left can be deleted.
    assert claim.ready(1) == [] and not Run.objects.filter(state="running")
    deletion.delete_everything(run.visitor, timezone.now())
    assert not Run.objects.exists()


@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_call_ends_whatever_a_field_of_the_providers_answer_is(customer, server, fault) -> None:
    customer.behind(server.url(fault))
    answer = customer.ask(n=2, quality="high").json()
    code, came = expected(fault)
    assert len(answer.get("data", ())) == came
    assert answer.get("error", {}).get("code", "") == {"garbled_response": "image_provider_error"}.get(code, code)
    job = Job.objects.get()
    assert (job.images, job.micro_usd) == (came, PRICE * came)
    assert not list(differences()) and not Job.objects.filter(state__in=WORKING)


@pytest.mark.parametrize(("word", "shown"), [("word", "standard"), ("upper", "HIGH"), ("chinese", "标准")])
def test_an_unknown_word_is_shown_as_it_came(settings, server, word, shown) -> None:
    _, page = a_page(settings, server.url(name_of("answer", "quality", word)))
    assert shown in page
