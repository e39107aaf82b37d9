"""The arrows between the rooms: who may import whom, and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "playground"
ROOMS = ("imageapi", "pixels", "runs", "pages", "gateway")
ALLOWED = {
    "imageapi": set(),
    "pixels": set(),
    "runs": {"imageapi", "pixels"},
    "pages": {"runs", "imageapi", "pixels"},
    "gateway": {"imageapi", "pixels"},
}
WITHOUT_DJANGO = ("imageapi", "pixels")


def imports_of(path: Path) -> Iterator[str]:
    package = ("playground", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            yield from (f"{module}.{name.name}" for name in node.names)


def rooms_imported_by(room: str) -> set[str]:
    names = {name for path in (ROOT / room).rglob("*.py") for name in imports_of(path)}
    return {other for other in ROOMS for name in names if f"{name}.".startswith(f"playground.{other}.")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    assert rooms_imported_by(room) - {room} <= ALLOWED[room]


@pytest.mark.parametrize("room", WITHOUT_DJANGO)
def test_the_language_and_the_pixels_know_no_django(room: str) -> None:
    names = {name for path in (ROOT / room).rglob("*.py") for name in imports_of(path)}
    assert not [name for name in names if name.split(".")[0] == "django"]


def test_the_guard_sees_a_forbidden_arrow(tmp_path: Path) -> None:
    assert "pages" in rooms_imported_by("pages")
