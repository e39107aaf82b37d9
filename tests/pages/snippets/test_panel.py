"""The code panel: beside both forms as they stand, and on a run's page for that run."""

import re

import pytest
from django.conf import settings
from django.utils import timezone

from playground.pages.snippets.panel import PROGRAMS
from playground.runs.models import Run
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.pages.edit_files import EDIT, an_image, put

pytestmark = pytest.mark.django_db
SNIPPETS, EDIT_SNIPPETS = f"{BASE}snippets/", f"{BASE}edit/snippets/"
HTMX = {"HX-Request": "true"}


def panel(response):
    """The panel that a page with a form makes when it is shown, or the panel's own page."""
    return response.context["code"]() if "code" in response.context else response.context["panel"]


def programs(response) -> dict[str, str]:
    """What stands in the page, as a browser reads it."""
    return {one.name: one.text for one in panel(response).programs}


@pytest.mark.parametrize("address", [BASE, EDIT])
def test_both_pages_hold_every_program(client, address):
    shown = re.findall(r'data-snippet="([a-z-]+)"', client.get(address).text)
    assert shown == list(PROGRAMS)


def test_the_page_shows_what_is_in_its_form(client):
    text = programs(client.get(BASE, {"prompt": "A red fox"}))["curl"]
    assert '"prompt": "A red fox"' in text and "http://testserver/qcode-img/v1/images/generations" in text


def test_a_half_filled_form_is_written_down_as_it_stands(client):
    entries = {"prompt": "two\r\nlines", "size": "1536x1024", "quality": "high", "n": "3", "output_format": "webp"}
    answer = client.post(SNIPPETS, entries, headers=HTMX)
    assert "<html" not in answer.text
    text = programs(answer)["python"]
    assert '"two\\n"\n' in text and 'size="1536x1024"' in text and 'quality="high"' in text and "n=3," in text
    assert "output-{number}.webp" in text


def test_the_panel_warns_about_rejected_values_and_still_shows_the_code(client):
    answer = client.post(SNIPPETS, {"prompt": "a" * 32_001, "size": "7x7"}, headers=HTMX)
    assert len(panel(answer).notes) == 2
    assert "a" * 32_001 in programs(answer)["curl"] and '"1024x1024"' in programs(answer)["curl"]


@pytest.mark.parametrize(
    "entries", [{}, {"prompt": "a\0b"}, {"api": "nowhere"}, {"n": "²", "output_compression": "x"}]
)
def test_odd_entries_break_nothing(client, entries):
    assert client.post(SNIPPETS, entries, headers=HTMX).status_code == 200
    assert client.post(EDIT_SNIPPETS, entries, headers=HTMX).status_code == 200


def test_a_key_that_came_along_is_neither_shown_nor_kept(client):
    answer = client.post(SNIPPETS, {"prompt": "A fox", "api": "asia", "key": KEY})
    assert KEY not in answer.text and "cr_YOUR_QCODE_API_KEY" in answer.text
    assert "keys" not in client.session


def test_the_address_is_that_of_the_chosen_api(client):
    text = programs(client.post(SNIPPETS, {"prompt": "A fox", "api": "asia"}))["node"]
    assert 'baseURL: "https://asia.qcode.cc/qcode-img/v1"' in text


def test_the_address_of_the_built_in_api_is_the_public_one(client, settings):
    settings.PUBLIC_ORIGIN = "https://images.example.org"
    assert "https://images.example.org/qcode-img/v1/images" in programs(client.get(BASE))["curl"]


def test_a_prompt_stands_in_the_page_as_text(client):
    page = client.post(SNIPPETS, {"prompt": "</pre><script>alert(1)</script>"}).text
    assert "<script>alert" not in page and "&lt;/pre&gt;" in page


def test_without_a_script_it_is_a_page_of_its_own(client):
    assert "<html" in client.post(SNIPPETS, {"prompt": "A fox"}).text


def test_an_edit_names_its_pictures_and_its_mask(client):
    put(client, "cat.png", "cat.png")
    answer = client.post(EDIT_SNIPPETS, {"prompt": "A crown", "mask_bytes": "712"}, headers=HTMX)
    parts = [(part.name, part.file_name, part.media_type) for part in panel(answer).raw_request.parts][-3:]
    assert parts == [
        ("image", "cat.png", "image/png"), ("image", "cat-2.png", "image/png"), ("mask", "mask.png", "image/png"),
    ]  # fmt: skip
    assert panel(answer).raw_request.parts[-1].size == 712
    assert "-F 'image=@\"cat-2.png\";type=image/png'" in programs(answer)["curl"]


def test_a_mask_whose_size_has_thousands_of_digits_is_left_out(client):
    put(client, "cat.png")
    answer = client.post(
        EDIT_SNIPPETS, {"prompt": "A crown", "mask_bytes": "000000000712" + "9" * 5000}, headers=HTMX
    )
    assert [part.name for part in panel(answer).raw_request.parts if part.file_name] == ["image"]


def test_the_panel_shows_the_code_of_the_run_that_the_form_starts(client):
    put(client, "cat.png")
    entries = {"prompt": "A crown", "quality": "high", "input_fidelity": "high"}
    said = programs(client.post(EDIT_SNIPPETS, entries))
    client.post(EDIT, entries)
    run = Run.objects.get()
    assert programs(client.get(f"{BASE}runs/{run.pk}/")) == said


def test_the_head_tells_the_true_length(client):
    client.post(EDIT, {"image": an_image(), "prompt": "A crown"})
    run = Run.objects.get()
    headers = dict(panel(client.get(f"{BASE}runs/{run.pk}/")).raw_request.headers)
    assert int(headers["Content-Length"]) > run.sources[0]["size"]
    assert headers["Authorization"] == "Bearer cr_YOUR_QCODE_API_KEY"


def test_the_head_names_the_request_that_submitted_the_run(client):
    posted = client.post(EDIT, {"image": an_image(), "prompt": "A crown"})
    headers = dict(panel(client.get(posted["Location"])).raw_request.headers)
    assert headers["X-Client-Request-Id"] == posted["x-request-id"]


def test_another_visitors_pictures_cannot_be_named(client):
    run = a_run(visitor="bob")
    assert a_visitor(client).post(EDIT_SNIPPETS, {"of_run": run.pk}).status_code == 404


def test_a_finished_run_shows_its_answer(client):
    run = a_run(
        pictures=1, request_id="req_1", usage={"input_tokens": 9, "output_tokens": 196, "total_tokens": 205},
        reported={"size": "1024x1024", "answer": {"created": 1_777_135_432, "headers": {"content-type": "text/x"}}},
    )  # fmt: skip
    answer = panel(a_visitor(client).get(f"{BASE}runs/{run.pk}/")).response
    assert answer.line == "HTTP/1.1 200 OK"
    assert answer.headers == [("content-type", "text/x"), ("x-request-id", "req_1")]
    assert '"created": 1777135432' in answer.body and "characters omitted" in answer.body
    assert '"output_tokens": 196' in answer.body and len(answer.times) == 3


def test_a_failed_run_shows_what_is_known_of_its_answer(client):
    run = a_run(
        state="failed", error="unsupported_size", error_facts={"status": 422, "provider_said": "no", "param": "size"}
    )
    answer = panel(a_visitor(client).get(f"{BASE}runs/{run.pk}/")).response
    assert answer.line == "HTTP/1.1 422 Unprocessable Content"
    assert '"param": "size"' in answer.body


def test_a_run_that_was_never_sent_has_no_answer(client):
    run = a_run(state="cancelled", sent_at=None, finished_at=timezone.now())
    page = a_visitor(client).get(f"{BASE}runs/{run.pk}/")
    assert panel(page).response is None and page.status_code == 200


def test_the_answer_comes_with_the_card_of_a_run_that_ended(client):
    run = a_run(pictures=1)
    changed = a_visitor(client).get(f"{BASE}runs/live/", {"seen": f"{run.pk}:0"}).text
    assert f'id="response-{run.pk}"' in changed


def test_a_run_of_an_api_that_is_gone_has_no_panel(client):
    run = a_run(api="gone")
    assert "data-snippet" not in a_visitor(client).get(f"{BASE}runs/{run.pk}/").text


@pytest.mark.parametrize("address", [SNIPPETS, EDIT_SNIPPETS])
def test_it_takes_only_posts(client, address):
    assert client.get(address).status_code == 405


def test_every_listed_api_is_written_for(client):
    for api in settings.IMAGE_APIS:
        assert "cr_YOUR_QCODE_API_KEY" in client.post(SNIPPETS, {"prompt": "A fox", "api": api}).text
