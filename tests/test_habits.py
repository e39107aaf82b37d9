"""What editors, hooks and the changelog promise is what the project has."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PINNED = (ROOT / "requirements" / "test.txt").read_text()


def test_the_hooks_run_the_pinned_tools_of_the_project() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    tools = {hook["entry"].split()[0] for repo in config["repos"] for hook in repo["hooks"]}
    assert tools == {f".venv/bin/{name}" for name in ("ruff", "djlint", "codespell")}
    assert all(re.search(rf"^{Path(tool).name}==", PINNED, re.MULTILINE) for tool in tools)
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
