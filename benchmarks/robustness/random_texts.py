"""Send thousands of random texts as prompt, answer and file name, through functions and a real server.

    .venv/bin/python -m benchmarks.robustness.random_texts [CASES] [SEED]

CASES is 400 on the server by default, and 25 times as many in functions. A prompt must reach the API exactly as
typed; every text must stay text on every page, and every line of the log must be one of the server's own. The table
is written to `build/outcomes/texts.md`.
"""

import html
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.robustness.provider_faults import picture
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.exchange import Exchange
from tests.helpers.crashes import FIELD, OVER, Visitor
from tests.helpers.odd_texts import TEXTS, acts_in, shape_of
from tests.helpers.outcome_tables import Table
from tests.helpers.server import ServerProcess

KEY = "cr_texts_0123456789abcdef"
LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ \S+ \S+ |Playground |Data |The demo API|Stop with)")


@dataclass
class Server:
    """A server whose image API answers with the text of the case."""

    server: ServerProcess
    provider: FakeProvider
    source: bytes
    says: str = ""

    def __post_init__(self) -> None:
        """Learn what the pages are made of, with harmless texts."""
        self.session = requests.Session()
        self.known: set[tuple[str, str]] = set()
        self.texts: list[str] = []
        for act in (self.prompt, self.revised, self.refusal, self.file_name):
            for text in ("harmless", "two\nlines " * 400, "{}"):
                act(text, learns=True)
        self.prompt("", learns=True)

    def answer(self, exchange: Exchange) -> None:
        """One picture, with this revised prompt."""
        exchange.json(exchange.answer(data=[{"b64_json": exchange.b64(), "revised_prompt": self.says}]))

    def refuse(self, exchange: Exchange) -> None:
        """A refusal in these words."""
        exchange.error(400, self.says[:100] or None, self.says, param=self.says[:100])

    def prompt(self, text: str, *, learns: bool = False) -> None:
        """Send the text as a prompt, with line ends as browsers write them."""
        typed = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        answer = self._send("", {"prompt": typed, "api": "answers"})
        # Form decoding is what stands between: an empty prompt and NUL are refused, everything else arrives.
        if not typed.strip() or "\0" in typed or len(typed.replace("\r\n", "\n")) > 32_000:
            assert answer.status_code == 422, answer.status_code
            return self._look(answer.text, learns)
        assert answer.status_code == 303, answer.status_code
        page = self._ended(answer)
        assert self.provider.requests[-1].json["prompt"] == typed.replace("\r\n", "\n")
        assert html.escape(typed.replace("\r\n", "\n")) in page
        self._look(page, learns)
        self.provider.requests.clear()

    def revised(self, text: str, *, learns: bool = False) -> None:
        """Receive the text as a revised prompt."""
        self.says = text
        page = self._ended(self._send("", {"prompt": "plain", "api": "answers"}))
        assert 'data-state="succeeded"' in page
        self._look(page, learns)

    def refusal(self, text: str, *, learns: bool = False) -> None:
        """Receive the text as the message, code and parameter of a refusal."""
        self.says = text
        page = self._ended(self._send("", {"prompt": "plain", "api": "refuses"}))
        assert 'data-state="failed"' in page
        self._look(page, learns)

    def file_name(self, text: str, *, learns: bool = False) -> None:
        """Send the text as the name of a file."""
        name = re.sub(r'[\r\n"\0]', "_", text)[:200] or "x"
        files = {"image": (name, self.source, "image/png")}
        answer = self._send("edit/", {"prompt": "plain", "api": "answers"}, files)
        if answer.status_code == 422:
            # Nothing is left of this name by which Django could call it: the page asks for a picture.
            base = re.split(r"[/\\]", html.unescape(name))[-1]
            assert "".join(letter for letter in base if letter.isprintable()) in ("", ".", ".."), (
                "a good name was refused"
            )
            assert 'data-field-error="image"' in answer.text
            return
        page = self._ended(answer)
        sent = self.provider.requests[-1]
        assert [part.name for part in sent.parts if part.filename], "no file was sent"
        self._look(page, learns)
        self.provider.requests.clear()

    def _send(
        self, path: str, fields: dict[str, str], files: Mapping[str, object] | None = None
    ) -> requests.Response:
        url = self.server.url + path
        form = dict(FIELD.findall(self.session.get(url).text))
        form |= {"size": "1024x1024", "quality": "low", "n": "1", "key": KEY, **fields}
        data = {name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}
        headers = {"Referer": self.server.url}
        return self.session.post(url, data=data, files=files, headers=headers, allow_redirects=False)  # type: ignore[arg-type]

    def _ended(self, answer: requests.Response) -> str:
        assert answer.status_code == 303, (answer.status_code, answer.text[:300])
        address = self.server.root + answer.headers["Location"]
        visitor = Visitor(self.server)
        visitor.session = self.session
        visitor.wait(address, *OVER, pause=0.05)
        return self.session.get(address).text

    def _look(self, page: str, learns: bool) -> None:
        pages = [page]
        if random.random() < 0.1 or learns:
            pages += [
                self.session.get(f"{self.server.url}{path}").text
                for path in ("", "runs/", "edit/", "runs/?lang=zh-hans")
            ]
        for shown in pages:
            if learns:
                self.known |= shape_of(shown).elements
            acts = acts_in(shown, self.known)
            assert not acts, acts


def checked(act: Callable[[str], None], cases: int, first: int) -> tuple[int, str]:
    """Return the number of texts that `act` passed, and the failure of the simplest other one."""
    taken = 0

    @seed(first)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(TEXTS)
    def take(text: str) -> None:
        nonlocal taken
        taken += 1
        act(text)

    try:
        take()
    except Exception as error:
        notes = " ".join(getattr(error, "__notes__", ()))
        return taken, f"{type(error).__name__}: {str(error)[:200]} {notes[:300]}"
    return taken, ""


def functions(cases: int, first: int, table: Table) -> None:
    """The properties of the suite, with many more texts."""
    settings.register_profile("long", max_examples=cases, suppress_health_check=list(HealthCheck))
    settings.load_profile("long")
    # Now, not before: decorators read the profile when they are made.
    from tests import test_random_texts

    for name, test in vars(test_random_texts).items():
        if not name.startswith("test_"):
            continue
        wrong = ""
        try:
            seed(first)(test)()
        except Exception as error:
            wrong = f"{type(error).__name__}: {str(error)[:200]} {' '.join(getattr(error, '__notes__', ()))[:300]}"
        print(
            table.add(name.removeprefix("test_").replace("_", " "), "function", str(cases), wrong=wrong), flush=True
        )


def pages(cases: int, first: int, table: Table) -> None:
    """The same kinds of texts through a real server."""
    with FakeProvider() as provider, tempfile.TemporaryDirectory() as folder:
        apis = f"answers={provider.url('says_answer')},refuses={provider.url('says_refuse')}"
        server = ServerProcess(
            Path(folder), {"IMAGE_APIS": apis, "LOG_LEVEL": "debug", "SESSION_MAX_PICTURES": "100000"}
        ).start()
        try:
            cases_on_server = Server.__new__(Server)
            FAULTS["says_answer"] = lambda exchange: cases_on_server.answer(exchange)
            FAULTS["says_refuse"] = lambda exchange: cases_on_server.refuse(exchange)
            cases_on_server.__init__(server, provider, picture())  # type: ignore[misc]
            acts = (
                cases_on_server.prompt,
                cases_on_server.revised,
                cases_on_server.refusal,
                cases_on_server.file_name,
            )
            for act in acts:
                taken, wrong = checked(act, cases, first)
                what = (act.__doc__ or "").strip(".").lower()
                print(table.add(what, "page", str(taken), wrong=wrong), flush=True)
            foreign = [line for line in server.log.splitlines() if not LINE.match(line)]
            wrong = f"{len(foreign)} lines are not ours, such as {foreign[0][:200]}" if foreign else ""
            print(
                table.add(
                    "every line of the log is one of ours", "log", str(len(server.log.splitlines())), wrong=wrong
                )
            )
            wrong = "a text stands in the log" if "alert(1)" in server.log or "DROP TABLE" in server.log else ""
            print(table.add("no text stands in the log", "log", str(len(server.log)), wrong=wrong))
        finally:
            server.stop(within=30)


def main(cases: int, first: int) -> int:
    """The exit status."""
    table, began = Table("texts", ("what", "where", "cases")), time.monotonic()
    functions(cases * 25, first, table)
    pages(cases, first, table)
    done = sum(int(row[2]) for row in table.rows if row[1] != "log")
    note = f"seed {first}, {done} cases in {time.monotonic() - began:.0f} s"
    print(f"{table.summary}\n{note}\n{table.write(note)}")
    return 1 if table.wrong else 0


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(words[0] if words else 400, words[1] if len(words) > 1 else random.randrange(1_000_000)))
