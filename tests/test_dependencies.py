"""Hooks run the pinned tools, and every dependency of pyproject.toml is pinned where it is installed from."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PINNED = (ROOT / "requirements" / "test.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
SETS = {
    "base": PROJECT["dependencies"],
    "scale": [*PROJECT["dependencies"], *EXTRAS["scale"]],
    "monitoring": [*PROJECT["dependencies"], *EXTRAS["otel"], *EXTRAS["sentry"]],
    "test": [*PROJECT["dependencies"], *(dependency for extra in EXTRAS.values() for dependency in extra)],
}


def test_the_hooks_run_the_pinned_tools_of_the_project() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    tools = {hook["entry"].split()[0] for repo in config["repos"] for hook in repo["hooks"]}
    assert tools == {f".venv/bin/{name}" for name in ("ruff", "djlint", "codespell")}
    assert all(re.search(rf"^{Path(tool).name}==", PINNED, re.MULTILINE) for tool in tools)
    assert {repo["repo"] for repo in config["repos"]} == {"local"}


@pytest.mark.parametrize("name", SETS)
def test_each_dependency_of_the_project_is_pinned_with_hashes(name: str) -> None:
    lock_file = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==\S+.*\\\n    --hash=", lock_file, re.MULTILINE)
    wanted = {re.split(r"[\[<>=]", dependency)[0].lower() for dependency in SETS[name]}
    assert wanted <= {name.lower() for name in pinned}
