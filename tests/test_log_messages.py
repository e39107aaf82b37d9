"""docs/operations.md explains every line that the program logs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text()
TABLES = PAGE.partition("## What log lines mean")[2].partition("\n## ")[0]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
PLACEHOLDER = re.compile(r"%[sd]")


def messages() -> Iterator[str]:
    """Yield the text of every call of a logger, with `…` for its values; none where the text is not in the code."""
    for file in (ROOT / "playground").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value)
            if node.func.attr in LEVELS and (owner.endswith(("logger", ".log"))) and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant) and text.value != "%s":
                    yield " ".join(PLACEHOLDER.sub("…", str(text.value)).split())


def test_every_log_message_is_explained() -> None:
    found = set(messages())
    assert len(found) > 40
    assert sorted(message for message in found if f"`{message}`" not in TABLES) == []


def test_every_explained_message_is_logged() -> None:
    rows = [line.split(" | ")[0] for line in TABLES.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    # What is logged as data is listed by its fields.
    assert sorted(explained - set(messages())) == ["route=… method=… status=… ms=… bytes=…"]
