"""`python -m tests.setup`: a Chromium for the browser tests, and what else they need where it can be had here.

That is the official Node SDK, and PostgreSQL and Redis for the tests of several machines.
"""

import os
import shutil
import subprocess
import sys

from tests.helpers import services
from tests.node.install import install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The first Chromium that really starts: the one named by CHROMIUM, the system's, or Playwright's own."""
    installed = (os.environ.get("CHROMIUM", ""), *(shutil.which(name) or "" for name in NAMES))
    return next((path for path in installed if path and _starts(path)), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) and _starts(path) else None


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _try(*command: str) -> bool:
    print("  " + " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env=environment, capture_output=True, timeout=900).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install_engines() -> None:
    """PostgreSQL, Redis and nginx from the system's packages. Without them their tests say so and are skipped."""
    lacking = services.missing()
    if lacking and _may_install():
        print("The tests for several machines need PostgreSQL, Redis and nginx. Trying to install them:")
        _try("apt-get", "update")
        _try("apt-get", "install", "-y", "--no-install-recommends", *services.PACKAGES)
        lacking = services.missing()
    if lacking:
        print(f"The tests for several machines are skipped: {lacking}.")


def main() -> int:
    """Find a browser, or install one. The rest may be missing: its tests then say so and are skipped."""
    _install_engines()
    if failure := install():
        print(f"The official Node SDK couldn't be installed, so its tests are skipped: {failure}")
    if find_chromium():
        return 0
    print("The browser tests need Chromium, which isn't installed. Trying to install it:")
    _try(sys.executable, "-m", "playwright", "install", "--with-deps", "chromium")
    if not find_chromium() and _may_install():
        _try("apt-get", "update")
        _try("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    if find_chromium():
        return 0
    print("Chromium couldn't be found or installed. Install Chromium or Chrome, or set CHROMIUM=/path/to/it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
