"""Every documented error, brought about on its page: what is shown, the JSON and the reference agree."""

import html
import json
import re

import pytest

from playground.imageapi.errors import ERRORS, REHEARSAL_CODES
from playground.pages.reference import error_guide
from playground.runs.models import Run
from tests.factories import BASE, KEY

pytestmark = pytest.mark.django_db
NO_JSON = ("upstream_timeout", "garbled_response", "unknown_outcome")


@pytest.fixture
def page(client, builtin):
    """The page of a code after its rehearsal."""

    def rehearse(code, language="en"):
        response = client.post(f"{BASE}reference/errors/{code}/", headers={"Accept-Language": language})
        assert response.status_code == 200
        return response.content.decode()

    return rehearse


def answered(text):
    """Status and body as the page shows them; 0 where nothing came."""
    head = re.search(r"data-answer-head><code>HTTP (\d+)(.*?)</code>", text, re.DOTALL)
    body = re.search(r"data-answer-body><code>(.*?)</code>", text, re.DOTALL)
    return (int(head[1]), html.unescape(body[1])) if head and body else (0, "")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", ERRORS)
def test_page_answer_and_reference_agree(page, code, language):
    text = page(code, language)
    row, (status, body) = error_guide.error_row(code), answered(text)
    card = re.search(r"<article[^>]*data-rehearsed[^>]*>", text)
    assert card and f'data-error="{code}"' in card[0] and f'data-charged="{row.charged}"' in card[0]
    message = re.search(r"<p data-message>(.+?)</p>", text)
    assert message and bool(re.search("[一-鿿]", message[1])) == (language == "zh-hans")
    other = "en" if language == "zh-hans" else "zh-hans"
    assert f'data-message-in="{other}"' in text
    assert (status != 0) == (code in REHEARSAL_CODES and code != "unknown_outcome")
    if status and code not in NO_JSON:
        error = json.loads(body)["error"]
        assert (status, error["code"], error["type"]) == (row.status, code, row.type)
        assert error["message"].startswith(row.api_message)


def test_a_timeout_is_the_page_of_a_cdn(page):
    status, body = answered(page("upstream_timeout"))
    assert status == 524 and "A timeout occurred" in body


def test_rehearsals_are_no_history(page):
    page("server_error")
    assert not Run.objects.exists()


def test_visitors_with_their_own_key_can_rehearse_too(page, client):
    client.post(f"{BASE}key/", {"api": "builtin", "key": KEY})
    assert 'data-error="key_expired"' in page("key_expired")
    assert KEY not in page("key_expired")


def test_the_steps_of_a_rehearsed_card_lead_to_the_form(page):
    assert f'href="{BASE}#id_key"' in page("invalid_api_key")


def test_an_answer_that_comes_short_is_rehearsed_by_the_form(page, client):
    assert client.post(f"{BASE}reference/errors/partial/").status_code == 404
    text = client.get(f"{BASE}reference/errors/partial/").content.decode()
    assert '<input type="hidden" name="rehearse" value="partial">' in text


def test_an_unknown_code_cannot_be_rehearsed(client):
    assert client.post(f"{BASE}reference/errors/nonsense/").status_code == 404
