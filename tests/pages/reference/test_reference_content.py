"""Fields, examples, errors, keys and changes in the reference agree with the lists that the API uses."""

import re
from pathlib import Path

import httpx2
import openai
import pytest
from django.contrib.staticfiles import finders

from playground.gateway.openapi.document import openapi_document
from playground.imageapi.errors import API_ERRORS, CDN_TIMEOUT
from playground.imageapi.providers import parse_image_apis
from playground.pages.reference import example_responses
from playground.pages.reference.error_guide import exception_names, sdk_error_rows
from tests.factories import BASE
from tests.pages.reference.test_reference import page

pytestmark = pytest.mark.django_db
SCHEMAS = openapi_document()["components"]["schemas"]
EVENTS = SCHEMAS["generations_event"]["properties"]["data"]["contentSchema"]["oneOf"]


def names_in(value):
    """The names of all fields of a JSON value."""
    if isinstance(value, dict):
        yield from value
    for nested in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names_in(nested)


def properties(schema):
    """The names of all fields of a schema of the OpenAPI document, also of what it points to."""
    if "$ref" in schema:
        yield from properties(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    for name, field in schema.get("properties", {}).items():
        yield name
        yield from properties(field)
    if "items" in schema:
        yield from properties(schema["items"])


def described(text, section):
    """The words in the lists of fields of a section."""
    shown = re.search(rf'<section id="{section}">.*?</section>', text, re.DOTALL)[0]
    return set(re.findall(r"\w+", " ".join(re.findall(r"<dt>.*?</dd>", shown, re.DOTALL))))


@pytest.mark.parametrize(
    ("section", "schema"),
    [
        ("responses", "pictures"),
        ("quote", "quote"),
        ("models", "models"),
        ("usage", "usage"),
        ("errors", "error"),
    ],
)
def test_every_field_of_a_response_is_described_in_its_section(client, section, schema):
    names = set(properties(SCHEMAS[schema]))
    assert names and names - described(page(client), section) == set()


def test_every_field_of_a_job_is_described_in_its_section(client):
    names = set(SCHEMAS["job"]["properties"])
    shown = re.search(r'<section id="jobs">.*?</section>', page(client), re.DOTALL)[0]
    assert [name for name in names if f"<code>{name}</code>" not in shown] == []


def test_every_field_of_an_event_is_described_under_streaming(client):
    names = {name for kind in EVENTS for name in kind["properties"]}
    assert names and names - described(page(client), "streaming") == set()


@pytest.mark.parametrize(
    ("example", "schema", "absent"),
    [
        (example_responses.GENERATION, "pictures", {"url", "safety_identifier"}),
        (example_responses.EDIT, "pictures", {"url", "safety_identifier"}),
        (example_responses.LINK, "pictures", {"b64_json", "safety_identifier"}),
        (example_responses.QUOTE, "quote", set()),
        (example_responses.MODELS, "models", set()),
        (example_responses.USAGE, "usage", set()),
        (
            example_responses.COMPLETED_JOB,
            "job",
            {"url", "safety_identifier", "webhook", "error", "type", "code", "param", "message"},
        ),
    ],
)
def test_an_example_has_the_fields_of_the_openapi_document(example, schema, absent):
    assert set(names_in(example)) == set(properties(SCHEMAS[schema])) - absent


def test_examples_of_events_have_the_fields_of_the_openapi_document():
    kinds = SCHEMAS["generations_event"]["properties"]["data"]
    by_type = {kind["properties"]["type"]["const"]: set(kind["required"]) for kind in kinds["contentSchema"]["oneOf"]}
    for event in (example_responses.PREVIEW_EVENT, example_responses.COMPLETED_EVENT, example_responses.ERROR_EVENT):
        assert set(event) == by_type[event["type"]]


def test_every_code_is_in_the_table_of_exceptions():
    listed = [code for row in sdk_error_rows() for code in row.codes]
    assert sorted(listed) == sorted(row.code for row in API_ERRORS)


@pytest.mark.parametrize("status", sorted({row.status for row in API_ERRORS} | {CDN_TIMEOUT}))
def test_the_sdk_raises_the_class_that_the_reference_names(status):
    client = openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key="k")
    response = httpx2.Response(status, request=httpx2.Request("POST", "http://127.0.0.1:9/v1/images/generations"))
    raised = client._make_status_error("refused", body=None, response=response)
    assert type(raised).__name__ == exception_names(status)[0]


def test_every_provider_and_this_server_say_how_to_get_a_key(client, settings):
    settings.IMAGE_APIS = parse_image_apis(
        "asia=https://asia.qcode.cc/qcode-img/v1,official:openai=https://api.openai.com/v1", settings.BUILTIN_URL
    )
    settings.SUPPORT_URL = "https://help.example.org"
    section = re.search(r'<section id="get-a-key">.*?</section>', page(client), re.DOTALL)[0]
    assert all(f'id="key-{profile}"' in section for profile in ("qcode", "openai", "builtin"))
    assert "manage.py create_key" in section and 'href="https://help.example.org"' in section


def test_doubts_about_the_provider_stand_in_differences_alone(client):
    text = page(client)
    before, _start, after = text.partition('<section id="differences">')
    inside, _end, rest = after.partition("</section>")
    assert "contradicts itself" in inside and "may reject it" in inside
    assert not any(doubt in before + rest for doubt in ("contradicts", "may reject", "unclear"))


def test_the_changelog_has_dates_and_the_running_version(client, settings):
    section = re.search(r'<section id="changelog">.*?</section>', page(client), re.DOTALL)[0]
    days = re.findall(r'<time datetime="([0-9-]+)">', section)
    assert days == sorted(days, reverse=True) and len(days) > 2
    assert f"version {settings.VERSION}" in section


def test_the_openapi_document_is_linked_and_downloadable(client):
    text = page(client)
    assert re.search(rf'<a href="{BASE}v1/openapi.json"\s+download="[^"]+">', text)


def test_the_images_beside_the_tips_are_there_and_small(client):
    sources = re.findall(r'<img src="([^"]+)"', page(client))
    assert len(sources) == 3
    for source in sources:
        file = finders.find(f"img/reference/{re.sub(r'[.][0-9a-f]{8,}', '', source).rpartition('/')[2]}")
        assert Path(file).stat().st_size < 5_000
