"""One id leads from the page that was sent through every process and log line to the provider, and back again."""

import json
import re
from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.fake_provider import FakeProvider
from tests.helpers import databases
from tests.helpers.crashes import FIELD, OVER, Visitor, wait_until
from tests.helpers.server import ServerProcess


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[ServerProcess]:
    settings = {
        "IMAGE_APIS": "builtin",
        "GATEWAY_UPSTREAM_URL": provider.url(),
        "GATEWAY_UPSTREAM_KEY": "sk-operator-0123456789abcdefghij",
        "METRICS": "true",
        "WEB_WORKERS": "2",
    }
    server = ServerProcess(tmp_path_factory.mktemp("ids"), settings).start()
    yield server
    server.stop(within=30)


@pytest.fixture(scope="module")
def key(server: ServerProcess) -> str:
    return databases.manage(server.data, "create_key").split()[-1]


def test_one_id_leads_through_page_run_api_and_provider(
    server: ServerProcess, provider: FakeProvider, key: str
) -> None:
    visitor = Visitor(server)
    form = dict(FIELD.findall(visitor.session.get(server.url).text))
    form |= {"prompt": "x", "size": "1024x1024", "quality": "low", "n": "1", "api": "builtin", "key": key}
    posted = visitor.session.post(server.url, data=form, headers={"Referer": server.url}, allow_redirects=False)
    origin = posted.headers["x-request-id"]
    visitor.wait(server.root + posted.headers["Location"], *OVER, seconds=60)
    # A connection that is kept open is waited for at the end.
    visitor.session.close()
    ((run, origin_of_run, called),) = databases.ask(server.data, "SELECT id, origin, request_id FROM runs_run")
    ((job,),) = databases.ask(server.data, "SELECT id FROM gateway_job")
    assert origin_of_run == origin and called == job != origin
    wait_until(lambda: " state=succeeded " in server.log and '"status": 200' in server.log, 10, "the lines")
    lines = server.log.splitlines()
    assert any(f" {origin} run={run} " in line and line.endswith("submitted") for line in lines)
    assert any(f" {origin} run={run} request={called} " in line and "state=succeeded" in line for line in lines)
    log_entries = [json.loads(line[line.index("{") :]) for line in lines if f'"request_id": "{called}"' in line]
    assert [entry["origin"] for entry in log_entries] == [origin]
    assert [entry.headers["X-Client-Request-Id"] for entry in provider.requests] == [called]


def test_a_clients_request_id_is_a_plain_word_or_ignored(server: ServerProcess) -> None:
    ids = ("mine-1", "x" * 41, "a b", '"}', "é", "<b>")
    answers = []
    for request_id in ids:
        headers = {"X-Client-Request-Id": request_id.encode(), "Authorization": "Bearer cr_unknown_0123456789"}
        answers.append(requests.get(f"{server.url}v1/models", headers=headers, timeout=10).headers["x-request-id"])
    wait_until(lambda: answers[-1] in server.log, 10, "the line")
    origins = dict(re.findall(r'\{"request_id": "(\w+)".*"origin": "([^"]*)"\}', server.log))
    assert [origins[request_id] for request_id in answers] == ["mine-1", "", "", "", "", ""]


def test_every_web_process_tells_the_same_figures(server: ServerProcess, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Connection": "close"}

    def model_call_counts() -> set[float]:
        """What several processes say of calls that were answered well."""
        pages = [
            requests.get(f"{server.root}/metrics", headers={"Connection": "close"}, timeout=10) for _ in range(8)
        ]
        families = [family for page in pages for family in text_string_to_metric_families(page.text)]
        calls = [
            sample for family in families for sample in family.samples if sample.name == "playground_api_calls_total"
        ]
        return {
            sample.value
            for sample in calls
            if (sample.labels["endpoint"], sample.labels["status"]) == ("models", "200")
        }

    before = max(model_call_counts(), default=0)
    for _ in range(20):
        requests.get(f"{server.url}v1/models", headers=headers, timeout=10)
    wait_until(lambda: model_call_counts() == {before + 20}, 10, "all counts")


def test_the_figures_come_without_cookies_and_are_kept_by_nobody(server: ServerProcess) -> None:
    answer = requests.get(f"{server.root}/metrics", timeout=10)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
