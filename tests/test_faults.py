"""Every kind of broken image API, through the page: a sentence, what it cost, what to do next, nothing lost."""

import html
import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import parse_image_apis
from playground.runs.models import Run
from tests.factories import BASE, KEY, a_run, claim_and_execute_run
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.network_faults import DNS, refused
from tests.fake_provider.outcomes import expected
from tests.helpers.outcome_tables import Table
from tests.runs.draft_files import a_file

pytestmark = pytest.mark.django_db(transaction=True)
PROMPT = "A cat <b>&</b> 一只猫"

OUTCOMES = {
    "truncated": ("failed", "garbled_response", "maybe"),
    "html_200": ("failed", "garbled_response", "maybe"),
    "error_200": ("failed", None, None),
    "reset_before": ("failed", "unknown_outcome", "maybe"),
    "close_before": ("failed", "unknown_outcome", "maybe"),
    "reset_mid": ("failed", "unknown_outcome", "maybe"),
    "short_body": ("failed", "unknown_outcome", "maybe"),
    "hang": ("failed", "upstream_timeout", "maybe"),
    "524": ("failed", "upstream_timeout", "maybe"),
    "504_html": ("failed", "upstream_timeout", "maybe"),
    "not_image": ("failed", "garbled_response", "maybe"),
    "empty_data": ("failed", "garbled_response", "maybe"),
    "400_moderation": ("failed", "moderation_blocked", "no"),
    "422_size": ("failed", "unsupported_size", "no"),
    "413": ("failed", "image_too_large", "no"),
    "401_invalid": ("failed", "invalid_api_key", "no"),
    "401_expired": ("failed", "key_expired", "no"),
    "403": ("failed", "permission_denied", "no"),
    "404": ("failed", "model_not_found", "no"),
    "429_daily": ("failed", "crs_daily_exhausted", "no"),
    "429_total": ("failed", "crs_total_exhausted", "no"),
    "429_image_daily": ("failed", "image_daily_limit", "no"),
    "429_concurrency": ("failed", "concurrency_exhausted", "no"),
    "500": ("failed", "server_error", "maybe"),
    "503_overloaded": ("failed", "service_overloaded", "no"),
    "503_unavailable": ("failed", "image_provider_unavailable", "no"),
    "error_xss": ("failed", None, None),
    "error_leak": ("failed", "invalid_api_key", "no"),
    "ok": ("succeeded", "", "yes"),
    "fewer": ("partial", "", "yes"),
    "more": ("succeeded", "", "yes"),
    "revised_xss": ("partial", "", "yes"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture
def browser(settings: LazySettings) -> Client:
    settings.RUN_DEADLINE = 1.0
    return Client(headers={"host": "127.0.0.1"})


def run_page(settings: LazySettings, client: Client, address: str, language: str = "en", n: int = 2) -> str:
    """Submit the form to the API at `address`, carry the run out, and read its page."""
    settings.IMAGE_APIS = parse_image_apis(f"upstream={address}", "")
    form = {"prompt": PROMPT, "size": "1024x1024", "quality": "low", "n": str(n), "api": "upstream", "key": KEY}
    answer = client.post(BASE, form)
    assert answer.status_code == 303, answer.content
    claim_and_execute_run(Run.objects.get().pk)
    return client.get(answer["Location"], {"lang": language}).content.decode()


def of_card(page: str, name: str) -> str:
    card = re.search(r"<article[^>]*data-run=[^>]*>", page)
    assert card
    match = re.search(rf'data-{name}="([^"]*)"', card[0])
    assert match
    return match[1]


def message(page: str) -> str:
    match = re.search(r"<[^>]*data-message[^>]*>(.*?)</", page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", match[1])).strip() if match else ""


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Write the outcomes to `build/outcomes`. The whole grid is `benchmarks/robustness/provider_faults.py`."""
    table = Table("faults-short", ("fault", "state", "error", "charged", "upstream calls", "sentence"))
    yield table
    table.write()


@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_broken_api_ends_in_a_readable_message(settings, browser, server, table, fault) -> None:
    before = len(server.requests)
    page = run_page(settings, browser, server.url(fault))
    state, error, charged = OUTCOMES[fault]
    outcome = tuple(of_card(page, name) for name in ("state", "error", "charged"))
    differs = any(wanted not in (None, came) for wanted, came in zip(OUTCOMES[fault], outcome, strict=True))
    calls = str(len(server.requests) - before)
    table.add(fault, *outcome, calls, message(page), wrong=f"not {OUTCOMES[fault]}" if differs else "")
    assert of_card(page, "state") == state
    assert error is None or of_card(page, "error") == error
    assert charged is None or of_card(page, "charged") == charged
    assert state == "succeeded" or len(message(page)) > 10
    assert of_card(page, "error") in {*ERRORS, ""}
    assert KEY not in page and "<script>alert" not in page
    assert html.escape(PROMPT) in page
    assert len(server.requests) - before <= 2


@pytest.mark.parametrize("profile", ["qcode", "builtin"])
@pytest.mark.parametrize("fault", ["ok", "reset_mid", "400_moderation", "sse_cut", "html_200"])
def test_an_edit_ends_in_a_readable_message_plain_and_streaming(
    settings, browser, server, tmp_path, fault, profile
) -> None:
    """The whole grid is `benchmarks/robustness/provider_faults.py`."""
    settings.IMAGE_APIS = parse_image_apis(f"upstream:{profile}={server.url(fault)}", "")
    done, before = a_run(visitor="bob", pictures=1), len(server.requests)
    with a_file(tmp_path).open("rb") as image:
        form = {"prompt": PROMPT, "size": "1024x1024", "quality": "low", "n": "1", "api": "upstream", "key": KEY}
        answer = browser.post(f"{BASE}edit/", {**form, "image": image})
    assert answer.status_code == 303, answer.content
    run = Run.objects.exclude(pk=done.pk).get()
    claim_and_execute_run(run.pk)
    page = browser.get(answer["Location"]).content.decode()
    assert len(server.requests) - before == 1
    assert of_card(page, "error") in {*ERRORS, ""}
    assert of_card(page, "state") == "succeeded" or len(message(page)) > 10
    assert html.escape(PROMPT) in page and "cat.png" in page and KEY not in page
    assert Run.objects.get(pk=done.pk).version == done.version


@pytest.mark.parametrize("fault", ["400_moderation", "524", "reset_before", "429_image_daily", "fewer"])
def test_the_sentence_is_in_the_visitors_language(settings, browser, server, fault) -> None:
    sentence = message(run_page(settings, browser, server.url(fault), "zh-hans"))
    assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 4


@pytest.mark.parametrize("address", [DNS, None])
def test_an_api_that_is_not_there_was_sent_nothing(settings, browser, address) -> None:
    page = run_page(settings, browser, address or refused())
    assert (of_card(page, "error"), of_card(page, "charged")) == ("network_unreachable", "no")


def test_a_failed_run_offers_to_run_it_again_with_everything_in_it(settings, browser, server) -> None:
    page = run_page(settings, browser, server.url("503_overloaded"))
    form = re.search(
        r"<form[^>]*>(?:(?!</form>).)*name=\"token\" value=\"after:(?:(?!</form>).)*</form>", page, re.DOTALL
    )
    assert form and html.escape(PROMPT) in page


def test_every_fault_has_an_outcome_that_is_expected_of_it() -> None:
    """Those that the grid holds it against: see `benchmarks/robustness/provider_faults.py`."""
    assert not [fault for fault in FAULTS if expected(fault)[0] not in {*ERRORS, ""}]
