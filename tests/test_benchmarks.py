"""Benchmarks are run by hand: they are listed, and a change of the code that they call is noticed at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(path.relative_to(ROOT) for path in (ROOT / "benchmarks").glob("*/*.py") if path.stem != "__init__")


def test_the_list_names_every_program() -> None:
    listed = set(re.findall(r"^\| `(\w+)`", (ROOT / "benchmarks" / "README.md").read_text(), re.MULTILINE))
    assert listed == {path.stem for path in PATHS if path.parent.name != "helpers"}


def test_every_module_can_be_imported(tmp_path: Path) -> None:
    # In a process of its own: one of them replaces methods, so that they kill their process.
    modules = [".".join(path.with_suffix("").parts) for path in PATHS]
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, "benchmarks.helpers.synthetic_renderer", *modules],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
