"""docs/operations.md explains every line that the program logs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text()
TABLES = PAGE.partition("## What log lines mean")[2].partition("\n## ")[0]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
PLACEHOLDER = re.compile(r"%(\.\d)?[sdf]")
# Lines of data, which the page describes by their fields, and messages that other code writes.
NO_TEXT = {
    "gateway/call_log.py",
    "pages/middleware.py",
    "server/access_log.py",
    "server/startup.py",
}
LISTED_BY_FIELDS = ["route=… method=… status=… ms=… bytes=…"]


def log_calls() -> Iterator[tuple[str, ast.expr]]:
    """Yield the file and the text of every call of a logger."""
    for file in (ROOT / "playground").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if not ast.unparse(node.func.value).endswith(("logger", ".log")):
                continue
            name = str(file.relative_to(ROOT / "playground"))
            if node.func.attr in LEVELS:
                yield name, node.args[0]
            elif node.func.attr == "log":
                yield name, node.args[1]


def messages() -> set[str]:
    """Return the texts, with `…` for their values."""
    texts = {text.value for _, text in log_calls() if isinstance(text, ast.Constant) and text.value != "%s"}
    return {" ".join(PLACEHOLDER.sub("…", str(text)).split()) for text in texts}


def test_every_log_message_is_explained() -> None:
    assert len(messages()) > 40
    assert sorted(message for message in messages() if f"`{message}`" not in TABLES) == []


def test_every_explained_message_is_logged() -> None:
    rows = [line.split(" | ")[0] for line in TABLES.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert sorted(explained - messages()) == LISTED_BY_FIELDS


def test_log_messages_are_written_where_they_are_logged() -> None:
    """Else nobody finds where a line comes from, and the tests above miss it."""
    without = {name for name, text in log_calls() if not isinstance(text, ast.Constant) or text.value == "%s"}
    assert without == NO_TEXT
