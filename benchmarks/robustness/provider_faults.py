"""Send every fault of the fake provider through page and API, generation and edit, plain and streaming.

    .venv/bin/python -m benchmarks.robustness.provider_faults [NAME or NAME.. (from there on) or NAME..NAME] …

Each run's page is read in both languages. A cell of the table holds the code (or ok and the number of pictures),
whether it may have been charged or the API's status, and the number of requests to the provider. The last column
holds violations; exits with 1 on any. The table is written to `build/outcomes/faults.md`.
"""

import contextlib
import html
import io
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from playground.gateway.renderers.upstream import customer_error
from playground.imageapi.errors import ERRORS, ApiError
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.exchange import Exchange
from tests.fake_provider.network_faults import DNS, connect_timeout, refused, tls_server
from tests.fake_provider.outcomes import HANDED_ON, OUTSIDE, expected
from tests.helpers.crashes import FIELD, OVER, troubles, wait_until
from tests.helpers.databases import manage
from tests.helpers.outcome_tables import Table
from tests.helpers.server import ServerProcess

KEY = "cr_faults_0123456789abcdef"
PROMPT = "A cat <b>&</b> 一只猫"
SIZE = "1024x1024"
# Two tries at most, whatever happens, and only what was refused or never sent.
MOST_CALLS = 2
# A picture's address is waited for this long, besides the deadline.
PATIENCE_SECONDS = 90
# So large that the deadline may come before all of it was read.
LARGE = ("gzip_bomb", "gzip_bomb_blank", "gzip_bomb_picture", "oversize", "oversize_text")
TOO_LATE = ("unknown_outcome", "upstream_timeout")
WORDS = re.compile(r"<[^>]*data-message[^>]*>(.*?)</", re.DOTALL)
CARD = re.compile(r"<article[^>]*data-run=[^>]*>")


@dataclass
class Case:
    """One fault on one path: its outcome, and the rules that it broke."""

    road: str
    cell: str = ""
    wrong: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, what: str) -> None:
        """Note `what` unless it is so."""
        if not is_so:
            self.wrong.append(f"{self.road}: {what}")


class Switch:
    """A provider at one address whose fault is set by the program."""

    def __init__(self, server: FakeProvider) -> None:
        self.server, self.fault, self.before = server, "ok", 0

    def __call__(self, exchange: Exchange) -> None:
        name, *options = self.fault.split("+")
        exchange.options = {**exchange.options, **dict(option.split("=", 1) for option in options)}
        FAULTS[name](exchange)

    def turn(self, fault: str) -> None:
        """From now on this one."""
        self.fault, self.before = fault, self.calls + self.before

    @property
    def calls(self) -> int:
        """Count the calls since the last `turn`."""
        return sum(request.method == "POST" for request in self.server.requests) - self.before


def picture() -> bytes:
    """A source for edits."""
    target = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(target, "PNG")
    return target.getvalue()


class Roads:
    """The paths to the provider: the page's forms and the image API."""

    def __init__(self, server: ServerProcess, switch: Switch, api_key: str) -> None:
        self.server, self.switch = server, switch
        self.session = requests.Session()
        self.bearer = {"Authorization": f"Bearer {api_key}"}
        self.source = picture()
        self.first = ("", "")

    def page(self, fault: str, *, is_edit: bool, streams: bool) -> Case:
        """Through the form; looked at in both languages."""
        case = Case(f"page {'edit' if is_edit else 'generate'}{' stream' if streams else ''}")
        self.switch.turn(fault)
        address = f"{self.server.url}{'edit/' if is_edit else ''}"
        form = dict(FIELD.findall(self.session.get(address).text))
        form |= {"prompt": PROMPT, "size": SIZE, "quality": "low", "n": "2", "key": KEY}
        form["api"] = "stream" if streams else "plain"
        files = {"image": ("cat.png", self.source)} if is_edit else None
        answer = self.session.post(
            address, data=form, files=files, headers={"Referer": address}, allow_redirects=False
        )
        if answer.status_code != 303:
            case.wrong.append(f"{case.road}: submit answered {answer.status_code}")
            return case
        run = self.server.root + answer.headers["Location"]
        try:
            wait_until(lambda: self._state(run) in OVER, PATIENCE_SECONDS, "the run to end", 0.1)
        except AssertionError as error:
            case.wrong.append(f"{case.road}: {error}")
            return case
        for language in ("en", "zh-hans"):
            self._look(case, self.session.get(run, params={"lang": language}).text, language, fault)
        calls = self.switch.calls
        case.expect(calls <= MOST_CALLS, f"{calls} requests to the provider")
        case.cell += f", {calls}"
        self.first = self.first if self.first[0] else (run, self._state(run))
        case.expect(self._state(self.first[0]) == self.first[1], "another run changed")
        return case

    def api(self, fault: str, *, is_edit: bool, streams: bool) -> Case:
        """Call the built-in API, with the provider behind it."""
        case = Case(f"API {'edit' if is_edit else 'generate'}{' stream' if streams else ''}")
        self.switch.turn(fault)
        before = self._usage()["today"]["images"]
        fields = {"model": "gpt-image-2", "prompt": PROMPT, "size": SIZE, "quality": "low", "n": 2}
        fields |= {"stream": True} if streams else {}
        address = f"{self.server.url}v1/images/{'edits' if is_edit else 'generations'}"
        body = (
            {
                "data": {name: str(value).lower() if value is True else str(value) for name, value in fields.items()},
                "files": {"image": ("cat.png", self.source)},
            }
            if is_edit
            else {"json": fields}
        )
        answer = requests.post(address, headers=self.bearer, timeout=PATIENCE_SECONDS, **body)
        pictures, code = _read(answer)
        case.expect(
            code in self._expected_codes(fault, streams=streams),
            f"{code or pictures} is not {self._expected_codes(fault)}",
        )
        case.cell = f"{code or f'ok {pictures}'}, {answer.status_code}, {self.switch.calls}"
        case.expect("x-request-id" in answer.headers, "no x-request-id")
        case.expect(bool(code) or pictures > 0, "neither pictures nor a code")
        case.expect(not code or code in ERRORS, f"unknown code {code}")
        case.expect("sk-operator" not in answer.text, "leaks")
        # A revised prompt is data here, whatever it says; a page it must never be.
        kind = answer.headers.get("Content-Type", "")
        case.expect(kind.startswith(("application/json", "text/event-stream")), f"it is {kind}")
        unknown = answer.status_code in (500, 502, 504)
        case.expect(not unknown or answer.headers.get("x-should-retry") == "false", "may be sent again by an SDK")
        counted = self._usage()
        images = counted["today"]["images"] - before
        case.expect(images == pictures, f"{images} counted for {pictures} pictures")
        case.expect(counted["account"]["running"] == 0, "a slot is still taken")
        case.expect(self.switch.calls <= MOST_CALLS, f"{self.switch.calls} requests to the provider")
        return case

    def _look(self, case: Case, page: str, language: str, fault: str) -> None:
        card = CARD.search(page)
        sentence = WORDS.search(page)
        words = html.unescape(re.sub(r"<[^>]*>", "", sentence[1])).strip() if sentence else ""
        facts = dict(re.findall(r'data-(state|error|charged)="([^"]*)"', card[0] if card else ""))
        case.expect(facts.get("error", "?") in {*ERRORS, ""}, f"unknown code {facts.get('error')}")
        case.expect(facts.get("state") == "succeeded" or len(words) > 10, f"no sentence ({language})")
        if language != "en" and words:
            case.expect(len(re.findall(r"[\u4e00-\u9fff]", words)) > 4, f"not Chinese: {words[:40]}")
        case.expect(html.escape(PROMPT) in page, "the prompt is not kept")
        case.expect(KEY not in page and "<script>alert" not in page, "leaks")
        came = len(re.findall(r'data-picture="\d', page))
        case.expect((facts.get("charged") == "yes") == (came > 0), f"{came} pictures, charged {facts.get('charged')}")
        code, pictures = expected(fault)
        codes = {code, *(TOO_LATE if fault in LARGE else ())}
        case.expect(facts.get("error") in codes, f"{facts.get('error')} is not {code or 'pictures'}")
        case.expect(came == pictures, f"{came} pictures, not {pictures}")
        case.cell = f"{facts.get('error') or f'ok {came}'}, {facts.get('charged')}"

    def _state(self, run: str) -> str:
        state = re.search(r'data-state="(\w+)"', "".join(CARD.findall(self.session.get(run).text)))
        return state[1] if state else "?"

    def _usage(self) -> dict[str, Any]:
        answer = requests.get(f"{self.server.url}v1/usage", headers=self.bearer, timeout=10)
        body: dict[str, Any] = answer.json()
        return body

    def _expected_codes(self, fault: str, *, streams: bool = False) -> set[str]:
        """Return the codes that the API's customers may see for the fault; empty for pictures."""
        code, pictures = expected(fault)
        codes = {"" if fault in HANDED_ON else code, *(TOO_LATE if fault in LARGE else ())}
        # A stream that gave a picture has given it, whatever comes behind.
        return {customer_error(ApiError(code), "").code if code else "" for code in codes} | (
            {""} if pictures and streams else set()
        )


def _read(answer: requests.Response) -> tuple[int, str]:
    """Return the number of pictures in an answer of the API, and its code."""
    if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        code = re.search(r'"code":\s*"(\w+)"', answer.text)
        return answer.text.count(".completed\n"), code[1] if code else ""
    try:
        body = answer.json()
    except ValueError:
        return 0, "?"
    return len(body.get("data", ())), body.get("error", {}).get("code", "")


def cases(roads: Roads, fault: str) -> Iterator[Case]:
    """The fault on all roads."""
    ways: tuple[Callable[..., Case], ...] = (roads.page, roads.api)
    for way in ways:
        for is_edit in (False, True):
            for streams in (False, True):
                yield way(fault, is_edit=is_edit, streams=streams)


@contextlib.contextmanager
def roads_to(address: str, provider: FakeProvider, troubled: list[str]) -> Iterator[Roads]:
    """Run a server whose every API is at `address`; add to `troubled` the faults found at its end."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "IMAGE_APIS": f"plain={address},stream:builtin={address},builtin",
            "GATEWAY_UPSTREAM_URL": address,
            "GATEWAY_UPSTREAM_KEY": "sk-operator-0123456789abcdefghij",
            "RUN_DEADLINE": "4",
        }
        server = ServerProcess(Path(folder), settings).start()
        key = manage(Path(folder), "create_key", "--daily-images=100000").split()[-1]
        try:
            yield Roads(server, Switch(provider), key)
            troubled += troubles(server) + ["a traceback in the log"] * server.log.count("Traceback")
        finally:
            server.stop(within=30)


@contextlib.contextmanager
def outside(name: str) -> Iterator[str]:
    """An address of that name that is not this fault server's."""
    with contextlib.ExitStack() as held:
        if name == "tls":
            folder = held.enter_context(tempfile.TemporaryDirectory())
            server, _ = held.enter_context(tls_server(Path(folder)))
            yield server.url().replace("http:", "https:")
        elif name == "connect_timeout":
            yield held.enter_context(connect_timeout())
        else:
            yield DNS if name == "dns" else refused()


def main(names: list[str], table_name: str = "faults") -> int:
    """These faults; the exit status."""
    # The operator's lines are the server's to write, not ours for asking what it would say.
    logging.disable()
    roads_named = [
        f"{way} {endpoint}{stream}"
        for way in ("page", "API")
        for endpoint in ("generate", "edit")
        for stream in ("", " stream")
    ]
    table, count, left, began = Table(table_name, ["fault", *roads_named]), 0, list[str](), time.monotonic()

    def drive(roads: Roads, fault: str) -> int:
        results = list(cases(roads, fault))
        wrongs = dict.fromkeys(wrong for case in results for wrong in case.wrong)
        print(table.add(fault, *(case.cell for case in results), wrong="; ".join(wrongs)), flush=True)
        return len(results)

    # Whatever an answer points to: the inner server is on loopback, not listed, and must never be connected to.
    with FakeProvider(keeps_bodies=True) as provider, FakeProvider() as inner:
        address = provider.url("switch", port=inner.server_address[1])
        with roads_to(address, provider, left) as roads:
            FAULTS["switch"] = roads.switch
            roads.page("ok", is_edit=False, streams=False)
            count += sum(drive(roads, fault) for fault in names if fault not in OUTSIDE)
        for name in names:
            if name in OUTSIDE:
                with outside(name) as elsewhere, roads_to(elsewhere, provider, left) as roads:
                    count += drive(roads, name)
        reached = inner.connections
    note = (
        f"{count} cases in {time.monotonic() - began:.0f} s; left behind: {', '.join(left) or 'nothing'}; "
        f"connections to an inner server: {reached}"
    )
    print(f"{table.summary}\n{note}\n{table.write(note)}")
    return 1 if table.wrong or left or reached else 0


def chosen(words: list[str]) -> list[str]:
    """The faults that the words of the command line name."""
    everything = sorted(name for name in {**FAULTS, **OUTSIDE} if name != "switch")
    if not words:
        return everything
    ranges = [(first, last if dots else first) for first, dots, last in (word.partition("..") for word in words)]
    return [
        fault for fault in everything if any(first <= fault and (not last or fault <= last) for first, last in ranges)
    ]


if __name__ == "__main__":
    sys.exit(main(chosen(sys.argv[1:])))
