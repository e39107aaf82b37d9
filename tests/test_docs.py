"""The statements of docs/ are true, and every cited document is in the repository."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from playground.imageapi.catalog import PARAMETERS, QUALITIES, SIZES
from playground.imageapi.errors import API_ERRORS, ERRORS
from playground.imageapi.pricing import EXTREME_SECONDS, TYPICAL_SECONDS, format_dollars, picture_price
from playground.imageapi.providers import PROFILES
from playground.server.probes import PROBES

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = (ROOT / "docs" / "api-contract.md").read_text()
# Tables that programs write, not documents to read here.
OUTPUT = "build/"


def addresses(resolver: URLResolver | None = None, above: str = "") -> list[str]:
    paths: list[str] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            paths.append(route)
        elif not route.endswith("admin/"):
            paths += addresses(entry, route)
    return paths


def tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("row", API_ERRORS, ids=lambda row: row.code)
def test_the_contract_tells_status_and_charge_of_every_error(row) -> None:
    assert f"| `{row.code}` | {row.status} | {row.charged} |" in CONTRACT


def test_the_contract_names_every_code_that_only_clients_state() -> None:
    assert all(f"`{code}`" in CONTRACT for code, row in ERRORS.items() if row.is_local)


@pytest.mark.parametrize("size", [size.name for size in SIZES])
def test_the_contract_tells_the_price_of_every_size(size: str) -> None:
    prices = " | ".join(format_dollars(picture_price(size, quality)) for quality in QUALITIES)
    assert f"| `{size}` | {prices} |" in CONTRACT


def test_the_contract_tells_how_long_each_quality_takes() -> None:
    times = CONTRACT.replace("\n", " ")
    for quality in QUALITIES:
        typical = TYPICAL_SECONDS[quality]
        assert f"{quality} {typical.low} to {typical.high} (up to {EXTREME_SECONDS[quality]})" in times


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_the_contract_lists_every_parameter_with_its_values(parameter) -> None:
    section = CONTRACT.partition("### Parameters")[2].partition("\n#")[0]
    (row,) = (line for line in section.splitlines() if line.startswith(f"| `{parameter.name}` | "))
    values = (*parameter.values, *parameter.edit_values)
    assert all(f"`{value}`" in row for value in values)
    limits = (parameter.minimum, parameter.maximum, parameter.max_length)
    assert all(f"{limit:,}" in row for limit in limits if limit is not None)


def test_the_contract_lists_the_limits_of_every_profile() -> None:
    assert all(f"`{name}`" in CONTRACT for name in PROFILES)
    shown = [f"{profile.max_n}, {profile.max_sources}" for profile in PROFILES.values()]
    assert f"| images per request, source images | {' | '.join(shown)} |" in CONTRACT
    calls = [str(profile.concurrency_limit or "no limit") for profile in PROFILES.values()]
    assert f"| concurrent requests per key | {' | '.join(calls)} |" in CONTRACT


def is_there(address: str) -> bool:
    if address in PROBES:
        return True
    route = resolve(address if address.startswith("/") else f"/{settings.URL_PREFIX}{address}").route
    # Below v1/ the last pattern takes every address that is none.
    return not route.endswith("v1/")


def test_every_address_of_the_contract_is_there() -> None:
    tables = (CONTRACT.partition(f"## {name}")[2].partition("\n##")[0] for name in ("URLs", "Image API"))
    rows = [line.split(" | ")[0] for table in tables for line in table.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row) if "…" not in name]
    example = {"<id>": "0" * 20, "<n>": "1", "<code>": "not_found", "<name>": "x", "<token>": "0" * 32}
    assert len(named) >= 20
    assert all(is_there(re.sub("<[a-z]+>", lambda part: example[part[0]], name)) for name in named)


def test_every_address_of_the_image_api_is_in_the_contract() -> None:
    below = [re.sub(r"<\w+:(\w+)>", r"<\1>", route.removeprefix(settings.URL_PREFIX)) for route in addresses()]
    assert [
        route for route in below if route.startswith("v1/") and route != "v1/" and f"`{route}`" not in CONTRACT
    ] == []


def test_every_cited_document_is_in_the_repository() -> None:
    files = set(tracked())
    texts = [name for name in files if Path(name).suffix not in (".po", ".jpg", ".png", ".webp")]
    missing = []
    for name in sorted(texts):
        if not (ROOT / name).is_file():
            continue
        for cited in re.findall(r"(?<![\w/.-])[\w./-]+\.md\b", (ROOT / name).read_text(errors="replace")):
            beside = os.path.normpath(Path(name).parent / cited)
            if not cited.startswith(OUTPUT) and not {cited, beside, f"docs/{cited}"} & files:
                missing.append(f"{name}: {cited}")
    assert missing == []
