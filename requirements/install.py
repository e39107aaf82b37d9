"""Make the virtual environment and install into it, for make: `python install.py FOLDER [base|test]`.

It runs on whatever Python make found, before anything is installed. Several starts in one checkout take turns.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
# What make looks at: the tests need all that the server needs.
STAMPS = {"base": [".run"], "test": [".test", ".run"]}
ELSEWHERE = "If you can't write to this folder, use another one: make run VENV=/some/folder DATA_DIR=/another"


def main(folder: Path, packages: str) -> None:
    """Do what is not done yet."""
    # Any file that is there will do; a lock needs no right to write.
    with open(__file__, encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another start to finish setting up.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_usable(folder):
            create(folder)
        if packages and not is_installed(folder, packages):
            install(folder, packages)


def is_usable(folder: Path) -> bool:
    """Say whether the environment is complete; one whose creation broke off has a Python, but no pip."""
    probe = "import pip, sys; sys.exit(sys.prefix == sys.base_prefix)"
    try:
        return subprocess.run([folder / "bin/python", "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def create(folder: Path) -> None:
    """Make the environment, or nothing."""
    print(f"Setting up with Python {'.'.join(map(str, sys.version_info[:3]))} ({sys.executable})", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True)
    if made.returncode or not is_usable(folder):
        shutil.rmtree(folder, ignore_errors=True)
        said = (made.stderr or made.stdout).strip() or "it has no pip"
        fail(f"The virtual environment {folder} couldn't be created:\n{said}\n\n{ELSEWHERE}")


def is_installed(folder: Path, packages: str) -> bool:
    """Say whether the pins are those of the last installation."""
    pinned = (HERE / f"{packages}.txt").stat().st_mtime
    stamps = [folder / name for name in STAMPS[packages]]
    return all(stamp.exists() and stamp.stat().st_mtime >= pinned for stamp in stamps)


def install(folder: Path, packages: str) -> None:
    """Install what is pinned."""
    print(f"Installing what the {'tests need' if packages == 'test' else 'playground needs'}", flush=True)
    command = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*command, "--require-hashes", "-r", HERE / f"{packages}.txt"]).returncode:
        fail(
            "Some packages couldn't be installed; see pip's message above. Check that this machine can reach the "
            "internet and has free disk space, then run make again. Behind a proxy, set HTTPS_PROXY first."
        )
    for name in STAMPS[packages]:
        (folder / name).touch()


def fail(sentence: str) -> NoReturn:
    """End with advice."""
    print(sentence, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    os.umask(0o022)
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
