"""Many visitors in one event loop, each with a session, a key, a live page and a run.

They speak HTTP/1.1 over connections that are kept: a thousand clients of a library would need more of the machine
than the server.
"""

import asyncio
import html
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import urlencode

from benchmarks.helpers.form_visitor import ACTIVE, CARD, HIDDEN

_LONGEST = 240.0
# As in static/js/lib/polling.js.
_MIN_WAIT_MS = 50


@dataclass(slots=True)
class Crowder:
    """One visitor at `host`:`port`, all under `prefix`."""

    port: int
    host: str = "127.0.0.1"
    prefix: str = "/qcode-img/"
    cookies: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    polls: int = 0
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, *, keeps: bool = True
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; with `keeps` False the body is read and dropped."""
        body = urlencode(fields).encode() if fields is not None else b""
        where = path if path.startswith("/") else self.prefix + path
        lines = [f"{method} {where} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        for attempt in (1, 2):
            try:
                return await asyncio.wait_for(self._exchange(request, keeps), _LONGEST)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    async def _exchange(self, request: bytes, keeps: bool) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, headers = int(head[0].split(" ", 2)[1]), {}
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
            headers[name.lower()] = value
        body = b"" if status in (204, 304) else await self._body(reader, headers, keeps)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str], keeps: bool) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await reader.readline()).strip() or b"0", 16):
                parts.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readline()
            return b"".join(parts)
        left, parts = int(headers.get("content-length", "0")), []
        while left:
            block = await reader.read(min(left, 1 << 20))
            if not block:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(block)
            if keeps:
                parts.append(block)
        return b"".join(parts)

    def close(self) -> None:
        """Give the connection up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def arrive(self, api: str = "", key: str = "") -> None:
        """Open the page, and enter a key where one is needed."""
        status, _, body = await self.ask("GET", "")
        assert status == 200, body[:500]
        self.hidden = {name: html.unescape(value) for name, value in reversed(HIDDEN.findall(body.decode()))}
        if key:
            status, _, body = await self.ask("POST", "key/", {**self.hidden, "api": api, "key": key, "next": "/"})
            assert status == 303, body[:500]

    async def submit(self, brief: Mapping[str, str]) -> tuple[str, int, str]:
        """Press the button and open the run's page; the run's id, and the version and the state that it shows."""
        status, headers, body = await self.ask("POST", "", {**self.hidden, "token": token_hex(8), **brief})
        assert status == 303, (status, body[:2000])
        status, _, body = await self.ask("GET", headers["location"])
        assert status == 200, body[:500]
        card = CARD.search(body.decode())
        assert card, body[:500]
        return headers["location"].rstrip("/").rpartition("/")[2], int(card[1]), card[2]

    async def follow(self, run_id: str, version: int, state: str) -> str:
        """Follow as the page does, at the pace that the server names, until the run has ended; its state."""
        hold = ""
        while state in ACTIVE:
            held = f"&hold={hold}:{run_id}" if hold else ""
            status, headers, body = await self.ask("GET", f"runs/live/?seen={run_id}:{version}{held}")
            self.polls += 1
            if status == 200:
                card = CARD.search(body.decode())
                assert card, body[:500]
                version, state = int(card[1]), card[2]
            told = json.loads(headers["hx-trigger"])["follow"]
            hold = told.get("hold", "")
            if state in ACTIVE:
                await asyncio.sleep(max(told["wait"], _MIN_WAIT_MS) / 1000)
        return state

    async def fetch(self, run_id: str) -> None:
        """Fetch the run's first picture."""
        status, _, _ = await self.ask("GET", f"runs/{run_id}/pictures/1/", keeps=False)
        assert status == 200


async def look_on(port: int, every: float, over: asyncio.Event, path: str = "") -> list[float]:
    """Open a page repeatedly as an unrelated visitor; return the milliseconds of each."""
    visitor, times = Crowder(port), []
    while not over.is_set():
        started = time.perf_counter()
        status, _, body = await visitor.ask("GET", path)
        assert status == 200 and re.search(rb"</html>", body)
        times.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(every)
    visitor.close()
    return times


def percentile(times: list[float], share: float) -> float:
    """The value below which that share of `times` lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else 0.0
