"""A visitor without a browser: cookies, one persistent connection, forms, and polling as the page does it."""

import html
import http.client
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import urlencode, urlsplit

from urllib3 import encode_multipart_formdata

HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
CARD = re.compile(r'data-version="(\d+)" data-state="(\w+)"')
ACTIVE = ("queued", "running")
File = tuple[str, str, str, bytes]


@dataclass(slots=True)
class Page:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Standing:
    """State of a run ("" when unchanged), version, pictures shown, seconds until the next poll, and what it holds."""

    state: str
    version: int
    pictures: int
    wait: float
    hold: str = ""


@dataclass
class Visitor:
    """One browser at `root` (scheme, host and port), all under `prefix`."""

    root: str
    prefix: str = "/qcode-img/"
    timeout: float = 120
    cookies: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        """One request; a connection that was closed meanwhile is opened again."""
        all_headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **(headers or {}),
        }
        target = path if path.startswith("/") else self.prefix + path
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(urlsplit(self.root).netloc, timeout=self.timeout)
            try:
                self._connection.request(method, target, body, all_headers)
                answer = self._connection.getresponse()
                read = answer.read()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if attempt == 2:
                    raise
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Page(answer.status, dict(answer.headers.items()), read)

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def get(self, path: str) -> Page:
        """A page, as a link opens it."""
        return self.ask("GET", path)

    def open(self, path: str = "") -> Page:
        """A page with a form, whose hidden fields are remembered."""
        page = self.get(path)
        assert page.status == 200, page.body[:500]
        self.hidden = {name: html.unescape(value) for name, value in reversed(HIDDEN.findall(page.text))}
        return page

    def send(self, path: str, fields: Mapping[str, str], files: Sequence[File] | None = None) -> Page:
        """A form with what the page hides in it; with `files` (field, name, type, bytes) as multipart."""
        entries = {**self.hidden, **fields}
        if files is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(entries).encode()
        else:
            body, kind = multipart(entries, files)
        return self.ask("POST", path, body, {"Content-Type": kind})

    def run(self, fields: Mapping[str, str], path: str = "", files: Sequence[File] | None = None) -> str:
        """Submit a brief with a token of its own; the id of its run."""
        page = self.send(path, {"token": token_hex(8), **fields}, files)
        assert page.status == 303, (page.status, page.text[-3000:])
        return page.headers["Location"].rstrip("/").rpartition("/")[2]

    def follow(self, run_id: str, version: int = 0, hold: str = "") -> Standing:
        """Poll once, as the page does; `hold` is what the answer before it named."""
        page = self.get(f"runs/live/?seen={run_id}:{version}" + (f"&hold={hold}:{run_id}" if hold else ""))
        told = json.loads(page.headers["HX-Trigger"])["follow"]
        wait, hold = told["wait"] / 1000, told.get("hold", "")
        if page.status == 204:
            return Standing("", version, 0, wait, hold)
        card = CARD.search(page.text)
        assert card, page.text[:2000]
        return Standing(card[2], int(card[1]), page.text.count(" data-picture="), wait, hold)

    def wait(self, run_id: str, every: float | None = None, *, pictures: int = 0) -> str:
        """Follow every so many seconds, or as the server says, until the run has ended or shows so many pictures.

        Its state.
        """
        standing, state = Standing("", 0, 0, 0.0), ""
        while True:
            standing = self.follow(run_id, standing.version, standing.hold)
            state = standing.state or state
            if (state and state not in ACTIVE) or 0 < pictures <= standing.pictures:
                return state
            time.sleep(standing.wait if every is None else min(every, standing.wait))


def multipart(fields: Mapping[str, str], files: Sequence[File]) -> tuple[bytes, str]:
    """Body and content type of a form with files."""
    return encode_multipart_formdata(
        [*fields.items(), *((name, (file, data, kind)) for name, file, kind, data in files)]
    )
