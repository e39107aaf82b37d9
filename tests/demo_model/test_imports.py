"""The demo stands on its own, so that it can be moved, tested and read without the gateway."""

import ast
from pathlib import Path

from playground import demo_model

FOLDER = Path(demo_model.__file__).parent


def imported_names(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}


def test_only_the_adapter_imports_the_gateway_or_django():
    found = {
        (path.name, name)
        for path in FOLDER.rglob("*.py")
        for name in imported_names(path)
        if name.startswith(("playground", "django")) and not name.startswith("playground.imaging")
    }
    assert {name for name, _ in found} == {"renderer.py"}
