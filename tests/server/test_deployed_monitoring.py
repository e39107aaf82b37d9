"""The dashboard and the alert rules in deploy/ ask for what a running server reports, and the document lists it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from tests.helpers.crashes import wait_until
from tests.server.conftest import ObservedServer

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "monitoring.md").read_text()
DASHBOARD = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text())
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus-alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {
    **{f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]},
    **{rule["alert"]: rule["expr"] for rule in RULES},
}
VALUES = {"$__rate_interval": "5m", "$instance": ".+"}


def selectors(expression: str) -> Iterator[promql_parser.VectorSelector]:
    """Parse an expression, with values for Grafana's variables; yield what it selects. Raise ValueError."""
    for name, value in VALUES.items():
        expression = expression.replace(name, value)
    found: list[Any] = []
    promql_parser.walk(promql_parser.parse(expression), found.append)
    return (node for node in found if isinstance(node, promql_parser.VectorSelector))


@pytest.fixture(scope="module")
def scrape(observed: ObservedServer) -> dict[str, list[dict[str, str]]]:
    """The labels of each sample by name."""

    def samples() -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for family in observed.families():
            for sample in family.samples:
                found.setdefault(sample.name, []).append(sample.labels)
        return found

    # Each process writes its counts a second later.
    counted = {"playground_runs_ended_total", "playground_api_calls_total"}
    wait_until(lambda: counted <= samples().keys(), 20, "counts")
    return samples()


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_each_query_finds_samples_of_a_running_server(scrape: dict[str, list[dict[str, str]]], title: str) -> None:
    for selector in selectors(EXPRESSIONS[title]):
        # `up` is Prometheus' own.
        if selector.name == "up":
            continue
        assert selector.name in scrape
        # What Prometheus adds to each sample.
        labels = {"job", "instance", *(name for sample in scrape[selector.name] for name in sample)}
        assert {matcher.name for matcher in selector.matchers.matchers} <= labels


def test_every_metric_is_in_the_document_and_nothing_else(scrape: dict[str, list[dict[str, str]]]) -> None:
    named = set(re.findall(r"`(playground_\w+)`", DOCUMENT))
    parts = re.compile("_(bucket|count|sum)$")
    assert {parts.sub("", name) for name in scrape} == named


def test_each_panel_shows_something_and_says_what() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    assert all(panel["targets"] and panel["description"] for panel in PANELS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_says_what_happened_and_the_document_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"] and rule["annotations"]["description"]
    assert f"| `{rule['alert']}` | {rule['labels']['severity']} |" in DOCUMENT
