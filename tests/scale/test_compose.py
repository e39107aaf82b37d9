"""compose.yaml and the proxy's configuration agree with the settings, without running Docker."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings

from playground.core.http.client_connections import KEEPALIVE_SECONDS
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB
from playground.runs.worker.celery_worker import STORE_SECONDS
from tests.helpers import services
from tests.helpers.server import ROOT, free_port, run_command

FILE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
VARIABLE = re.compile(r"\$\{\w+:?-([^{}$]*)\}")
# Where the image and the proxy expect the server.
FIXED = {"HOST", "PORT", "DATA_DIR"}
OURS = [name for name, service in FILE["services"].items() if "build" in service]
ROLES = [name for name in OURS if name.endswith("-1")]


def without_env(text: object) -> str:
    """Return the text as it is without an `.env` file. A default may hold a variable."""
    resolved = VARIABLE.sub(r"\1", str(text))
    return resolved if resolved == text else without_env(resolved)


def environment(service: str) -> dict[str, str]:
    """Return the environment of a service without an `.env` file."""
    return {name: without_env(value) for name, value in FILE["services"][service]["environment"].items()}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that `make secrets` fills."""
    folder = tmp_path / "secrets"
    subprocess.run(["sh", ROOT / "deploy" / "create-secrets.sh", folder], check=True)
    return folder


def seconds(directive: str) -> int:
    match = re.search(rf"{directive} (\d+)s;", NGINX)
    assert match, directive
    return int(match[1])


def setting_names() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "playground" / "settings.py").read_text()))


def address_of(service: str) -> str:
    return str(FILE["services"][service]["networks"]["default"]["ipv4_address"])


def test_every_variable_is_a_setting_that_is_read() -> None:
    names = {name.removesuffix("_FILE") for service in OURS for name in environment(service)}
    names = {name for name in names if not name.startswith("AWS_")}
    assert names <= setting_names(), names - setting_names()


@pytest.mark.parametrize("service", OURS)
def test_every_setting_can_be_given_in_the_env_file(service: str) -> None:
    assert FILE["services"][service]["env_file"] == [{"path": ".env", "required": False}]
    own = FILE["services"][service]["environment"]
    for name in setting_names() - FIXED:
        # What this file sets wins over `.env`, so it must ask `.env` itself.
        if name in own:
            assert str(own[name]).startswith((f"${{{name}:-", f"${{{name}-")), name
        if f"{name}_FILE" in own:
            secret = str(own[f"{name}_FILE"]).removeprefix("/run/secrets/")
            assert secret in FILE["services"][service]["secrets"]
            assert FILE["secrets"][secret] == {"file": f"${{{name}_FILE:-./secrets/{secret}}}"}
    assert own.keys() >= FIXED


@pytest.mark.parametrize("service", ROLES)
def test_the_settings_accept_the_environment_of_each_service(service: str, tmp_path: Path, secrets: Path) -> None:
    variables = {
        name: value.replace("/run/secrets", str(secrets)) for name, value in environment(service).items()
    } | {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://x.example"}
    ended = run_command("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert ended.returncode == 0, ended.stderr


def test_secrets_are_files_that_are_created_once_and_that_nobody_else_can_reach(secrets: Path) -> None:
    created = {path.name: path.read_text() for path in secrets.iterdir()}
    assert created.keys() == FILE["secrets"].keys()
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert len(set(created.values())) == len(created)
    subprocess.run(["sh", ROOT / "deploy" / "create-secrets.sh", secrets], check=True)
    assert {path.name: path.read_text() for path in secrets.iterdir()} == created


@pytest.mark.usefixtures("_engines_here")
def test_valkey_asks_for_the_password_that_the_settings_hold(secrets: Path, tmp_path: Path) -> None:
    program, port = services.redis_program(), free_port()
    assert program
    script = FILE["services"]["valkey"]["command"][2].replace("$$", "$").replace("/run/secrets", str(secrets))
    script = script.replace("valkey-server", program).replace("appendonly", f"port {port}\nappendonly")
    with subprocess.Popen(["sh", "-c", script], cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        try:
            services.wait_for_port(port)
            address = (secrets / "redis_url").read_text().strip().replace("valkey:6379", f"127.0.0.1:{port}")
            assert redis.Redis.from_url(address).ping()
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port).ping()
        finally:
            server.terminate()


@pytest.mark.parametrize("name", FILE["services"])
def test_every_service_has_limits_and_a_pinned_version(name: str) -> None:
    service = FILE["services"][name]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["mem_limit"] and service["pids_limit"]
    assert "build" in service or re.search(r":\d+\.\d+(\.\d+)?$", service["image"])
    assert re.findall(r"^FROM python:\d+\.\d+\.\d+-", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_all_data_is_in_named_volumes_and_no_two_servers_share_a_data_folder() -> None:
    mounts = [mount.split(":") for service in FILE["services"].values() for mount in service.get("volumes", ())]
    named = [mount[0] for mount in mounts if not mount[0].startswith(".")]
    assert set(named) == FILE["volumes"].keys()
    data = [mount[0] for mount in mounts if mount[1] == environment(OURS[0])["DATA_DIR"]]
    assert len(set(data)) == len(OURS)
    pictures = without_env(FILE["services"][OURS[0]]["environment"]["PICTURES_URL"]).removeprefix("file://")
    assert named.count("pictures") == len([mount for mount in mounts if mount[1] == pictures]) == len(OURS)


def test_the_image_is_labelled_with_the_version() -> None:
    steps = subprocess.run(["make", "-n", "image"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"--build-arg VERSION={settings.VERSION} " in steps
    assert f"--tag gpt-image-playground:{settings.VERSION} " in steps
    assert "org.opencontainers.image.version=$VERSION" in (ROOT / "Dockerfile").read_text()


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
    deadline = settings.RUN_DEADLINE
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
        grace = int(without_env(FILE["services"][name]["stop_grace_period"]).removesuffix("s"))
        assert grace >= settings.DRAIN_SECONDS + STORE_SECONDS


def test_all_processes_together_ask_for_fewer_connections_than_there_are_even_while_they_are_replaced() -> None:
    max_connections = int(
        next(word for word in FILE["services"]["postgres"]["command"] if "=" in word).partition("=")[2]
    )
    web_workers = 2
    processes = sum(web_workers if "serve" in FILE["services"][name]["command"] else 1 for name in OURS)
    # One more web server while another is replaced, and some for the operator.
    held = (processes + web_workers) * settings.DATABASE_CONNECTIONS
    assert held <= max_connections - 10
