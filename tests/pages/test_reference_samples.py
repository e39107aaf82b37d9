"""“Run it”: what is sent is what the program says, and the answer is shown with its picture."""

import re

import pytest
from markupsafe import escape

from playground.pages.reference.samples import LABELS, sample_text
from playground.pages.reference.try_it import FIELDS
from tests.factories import BASE

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(client, builtin):
    def send(name):
        return client.post(f"{BASE}reference/samples/{name}/")

    return send


@pytest.mark.parametrize("name", LABELS)
def test_what_is_sent_is_what_the_program_says(name):
    text = sample_text(name, "https://example.org/v1")
    assert all(str(value) in text and field in text for field, value in FIELDS[name].items())


@pytest.mark.parametrize("name", LABELS)
def test_a_program_stands_on_the_page_and_is_copied_as_it_is(client, name):
    page = client.get(f"{BASE}reference/").text
    program = str(escape(sample_text(name, "http://testserver/qcode-img/v1")))
    assert f"<code>{program}</code>" in page
    assert f'data-text="{program}"' in page


@pytest.mark.parametrize("name", ["python", "python-edit", "python-compose"])
def test_a_program_is_run_and_its_answer_shown(run, name):
    text = run(name).content.decode()
    assert "<code>HTTP 200" in text and 'src="data:image/webp;base64,' in text
    assert re.search(r"b64_json&#34;: &#34;\S{24}…", text)


def test_an_answer_with_an_address_shows_the_picture_there(run):
    assert re.search(rf'<img src="{BASE}v1/pictures/[^"]+"', run("python-url").content.decode())


def test_the_key_is_nowhere_in_the_page(run):
    assert "cr_demo_" not in run("python").content.decode()


def test_an_unknown_program_cannot_be_run(run):
    assert run("nonsense").status_code == 404


def test_programs_are_run_by_posting_only(client):
    assert client.get(f"{BASE}reference/samples/python/").status_code == 405
