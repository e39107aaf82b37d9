"""The reference: nothing of the lists is missing, each row has its place, and strangers' runs stay theirs."""

import gzip
import html
import re

import pytest

from playground.imageapi import pricing
from playground.imageapi.catalog import ENDPOINTS, QUALITIES, SIZES, parameters_for
from playground.imageapi.errors import ERRORS, REHEARSAL_CODES
from playground.pages.reference.samples import KINDS
from playground.runs.models import State
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "zh-hans"]
PAGE = f"{BASE}reference/"
CLINIC = (*ERRORS, "partial")
MOST_BYTES = 80_000


def page(client, address=PAGE, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def row(text, anchor):
    """The words of the element with that id, tags apart."""
    found = re.search(rf'<(tr|td|li|div|code) id="{re.escape(anchor)}".*?</\1>', text, re.DOTALL)
    assert found, anchor
    return html.unescape(re.sub(r"<[^>]+>", " ", found[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_has_a_row_with_its_default_and_values(client, language):
    text = page(client, lang=language)
    for endpoint in ENDPOINTS:
        for parameter in parameters_for(endpoint):
            said = row(text, f"{endpoint}-{parameter.name}")
            assert all(value in said for value in parameter.accepts(endpoint))
            assert str(parameter.default_for(endpoint) or "").lower() in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_size_and_price_is_there(client, language):
    text = page(client, lang=language)
    for size in SIZES:
        assert size.name in row(text, f"size-{size.name}")
        for quality in QUALITIES:
            said = row(text, f"price-{size.name}-{quality}")
            actual = pricing.actual_cost(size.name, quality)
            assert pricing.format_dollars(pricing.picture_price(size.name, quality)) in said
            assert actual is None or pricing.format_dollars(actual) in said


def test_every_quality_has_its_times(client):
    text = page(client)
    for quality in QUALITIES:
        seconds = pricing.TYPICAL_SECONDS[quality]
        said = row(text, f"latency-{quality}")
        assert all(str(one) in said for one in (seconds.low, seconds.high, pricing.EXTREME_SECONDS[quality]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_row_that_leads_to_its_page(client, language):
    text = page(client, lang=language)
    for code in CLINIC:
        assert f'href="{PAGE}errors/{code}/"' in text and f'id="error-{code}"' in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CLINIC)
def test_every_code_has_a_page(client, code, language):
    said = page(client, f"{PAGE}errors/{code}/", lang=language)
    assert f'id="error-{code}"' in said
    assert ("Who can fix it" in said) == (language == "en")


def test_every_code_that_an_api_answers_with_says_its_status(client):
    text = page(client)
    for code, error in ERRORS.items():
        assert error.is_local or str(error.status) in row(text, f"error-{code}")


def test_statuses_524_and_499_are_documented(client):
    page = client.get(PAGE).text
    assert 'id="status-524"' in page and 'id="error-client_gone"' in page
    timeout = client.get(f"{PAGE}errors/524/", follow=True)
    assert timeout.redirect_chain[-1][0] == f"{PAGE}errors/upstream_timeout/"
    assert "524 from a CDN" in timeout.text
    assert client.get(f"{PAGE}errors/499/")["Location"] == f"{PAGE}errors/client_gone/"
    assert client.get(f"{PAGE}errors/429/")["Location"] == f"{PAGE}#errors"
    plain = client.get(f"{PAGE}llms.txt").text
    assert "504 · 524" in plain and "client_gone" in plain


def test_codes_that_can_be_rehearsed_are_documented():
    assert set(REHEARSAL_CODES) <= set(CLINIC)


def test_an_unknown_code_has_no_page(client):
    assert client.get(f"{PAGE}errors/nonsense/").status_code == 404


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}errors/key_expired/", f"{PAGE}llms.txt"])
def test_the_reference_is_only_read(client, address):
    assert client.put(address).status_code == 405


def test_every_listed_region_has_its_base_url(client, settings):
    text = page(client)
    for api in settings.IMAGE_APIS.values():
        assert ("http://testserver/qcode-img/v1" if api.is_builtin else api.base_url) in row(text, f"api-{api.id}")


def test_every_link_within_the_page_leads_somewhere(client):
    text = page(client)
    places = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) - {"i-copy"} <= places


def test_every_id_is_unique(client):
    ids = re.findall(r'\sid="([^"]+)"', page(client))
    assert len(ids) == len(set(ids))


def test_parameters_lead_to_their_controls(client):
    generate, edit, text = page(client, BASE), page(client, f"{BASE}edit/"), page(client)
    for place, form in ((BASE, generate), (f"{BASE}edit/", edit)):
        controls = set(re.findall(rf'href="{place}#([^"]+)"', text))
        assert controls and all(f'id="{one}"' in form for one in controls), controls


def test_the_page_is_light(client):
    response = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert len(response.content) <= MOST_BYTES
    assert gzip.decompress(response.content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_text_says_the_same(client, language):
    response = client.get(f"{PAGE}llms.txt", {"lang": language})
    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert all(f"`{parameter.name}`" in text for one in ENDPOINTS for parameter in parameters_for(one))
    assert all(f"`{code}`" in text for code in CLINIC)
    assert not re.search(r"</?(p|table|tr|td|div|section|li|form|button)\b", text)


def test_the_plain_text_is_markdown_that_programs_can_be_copied_from(client):
    text = client.get(f"{PAGE}llms.txt").text
    assert text.startswith("# ") and "\n## " in text and "\n### " in text and "\n| --- |" in text
    assert "```python\nimport base64\n\nfrom openai import OpenAI\n" in text
    assert '    base_url="http://testserver/qcode-img/v1",\n' in text
    assert "b64_json" in text and "\\_" not in text
    assert "Run it" not in text


def test_the_plain_text_has_no_empty_columns_and_one_language_when_one_is_asked_for(client):
    text = client.get(f"{PAGE}llms.txt", {"code": "node"}).text
    assert "new OpenAI(" in text and "import requests" not in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert tables
    for table in tables:
        head, _dashes, *rows = [line.strip("|\n ").split(" | ") for line in table.splitlines()]
        assert all(any(len(row) > place and row[place].strip() for row in rows) for place in range(len(head))), head


def test_the_programs_call_this_server_with_a_placeholder(client):
    text = page(client)
    for name in KINDS:
        assert f'id="sample-{name}"' in text
    assert "cr_YOUR_QCODE_API_KEY" in text and "http://testserver/qcode-img/v1/images/edits" in text


def test_support_is_linked_where_it_is_set(client, settings):
    assert "https://help.example.org" not in page(client)
    settings.SUPPORT_URL = "https://help.example.org"
    assert "https://help.example.org" in page(client)


@pytest.mark.parametrize(
    ("state", "facts", "code"),
    [(State.FAILED, {"error": "key_expired", "request_id": "req_1"}, "key_expired"), (State.PARTIAL, {}, "partial")],
)
def test_a_failed_run_leads_to_the_page_of_its_code_in_one_step(client, state, facts, code):
    run = a_run(state=state, **facts)
    address = f"{PAGE}errors/{code}/"
    assert f'href="{address}?run={run.pk}"' in page(a_visitor(client), f"{BASE}runs/{run.pk}/")
    said = page(client, address, run=run.pk)
    assert f"<code data-request-id>{run.request_id or run.pk}</code>" in said


def test_another_visitors_run_is_not_revealed(client):
    run = a_run("bob", state=State.FAILED, error="key_expired", request_id="req_secret")
    assert "req_secret" not in page(a_visitor(client), f"{PAGE}errors/key_expired/", run=run.pk)


def test_a_run_that_succeeded_links_to_no_error_page(client):
    run = a_run(pictures=1)
    assert "reference/errors" not in page(a_visitor(client), f"{BASE}runs/{run.pk}/")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_parameter_explains_itself_beside_its_field(client, endpoint):
    for parameter in parameters_for(endpoint):
        address = f"{PAGE}parameters/{endpoint}-{parameter.name}/"
        help_text = client.get(address, headers={"hx-request": "true"})
        assert f"#{endpoint}-{parameter.name}" in help_text.text
        # Without JavaScript its link leads to the same place.
        assert client.get(address)["Location"] == f"{PAGE}#{endpoint}-{parameter.name}"


def test_an_unknown_parameter_has_no_help(client):
    assert client.get(f"{PAGE}parameters/generations-mask/").status_code == 404
