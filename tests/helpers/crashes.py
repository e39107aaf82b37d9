"""A visitor without scripts, kills of the real server, and checks of its data afterwards."""

import os
import re
import signal
import time
from collections.abc import Callable

import requests

from tests.helpers import databases
from tests.helpers.process_costs import children
from tests.helpers.server import ServerProcess

KEY = "cr_crash_0123456789abcdef"
FIELD = re.compile(r'name="(csrfmiddlewaretoken|token)"[^>]*value="([^"]*)"')
OVER = ("succeeded", "partial", "failed", "interrupted", "cancelled")


class Visitor:
    """A browser without scripts: cookies and forms."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.session = requests.Session()

    def submit(self, prompt: str, *, api: str = "up", n: int = 1, key: str = KEY) -> str:
        """Submit a generation; return the address of the run's page."""
        form = dict(FIELD.findall(self.session.get(self.server.url).text))
        form |= {"prompt": prompt, "size": "1024x1024", "quality": "low", "n": str(n), "api": api, "key": key}
        answer = self.session.post(
            self.server.url, data=form, headers={"Referer": self.server.url}, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        return self.server.root + answer.headers["Location"]

    def edit(self, prompt: str, files: dict[str, tuple[str, bytes]], *, api: str = "up") -> str:
        """Submit an edit with its files; return the address of the run's page."""
        page = f"{self.server.url}edit/"
        form = dict(FIELD.findall(self.session.get(page).text)) | {"prompt": prompt, "api": api, "key": KEY}
        answer = self.session.post(page, data=form, files=files, headers={"Referer": page}, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return self.server.root + answer.headers["Location"]

    def look(self, address: str) -> dict[str, str]:
        """Return state, error and charge of the run at this address."""
        page = self.session.get(address)
        assert page.status_code == 200, page.status_code
        card = re.search(r"<article[^>]*data-run=[^>]*>", page.text)
        assert card
        return {name: value[1] for name in ("state", "error", "charged") if (value := _of(card[0], name))}

    def wait(self, address: str, *states: str, seconds: float = 20, pause: float = 0.03) -> dict[str, str]:
        """Poll the run's page until it is in one of `states`; return its card."""
        wait_until(lambda: self.look(address)["state"] in states, seconds, f"{address} to be {states}", pause)
        return self.look(address)

    def cancel(self, address: str) -> None:
        """Press the run's button."""
        form = dict(FIELD.findall(self.session.get(address).text))
        answer = self.session.post(f"{address}cancel/", data=form, headers={"Referer": address})
        assert answer.status_code == 200, answer.text

    def pictures(self, address: str) -> list[bytes]:
        """Fetch all pictures that the page shows."""
        page = self.session.get(address).text
        answers = [
            self.session.get(self.server.root + path)
            for path in re.findall(r'data-picture="\d+" src="([^"]+)"', page)
        ]
        assert all(answer.status_code == 200 for answer in answers)
        return [answer.content for answer in answers]


def _of(card: str, name: str) -> re.Match[str] | None:
    return re.search(rf'data-{name}="([^"]*)"', card)


def wait_until(is_true: Callable[[], bool], seconds: float, what: str, pause: float = 0.03) -> None:
    """Poll until `is_true`, every `pause` seconds. Raises AssertionError."""
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(pause)


def runner_of(server: ServerProcess) -> int:
    """Return the runner's process id: workers are named `host-pid-random`."""
    ((name,),) = databases.ask(server.data, "SELECT id FROM runs_worker ORDER BY beat_at DESC LIMIT 1")
    return int(name.split("-")[-2])


def web_of(server: ServerProcess) -> list[int]:
    """Return the web workers: grandchildren of the launcher that are not the runner's."""
    assert server.process is not None
    runner = runner_of(server)
    return [pid for master in children(server.process.pid) if master != runner for pid in children(master)]


def kill(*pids: int) -> None:
    """Send SIGKILL, as the kernel's out-of-memory killer does."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def kill_all(server: ServerProcess) -> None:
    """Kill the whole process group, as a power cut does."""
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def troubles(server: ServerProcess) -> list[str]:
    """Return the broken invariants of an idle server: damaged database, missing or unfinished files."""
    problems = databases.damages(server.data)
    ((active,),) = databases.ask(server.data, "SELECT count(*) FROM runs_run WHERE state IN ('queued', 'running')")
    ((keys,),) = databases.ask(server.data, "SELECT count(*) FROM runs_run WHERE sealed_key != ''")
    files = databases.ask(server.data, "SELECT run_id, file FROM runs_picture")
    pictures = server.data / "pictures"
    problems += [f"no file {run}/{name}" for run, name in files if not (pictures / run[:2] / run / name).exists()]
    if not active:
        problems += [f"half-done {path}" for path in pictures.glob("*/*/*") if path.suffix == ".part"]
        problems += [f"{keys} sealed keys"] if keys else []
        problems += [f"left in tmp {path}" for path in (server.data / "tmp").rglob("*") if path.is_file()]
    return problems


def lasting_troubles(server: ServerProcess, seconds: float = 10) -> list[str]:
    """Return the broken invariants that persist; a new runner tidies up after it has ended runs."""
    until = time.monotonic() + seconds
    while (problems := troubles(server)) and time.monotonic() < until:
        time.sleep(0.1)
    return problems
