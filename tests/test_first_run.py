"""The first `make run`: on any machine it works, or ends in advice that does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.databases import ROOT

MAKE = shutil.which("make") or "make"
OLD = '[ "$1" = --version ] && echo "Python 3.11.2"; exit 1'
WITHOUT_VENV = 'case "$2" in *venv*) exit 1;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs no package."""
    folder = tmp_path / "checkout" / "requirements"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "requirements" / "install.py", folder)
    (folder / "base.txt").write_text("# nothing\n")
    return folder.parent


def install(checkout: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "requirements/install.py", *words]
    return subprocess.Popen(command, cwd=checkout, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_two_first_starts_at_once_set_up_once_also_where_an_earlier_one_broke_off(checkout: Path) -> None:
    half = checkout / ".venv" / "bin" / "python"
    half.parent.mkdir(parents=True)
    half.symlink_to(Path(sys.executable).resolve())
    starts = [install(checkout, ".venv", "base") for _ in range(2)]
    output = "".join(out + err for out, err in (start.communicate() for start in starts))
    assert [start.returncode for start in starts] == [0, 0], output
    assert output.count("Setting up with") == output.count("Installing what") == 1
    later = install(checkout, ".venv", "base")
    assert (later.communicate(), later.returncode) == (("", ""), 0)


def test_an_environment_that_cannot_be_made_ends_in_advice_and_leaves_nothing(checkout: Path) -> None:
    (checkout / "taken").touch()
    start = install(checkout, "taken/venv", "base")
    _, err = start.communicate()
    assert start.returncode == 1 and "Traceback" not in err
    assert "couldn't be created" in err and "make run VENV=/some/folder DATA_DIR=/another" in err


def test_packages_that_cannot_be_installed_end_in_advice_and_are_tried_again(checkout: Path) -> None:
    program(checkout / ".venv/bin/python", f'exec {sys.executable} "$@"')
    (checkout / "requirements/base.txt").write_text(f"{checkout}/none-1-py3-none-any.whl --hash=sha256:{'0' * 64}\n")
    for _ in range(2):
        start = install(checkout, ".venv", "base")
        _, err = start.communicate()
        assert start.returncode == 1 and "run make again" in err and "HTTPS_PROXY" in err


@pytest.mark.parametrize(
    ("pythons", "advice"),
    [
        ({}, ["Your python3 is: missing", "apt-get install python3 python3-venv", "uv python install 3.13"]),
        ({"python3": OLD}, ["Your python3 is: Python 3.11.2", "Debian 12", "uv python install 3.13"]),
        (
            {"python3": OLD, "python3.12": WITHOUT_VENV},
            ["python3.12 is installed, but without its venv", "apt-get install python3.12-venv"],
        ),
    ],
    ids=["none", "Debian 12", "without venv"],
)
def test_a_machine_without_a_python_that_will_do_ends_in_advice(
    tmp_path: Path, pythons: dict[str, str], advice: list[str]
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, script in pythons.items():
        program(bin_folder / name, script)
    ended = subprocess.run(
        [MAKE, "run", f"VENV={tmp_path}/venv"],
        cwd=ROOT,
        env={"PATH": str(bin_folder), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode != 0 and not (tmp_path / "venv").exists()
    assert all(words in ended.stderr for words in advice), ended.stderr


def test_a_python_that_uv_installed_is_found_though_its_folder_is_not_on_the_path(tmp_path: Path) -> None:
    program(tmp_path / ".local/bin/python3.13", '[ "$1" = -c ] || echo "$@" > "$HOME/asked"')
    (tmp_path / "bin").mkdir()
    subprocess.run(
        [MAKE, f"{tmp_path}/venv/bin/python", f"VENV={tmp_path}/venv"],
        cwd=ROOT,
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
    )
    assert (tmp_path / "asked").read_text().split() == ["requirements/install.py", f"{tmp_path}/venv"]
