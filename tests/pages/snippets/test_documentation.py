"""Parameters and errors of the code panel: for this endpoint and the chosen API, with the values of the form."""

import re
from html.parser import HTMLParser

import pytest

from playground.imageapi.catalog import parameters_for
from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import PROFILES, ImageApi
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TABS = ["curl", "python", "python-requests", "javascript", "node", "parameters", "errors"]


class Tags(HTMLParser):
    """The attributes of every element with `name` among them."""

    def __init__(self, page: str, name: str) -> None:
        super().__init__()
        self.name, self.found = name, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if self.name in (given := dict(attrs)):
            self.found.append(given)


def found(page: str, name: str) -> list[dict[str, str]]:
    return Tags(page, name).found


def documentation(client, path: str = "", **entries) -> str:
    return client.get(f"{BASE}{path}docs/", entries, headers=HTMX).text


@pytest.fixture
def official(settings):
    """An API of the profile `openai`, beside the built-in one."""
    api = ImageApi("official", PROFILES["openai"], "https://api.example/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "official": api}


@pytest.mark.parametrize("path", ["", "edit/"])
def test_both_forms_have_a_tab_for_each_program_parameters_and_errors(client, path):
    tabs = found(client.get(f"{BASE}{path}").text, "data-docs")
    assert [tab["data-docs"] for tab in tabs] == TABS
    assert {tab["role"] for tab in tabs} == {"tab"}
    assert [tab["aria-selected"] for tab in tabs] == ["true"] + ["false"] * 6


def test_every_tab_names_a_panel_of_the_page(client):
    page = client.get(BASE).text
    panels = {panel["id"] for panel in found(page, "data-shown")}
    assert {tab["aria-controls"] for tab in found(page, "aria-controls") if tab.get("role") == "tab"} == panels


def test_without_a_script_the_tabs_of_documentation_lead_to_a_page_with_it(client):
    tabs = {tab["data-docs"]: tab["href"] for tab in found(client.get(BASE).text, "data-docs")}
    for name in ("parameters", "errors"):
        address, _, place = tabs[name].partition("#")
        page = client.get(address).text
        assert "<html" in page and f'id="{place}"' in page and "output_compression" in page
    assert tabs["curl"] == "#docs-curl"


@pytest.mark.parametrize(("path", "endpoint"), [("", "generations"), ("edit/", "edits")])
def test_the_built_in_api_has_every_parameter_of_its_endpoint(client, path, endpoint):
    rows = [row["data-parameter"] for row in found(documentation(client, path, api="builtin"), "data-parameter")]
    assert rows == [parameter.name for parameter in parameters_for(endpoint)]


def test_parameters_are_those_of_the_chosen_api(client, official):
    rows = {row["data-parameter"] for row in found(documentation(client, "edit/", api="official"), "data-parameter")}
    assert "moderation" in rows and not {"input_fidelity", "response_format"} & rows
    rows = {row["data-parameter"] for row in found(documentation(client, api="asia"), "data-parameter")}
    assert "response_format" in rows and not {"stream", "partial_images"} & rows


def test_an_api_that_makes_ten_images_offers_ten(client, official):
    values = [given["value"] for given in found(documentation(client, api="official"), "data-set")
              if given["data-set"] == "n"]  # fmt: skip
    assert values == [str(number) for number in range(1, 11)]


def test_the_values_of_the_form_are_marked(client):
    page = documentation(client, api="builtin", size="1536x1024", quality="high", output_format="webp")
    marked = {
        given["data-set"]: given["value"] for given in found(page, "data-set") if given["aria-pressed"] == "true"
    }
    assert marked == {
        "size": "1536x1024", "quality": "high", "n": "1", "background": "auto", "output_format": "webp",
    }  # fmt: skip


def test_a_value_that_the_form_does_not_offer_cannot_be_pressed(client):
    pressable = {(given["data-set"], given["value"]) for given in found(documentation(client), "data-set")}
    assert ("quality", "low") in pressable and ("quality", "auto") not in pressable
    assert not {"stream", "response_format"} & {name for name, _value in pressable}


def test_errors_are_those_of_the_chosen_api(client, official):
    def codes(api: str) -> set[str]:
        return {row["data-code"] for row in found(documentation(client, api=api), "data-code")}

    local = {row.code for row in ERRORS.values() if row.is_local}
    assert codes("builtin") == set(ERRORS)
    assert codes("asia") - local == set(PROFILES["qcode"].error_codes)
    assert {"image_daily_limit", "idempotency_mismatch"} & codes("official") == set()
    assert local <= codes("official")


def test_an_error_says_what_it_means_costs_and_asks_for_and_leads_to_its_page(client):
    page = documentation(client, api="asia")
    (item,) = re.findall(r'<li data-code="image_daily_limit">.*?</li>', page, re.DOTALL)
    assert f"{BASE}reference/errors/image_daily_limit/" in item and ">429<" in item
    assert 'data-charged="no"' in item and "What to do" in item and "Beijing" in item


def test_only_the_built_in_api_simulates_errors(client):
    assert "Simulate key_expired" in documentation(client, api="builtin")
    assert "Simulate" not in documentation(client, api="asia")


def test_the_first_sample_is_the_plain_call_and_streaming_is_a_switch(client):
    def curl(**entries) -> str:
        panel = client.post(f"{BASE}snippets/", {"prompt": "A fox", "api": "builtin", **entries}).context["panel"]
        return panel.programs[0].text

    assert '"stream"' not in curl() and '"stream": true' in curl(stream="1")
    assert 'name="stream"' in client.get(BASE).text


def test_an_api_that_does_not_stream_has_no_switch(client):
    answer = client.post(f"{BASE}snippets/", {"prompt": "A fox", "api": "asia", "stream": "1"}, headers=HTMX)
    assert 'name="stream"' not in answer.text and "stream" not in answer.context["panel"].programs[0].text


def test_the_programs_of_a_run_can_stream_as_it_did(client):
    run = a_run(parameters={"prompt": "A fox", "stream": True, "partial_images": 2})
    address = f"{BASE}runs/{run.pk}/"
    a_visitor(client)
    assert "&#34;stream&#34;" not in programs_of(client.get(address))
    assert '"stream": true' in programs_of(client.get(address, {"stream": "1"}))


def programs_of(response) -> str:
    return response.context["code"]().programs[0].text


@pytest.mark.parametrize("path", ["", "edit/"])
def test_it_takes_only_gets(client, path):
    assert client.post(f"{BASE}{path}docs/").status_code == 405


@pytest.mark.parametrize("entries", [{"api": "nowhere"}, {"n": "²"}, {"size": "7x7", "output_compression": "x"}])
def test_odd_entries_break_nothing(client, entries):
    assert "output_format" in documentation(client, **entries)


def test_a_job_is_a_switch_for_curl_and_python_of_the_built_in_api(client):
    def programs(**entries) -> dict[str, str]:
        panel = client.post(f"{BASE}snippets/", {"prompt": "A fox", **entries}).context["panel"]
        return {program.name: program.text for program in panel.programs if "respond-async" in program.text}

    assert set(programs(api="builtin", job="1")) == {"curl", "python"}
    assert programs(api="builtin") == {} == programs(api="asia", job="1")
    page = client.post(f"{BASE}snippets/", {"prompt": "A fox", "api": "builtin", "job": "1"}, headers=HTMX).text
    assert 'name="job"' in page and 'name="stream"' not in page


def test_the_programs_of_a_run_have_their_colours_when_the_panel_opens(client):
    address = f"{BASE}runs/{a_run().pk}/"
    a_visitor(client)
    assert 'class="hl-' not in client.get(address).text
    opened = client.get(address, headers=HTMX | {"HX-Target": "code-body"}).text
    assert 'class="hl-string"' in opened and "highlight" in opened
