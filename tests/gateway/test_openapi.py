"""`v1/openapi.json`: complete, and never at odds with what the API does."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from playground.gateway.openapi.document import openapi_document
from playground.gateway.urls import urlpatterns
from playground.imageapi.catalog import ENDPOINTS, parameters_for
from playground.imageapi.errors import API_ERRORS
from tests.gateway.multipart_bodies import refused

SCHEMAS = openapi_document()["components"]["schemas"]


def test_it_can_be_read_without_a_key(client):
    response = client.get(f"/{settings.URL_PREFIX}v1/openapi.json")
    assert response.json() == json.loads(json.dumps(openapi_document()))
    assert response.json()["openapi"] == "3.1.0"


def test_every_address_is_in_it():
    # Variations are not offered; their address only says what to do instead.
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern)) for one in urlpatterns[:-1]} - {"images/variations"}
    assert {f"/{route}".replace("models/{name}", "models/{model}") for route in routes} == set(
        openapi_document()["paths"]
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_parameter_is_in_it_with_its_values(endpoint):
    schema = SCHEMAS[f"{endpoint}_request"]
    assert list(schema["properties"]) == [one.name for one in parameters_for(endpoint)]
    for one in parameters_for(endpoint):
        described = schema["properties"][one.name]
        assert [value for value in described.get("enum", ()) if value] == [*one.accepts(endpoint), *one.aliases]
        assert described["description"]


def test_every_error_is_in_it():
    said = json.dumps([answer for _, answer in answers()])
    assert [row.code for row in API_ERRORS if f"`{row.code}`" not in said] == []


def test_closed_connections_and_the_page_of_a_cdn_are_in_it():
    said = openapi_document()["paths"]["/images/edits"]["post"]["responses"]
    assert "client_gone" in said["499"]["description"] and "upstream_timeout" in said["524"]["description"]


def test_every_pointer_leads_somewhere():
    for name in re.findall(r'"#/components/([^"]+)"', json.dumps(openapi_document())):
        place = openapi_document()["components"]
        for step in name.split("/"):
            place = place[step]


@pytest.mark.parametrize("schema", ["pictures", "quote", "usage", "models"])
def test_answers_have_exactly_the_fields_that_are_described(post, tiny, client, key, schema):
    drawn = post(n=2).json()
    auth = {"Authorization": f"Bearer {key}"}
    bodies = {"pictures": lambda: drawn, "quote": lambda: post(query="?dry_run=true").json()}
    body = bodies.get(schema, lambda: client.get(f"/{settings.URL_PREFIX}v1/{schema}", headers=auth).json())()
    check(body, SCHEMAS[schema])


def test_refusals_have_exactly_the_fields_that_are_described(post):
    check(post(size="1x1").json(), SCHEMAS["error"])


def answers() -> Iterator[tuple[str, Any]]:
    """Every answer of every operation."""
    for path in openapi_document()["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                yield from operation["responses"].items()


def check(value: Any, schema: dict[str, Any]) -> None:
    """That a value has the fields and values of a schema, as far as ours go."""
    if "$ref" in schema:
        return check(value, SCHEMAS[schema["$ref"].rpartition("/")[2]])
    assert value == schema.get("const", value)
    assert value in schema.get("enum", [value])
    if schema.get("type") == "object":
        assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"])
        for name in value:
            check(value[name], schema["properties"][name])
    if schema.get("type") == "array":
        for one in value:
            check(one, schema["items"])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_parameters_that_exclude_each_other_are_documented(endpoint):
    excluded = SCHEMAS[f"{endpoint}_request"]["not"]
    assert excluded["required"] == ["background", "output_format"]
    assert excluded["properties"]["output_format"] == {"enum": ["jpeg"]}


@pytest.mark.parametrize("query", ["days=", "after=", "format="])
def test_empty_values_in_the_query_of_usage_are_refused_as_described(client, key, query):
    auth = {"Authorization": f"Bearer {key}"}
    answer = client.get(f"/{settings.URL_PREFIX}v1/usage?{query}", headers=auth)
    assert refused(answer) == (400, "invalid_request", query.rstrip("="))
