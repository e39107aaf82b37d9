"""compose.yaml and the proxy's configuration agree with the settings, without running Docker."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from playground.core.http.client_connections import KEEPALIVE_SECONDS
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB
from playground.runs.worker.celery_worker import STORE_SECONDS
from tests.helpers.server import ROOT, run_command

FILE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
WRITTEN = {
    "SECRET_KEY": "a long and random value of 50 characters and more.",
    "ENGINE_SECRET": "e" * 50,
    "POSTGRES_PASSWORD": "p" * 20,
}
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}")
OURS = [name for name, service in FILE["services"].items() if "build" in service]
ROLES = [name for name in OURS if name.endswith("-1")]


def environment(service: str) -> dict[str, str]:
    """Return the environment of a service, with the three values that `.env` must hold."""
    values = FILE["services"][service]["environment"]
    return {
        name: VARIABLE.sub(lambda match: WRITTEN.get(match[1], match[2] or ""), str(value))
        for name, value in values.items()
    }


def seconds(directive: str) -> int:
    match = re.search(rf"{directive} (\d+)s;", NGINX)
    assert match, directive
    return int(match[1])


def address_of(service: str) -> str:
    return str(FILE["services"][service]["networks"]["default"]["ipv4_address"])


def test_every_variable_is_a_setting_that_is_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "playground" / "settings.py").read_text()))
    names = {name for service in OURS for name in environment(service) if not name.startswith("AWS_")}
    assert names <= read, names - read


@pytest.mark.parametrize("service", ROLES)
def test_the_settings_accept_the_environment_of_each_service(service: str, tmp_path: Path) -> None:
    variables = environment(service) | {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://x.example"}
    ended = run_command("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("service", OURS)
def test_a_service_runs_a_command_that_there_is(service: str) -> None:
    python, program, command, *rest = FILE["services"][service]["command"]
    assert (python, program) == ("python", "manage.py")
    assert (ROOT / "playground" / "server" / "management" / "commands" / f"{command}.py").exists()
    # The health check of the Dockerfile asks both roles at the same address.
    assert command == "serve" or rest == ["--health-port", "8000"]


def test_everything_that_others_wait_for_tells_its_health() -> None:
    for name, service in FILE["services"].items():
        for waited_for, how in service["depends_on"].items() if "depends_on" in service else ():
            other = FILE["services"][waited_for]
            assert how == {"condition": "service_healthy"} and ("healthcheck" in other or "build" in other), name
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_the_proxy_leads_to_the_web_servers_and_is_the_one_that_is_trusted() -> None:
    webs = [name for name in OURS if "serve" in FILE["services"][name]["command"]]
    assert len(webs) >= 2
    assert set(re.findall(r"server (\S+):8000", NGINX)) == {address_of(web) for web in webs}
    assert {environment(name)["TRUSTED_PROXIES"] for name in OURS} == {address_of("proxy")}
    assert address_of("proxy") in environment(OURS[0])["BUILTIN_URL"]


def test_the_proxy_takes_the_largest_form_and_waits_for_the_longest_call() -> None:
    match = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert match and int(match[1]) * MIB > MAX_TOTAL_BYTES + MAX_FILE_BYTES
    deadline = int(environment(OURS[0])["RUN_DEADLINE"])
    assert seconds("proxy_read_timeout") > deadline and seconds("proxy_send_timeout") > deadline


def test_the_proxy_lets_go_of_a_connection_before_the_server_does() -> None:
    """Else a form now and then meets a connection that is being closed, and is not sent again."""
    assert seconds("keepalive_timeout") < KEEPALIVE_SECONDS


def test_our_services_can_write_to_their_volumes_alone_and_have_no_rights() -> None:
    for name in OURS:
        service = FILE["services"][name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    last = (ROOT / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert "USER playground" in last and "VOLUME /data" in last and "PYTHONDONTWRITEBYTECODE=1" in last


def test_a_stopped_process_has_time_to_finish_its_calls() -> None:
    for name in OURS:
        grace = int(str(FILE["services"][name]["stop_grace_period"]).removesuffix("s"))
        assert grace >= int(environment(name)["RUN_DEADLINE"]) + STORE_SECONDS


def test_all_processes_together_ask_for_fewer_connections_than_there_are_even_while_they_are_replaced() -> None:
    max_connections = int(
        next(word for word in FILE["services"]["postgres"]["command"] if "=" in word).partition("=")[2]
    )
    web_workers = 2
    processes = sum(web_workers if "serve" in FILE["services"][name]["command"] else 1 for name in OURS)
    # One more web server while another is replaced, and some for the operator.
    held = (processes + web_workers) * int(environment(OURS[0])["DATABASE_CONNECTIONS"])
    assert held <= max_connections - 10
