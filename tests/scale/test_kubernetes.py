"""The manifests of deploy/kubernetes are what Kubernetes, the settings and the programs expect."""

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.conf import settings

from playground.runs.worker.celery_worker import STORE_SECONDS
from playground.server.probes import PROBES
from tests.helpers.server import ROOT, run_command
from tests.scale.test_compose import setting_names

# The oldest version that its project still maintains.
KUBERNETES = "1.33"
FOLDER = ROOT / "deploy" / "kubernetes"
OBJECTS: list[dict[str, Any]] = [
    document for file in sorted(FOLDER.glob("*.yaml")) for document in yaml.safe_load_all(file.read_text())
]
NAMED = {(item["kind"], item["metadata"]["name"]): item for item in OBJECTS}
CONFIG: dict[str, str] = NAMED["ConfigMap", "playground"]["data"]
PODS = {
    name: item["spec"]["template"]
    for (kind, name), item in NAMED.items()
    if kind in ("Deployment", "StatefulSet", "Job")
}
SERVING = [name for name in PODS if name != "playground-migrate"]
SECRETS = "/run/secrets/playground/"


def container(name: str) -> dict[str, Any]:
    (only,) = PODS[name]["spec"]["containers"]
    return dict(only)


def matching(selector: dict[str, str]) -> set[str]:
    """Return the pods whose labels match."""
    return {name for name, pod in PODS.items() if selector.items() <= pod["metadata"]["labels"].items()}


@pytest.mark.parametrize("item", OBJECTS, ids=lambda item: f"{item['kind']}-{item['metadata']['name']}")
def test_kubernetes_accepts_every_object(item: dict[str, Any]) -> None:
    kubernetes_validate.validate(item, KUBERNETES, strict=True)


def test_every_variable_of_the_pods_is_a_setting() -> None:
    names = {name.removesuffix("_FILE") for name in CONFIG if not name.startswith("AWS_")}
    assert names <= setting_names()
    assert all(isinstance(value, str) for value in CONFIG.values())
    for name in PODS:
        assert container(name)["envFrom"] == [{"configMapRef": {"name": "playground"}}]


def test_the_settings_accept_the_variables_with_the_secrets_that_are_created(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    subprocess.run(["sh", ROOT / "deploy" / "create-secrets.sh", secrets], check=True)
    files = {value for value in CONFIG.values() if value.startswith(SECRETS)} - {f"{SECRETS}aws_credentials"}
    assert {Path(file).name for file in files} <= {path.name for path in secrets.iterdir()}
    variables = {name: value.replace(SECRETS, f"{secrets}/") for name, value in CONFIG.items()}
    ended = run_command("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **variables)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", PODS)
def test_a_pod_runs_a_command_of_this_version_and_can_write_to_its_volumes_alone(name: str) -> None:
    python, program, command, *rest = container(name)["command"]
    assert (python, program) == ("python", "manage.py")
    assert run_command(command, *rest, "--help").returncode == 0
    assert container(name)["image"].endswith(f"/gpt-image-playground:{settings.VERSION}")
    rights = container(name)["securityContext"]
    assert rights["readOnlyRootFilesystem"] and rights["capabilities"] == {"drop": ["ALL"]}
    assert PODS[name]["spec"]["securityContext"]["runAsNonRoot"]
    uid = PODS[name]["spec"]["securityContext"]["runAsUser"]
    assert f"--uid {uid} " in (ROOT / "Dockerfile").read_text()
    volumes = {volume["name"] for volume in PODS[name]["spec"]["volumes"]}
    claims = NAMED["StatefulSet", name]["spec"]["volumeClaimTemplates"] if ("StatefulSet", name) in NAMED else ()
    assert volumes | {claim["metadata"]["name"] for claim in claims} == {
        mount["name"] for mount in container(name)["volumeMounts"]
    }


@pytest.mark.parametrize("name", SERVING)
def test_probes_ask_what_the_programs_answer(name: str) -> None:
    pod = container(name)
    port = {"serve": "8000", "work": pod["command"][-1]}[pod["command"][2]]
    assert [str(entry["containerPort"]) for entry in pod["ports"]] == [port]
    assert PODS[name]["metadata"]["annotations"]["prometheus.io/port"] == port
    paths = {kind: pod[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    # A lost database makes pods unready; restarting them would only interrupt runs.
    assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/healthz"}
    assert set(paths.values()) <= PROBES.keys()


@pytest.mark.parametrize("name", SERVING)
def test_a_pod_has_time_to_finish_its_calls(name: str) -> None:
    before = container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
    needed = settings.DRAIN_SECONDS + STORE_SECONDS + int(before[1])
    assert PODS[name]["spec"]["terminationGracePeriodSeconds"] >= needed


def test_budgets_and_services_select_the_pods_that_they_are_named_after() -> None:
    for (kind, name), item in NAMED.items():
        if kind == "PodDisruptionBudget":
            assert matching(item["spec"]["selector"]["matchLabels"]) == {name}
            assert item["spec"]["maxUnavailable"] == 1
        if kind == "Service":
            assert matching(item["spec"]["selector"]) == {name}
    assert {name for kind, name in NAMED if kind == "PodDisruptionBudget"} == set(SERVING)


def test_the_ingress_leads_to_the_pages_and_not_to_the_metrics() -> None:
    ingress = NAMED["Ingress", "playground"]["spec"]
    (rule,) = ingress["rules"]
    assert CONFIG["PUBLIC_URL"] == f"https://{rule['host']}" and ingress["tls"][0]["hosts"] == [rule["host"]]
    prefixes = [path["path"] for path in rule["http"]["paths"] if path["pathType"] == "Prefix"]
    assert prefixes == [f"/{settings.URL_PREFIX}"]
    assert not {path["path"] for path in rule["http"]["paths"]} & PROBES.keys()
    assert {("Service", path["backend"]["service"]["name"]) for path in rule["http"]["paths"]} <= NAMED.keys()
    assert CONFIG["BUILTIN_URL"] == f"http://playground-web:8000/{settings.URL_PREFIX}"
