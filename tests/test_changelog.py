"""CHANGELOG.md is a list for users: by version and kind, one line each."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "CHANGELOG.md").read_text().splitlines()
KINDS = ["Added", "Changed", "Fixed", "Security", "For operators"]


def test_the_newest_version_is_that_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = next(line for line in LINES if line.startswith("## "))
    assert newest.split()[1] == version


def test_each_version_has_the_kinds_in_one_order() -> None:
    for version in "\n".join(LINES).split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert kinds == [kind for kind in KINDS if kind in kinds]


def test_each_changelog_entry_is_one_line_and_unique() -> None:
    entries = [line for line in LINES if line.startswith("- ")]
    assert len(entries) == len(set(entries))
    assert [line for line in LINES if line.startswith(" ") or len(line) > 124] == []
