"""Firefox and WebKitGTK, driven by the commands of WebDriver, which both understand under their own names.

Debian packages no geckodriver, so Firefox is spoken to in Marionette, the protocol that geckodriver translates to.
Playwright brings browsers of its own and drives neither.
"""

import itertools
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import requests

from tests.helpers.server import free_port

SECONDS: Final = 60
ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
MINI_BROWSER: Final = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
# What a command is called over HTTP (https://www.w3.org/TR/webdriver2/) and in Firefox's Marionette.
COMMANDS: Final = {
    "navigate": ("POST", "url", "WebDriver:Navigate"),
    "find": ("POST", "element", "WebDriver:FindElement"),
    "click": ("POST", "element/{id}/click", "WebDriver:ElementClick"),
    "type": ("POST", "element/{id}/value", "WebDriver:ElementSendKeys"),
    "script": ("POST", "execute/async", "WebDriver:ExecuteAsyncScript"),
    "act": ("POST", "actions", "WebDriver:PerformActions"),
    "window": ("POST", "window/rect", "WebDriver:SetWindowRect"),
    "timeouts": ("POST", "timeouts", "WebDriver:SetTimeouts"),
}
Command = Callable[[str, dict[str, Any]], Any]


class WebDriverError(Exception):
    """The browser refused a command."""


class Driver:
    """One window."""

    def __init__(self, command: Command) -> None:
        self.command = command
        command("timeouts", {"script": SECONDS * 1000, "pageLoad": SECONDS * 1000, "implicit": 5000})

    def open(self, address: str) -> None:
        self.command("navigate", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        """Return the result of an async function with this body."""
        body = f"const done = arguments[arguments.length - 1]; (async (...args) => {{ {script} }})(...arguments)"
        body += ".then((value) => done({ value }), (error) => done({ error: `${error}` }));"
        answer = self.command("script", {"script": body, "args": list(arguments)})
        if "error" in answer:
            raise WebDriverError(answer["error"])
        return answer.get("value")

    def wait(self, condition: str, *arguments: Any, seconds: float = SECONDS) -> Any:
        """The first true value of a JavaScript expression."""
        until = time.monotonic() + seconds
        while not (value := self.run(f"return {condition}", *arguments)):
            if time.monotonic() > until:
                raise WebDriverError(f"never true: {condition}")
            time.sleep(0.05)
        return value

    def find(self, selector: str) -> str:
        return str(self.command("find", {"using": "css selector", "value": selector})[ELEMENT])

    def click(self, selector: str) -> None:
        self.command("click", {"id": self.find(selector)})

    def type(self, selector: str, text: str) -> None:
        """Type into a field; a path into a file field."""
        self.command("type", {"id": self.find(selector), "text": text})

    def drag(self, *places: tuple[float, float], steps: int = 8) -> None:
        """Press at the first place of the window, go on to the others, release."""
        moves = [{"type": "pointerMove", "duration": 0, **_whole(places[0])}, {"type": "pointerDown", "button": 0}]
        for (x0, y0), (x1, y1) in itertools.pairwise(places):
            for step in range(1, steps + 1):
                place = (x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)
                moves.append({"type": "pointerMove", "duration": 20, **_whole(place)})
        moves.append({"type": "pointerUp", "button": 0})
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves}
        self.command("act", {"actions": [mouse]})

    def resize(self, width: int, height: int) -> None:
        self.command("window", {"width": width, "height": height})


def _whole(place: tuple[float, float]) -> dict[str, Any]:
    return {"x": round(place[0]), "y": round(place[1]), "origin": "viewport"}


@contextmanager
def firefox(downloads: Path, preferences: dict[str, Any] | None = None) -> Iterator[Driver]:
    """Debian's firefox-esr without a window."""
    with ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        port = free_port()
        settings = {
            "marionette.port": port,
            "browser.download.folderList": 2,
            "browser.download.dir": str(downloads),
            "browser.download.useDownloadDir": True,
            "browser.download.always_ask_before_handling_new_types": False,
            "datareporting.policy.dataSubmissionEnabled": False,
            **(preferences or {}),
        }
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
        (profile / "user.js").write_text("".join(lines))
        browser = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
        stack.enter_context(_process(browser, HOME=str(profile)))
        connection = stack.enter_context(_connected(port))
        stream = stack.enter_context(connection.makefile("rb"))
        _packet(stream)
        number = 0

        def command(name: str, parameters: dict[str, Any]) -> Any:
            nonlocal number
            number += 1
            full = COMMANDS[name][2] if name in COMMANDS else name
            request = json.dumps([0, number, full, parameters]).encode()
            connection.sendall(b"%d:%s" % (len(request), request))
            _, _, failure, result = _packet(stream)
            if failure:
                raise WebDriverError(f"{full}: {failure['error']}: {failure['message']}")
            return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

        command("WebDriver:NewSession", {"acceptInsecureCerts": True})
        yield Driver(command)


@contextmanager
def webkit(downloads: Path) -> Iterator[Driver]:
    """Debian's WebKitGTK in its small browser, on the display of `xvfb-run`."""
    port = free_port()
    binary = next(Path("/").glob(MINI_BROWSER[1:]), None)
    if binary is None:
        raise WebDriverError("no MiniBrowser: apt-get install webkit2gtk-driver")
    with _process(["WebKitWebDriver", f"--port={port}"], HOME=str(downloads), XDG_DOWNLOAD_DIR=str(downloads)):
        _connected(port).close()
        base = f"http://127.0.0.1:{port}/session"

        def send(method: str, address: str, parameters: dict[str, Any]) -> Any:
            answer = requests.request(method, address, json=parameters if method == "POST" else None, timeout=90)
            value = answer.json()["value"]
            if not answer.ok:
                raise WebDriverError(f"{address}: {value['error']}: {value['message']}")
            return value

        options = {"binary": str(binary), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = send("POST", base, {"capabilities": wanted})["sessionId"]

        def command(name: str, parameters: dict[str, Any]) -> Any:
            method, path, _ = COMMANDS[name]
            return send(method, f"{base}/{session}/{path.format_map(parameters)}", parameters)

        try:
            yield Driver(command)
        finally:
            send("DELETE", f"{base}/{session}", {})


@contextmanager
def _process(command: list[str], **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), SECONDS)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _packet(stream: Any) -> Any:
    """One message of Marionette: its length, a colon, JSON."""
    length = b""
    while (byte := stream.read(1)) != b":":
        if not byte:
            raise WebDriverError("Firefox ended")
        length += byte
    return json.loads(stream.read(int(length)))
