"""Load several machines on common engines, kill each part again and again, then replace each process under load.

    .venv/bin/python -m benchmarks.robustness.many_machines [MINUTES, default 60] [MINUTES BETWEEN KILLS OF A PART,
        default 5] [VISITORS, default 8] [CLIENTS OF THE API, default 2]

PostgreSQL, Redis, S3 (moto), nginx, two web servers and two workers, all on this machine. Kills are SIGKILL; the S3
server is away for five seconds. Visitors repeat a request that failed, as people do, with the same form; clients of
the API repeat it with the same Idempotency-Key. Afterwards, processes are replaced one by one, and no request may
fail. Prints how runs ended and the p95 of pages; exits with 1 when a run was lost, sent twice or left open, when the
ledger differs, or when a request failed during the replacement.
"""

import contextlib
import logging
import os
import random
import re
import secrets
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks.helpers.async_visitors import percentile
from benchmarks.helpers.form_visitor import HIDDEN
from playground.imageapi.pricing import picture_price
from tests.fake_provider import FakeProvider
from tests.helpers import services
from tests.helpers.crashes import OVER
from tests.helpers.process_costs import family
from tests.helpers.server import ServerProcess, free_port, run_command
from tests.scale.machines import SECRETS, Site, wait_until_alive
from tests.scale.s3_server import bucket_server

PROVIDER_SECONDS = 2.0
# The proxy tries a server again so long after it refused a connection (fail_timeout in deploy/nginx.conf).
AGAIN_SECONDS = 6.0
# An image with this deadline has ended long before a visitor gives up.
DEADLINE, PATIENCE = 30, 180.0
AWAY_SECONDS = 5.0
UNAVAILABLE = (500, 502, 503, 504)
BODY = {"model": "gpt-image-2", "prompt": "a vase", "size": "1024x1024", "quality": "low"}
PRICE = picture_price("1024x1024", "low")


@dataclass
class Record:
    """What visitors and clients saw."""

    counts: Counter[str] = field(default_factory=Counter)
    page_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    # False while nothing is killed: then a failed request is a fault.
    may_fail: bool = True


class Person:
    """A browser that sends a request again when it failed."""

    def __init__(self, root: str, record: Record) -> None:
        self.root, self.record = root, record
        self.session = requests.Session()

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """Return the first answer that isn't a failure. Raise TimeoutError when none came."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            started = time.monotonic()
            try:
                answer = self.session.request(
                    method,
                    f"{self.root}{path}",
                    timeout=60,
                    allow_redirects=False,
                    **options,  # type: ignore[arg-type]
                )
                if answer.status_code not in UNAVAILABLE:
                    if method == "GET" and "text/html" in answer.headers.get("Content-Type", ""):
                        self.record.page_ms.append((time.monotonic() - started) * 1000)
                    return answer
                failure = str(answer.status_code)
            except requests.RequestException as error:
                failure = type(error).__name__
            self.record.counts[f"repeated after {failure}"] += 1
            if not self.record.may_fail:
                self.record.wrong.append(f"{method} {path} failed during the replacement: {failure}")
            time.sleep(0.3)
        raise TimeoutError(f"{method} {path}")

    def run(self, api: str, prompt: str) -> str:
        """Submit a run; return its path."""
        page = self.ask("GET", "/qcode-img/").text
        form = dict(HIDDEN.findall(page)) | {"prompt": prompt, "api": api, "n": "1"}
        form |= {"size": "1024x1024", "quality": "low", "key": "cr_machines_0123456789" if api == "up" else ""}
        answer = self.ask("POST", "/qcode-img/", data=form, headers={"Referer": f"{self.root}/qcode-img/"})
        assert answer.status_code == 303, answer.status_code
        return answer.headers["Location"]

    def state(self, path: str) -> str:
        run = path.rstrip("/").rpartition("/")[2]
        card = re.search(rf'<article[^>]*data-run="{run}"[^>]*data-state="(\w+)"', self.ask("GET", path).text)
        assert card, path
        return card[1]

    def end(self, path: str) -> str:
        """Look at the run's page until it has ended; return its state."""
        until = time.monotonic() + PATIENCE
        while (state := self.state(path)) not in OVER:
            assert time.monotonic() < until, f"{path} is still {state}"
            time.sleep(0.5)
        return state

    def image(self, path: str) -> None:
        """Fetch the run's image. While the storage is away it waits on the disk of its worker."""
        until = time.monotonic() + PATIENCE
        while (answer := self.ask("GET", f"{path}pictures/1/")).status_code == 404 and time.monotonic() < until:
            self.record.counts["waited for an image"] += 1
            time.sleep(1)
        assert answer.status_code == 200, f"{path} has no image: {answer.status_code}"


@dataclass
class Load:
    """Threads of visitors and clients, until `is_over`."""

    root: str
    key: str
    record: Record = field(default_factory=Record)
    is_over: threading.Event = field(default_factory=threading.Event)
    runs: list[tuple[Person, str]] = field(default_factory=list)
    delivered: Counter[str] = field(default_factory=Counter)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, visitors: int, clients: int) -> None:
        for act, count in ((self.visit, visitors), (self.call, clients)):
            for number in range(count):
                self.threads.append(threading.Thread(target=self._guard, args=(act, number), daemon=True))
                self.threads[-1].start()

    def stop(self) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join(PATIENCE * 2)

    def _guard(self, act: Callable[[int], None], number: int) -> None:
        while not self.is_over.is_set():
            try:
                act(number)
            except (AssertionError, TimeoutError) as error:
                self.record.wrong.append(f"{act.__name__}: {str(error)[:200]}")

    def visit(self, number: int) -> None:
        """One visitor with a few runs."""
        person = Person(self.root, self.record)
        for _ in range(5):
            if self.is_over.is_set():
                return
            path = person.run("builtin" if number % 4 == 3 else "up", f"run {secrets.token_hex(8)}")
            self.runs.append((person, path))
            state = person.end(path)
            self.record.counts[f"run {state}"] += 1
            if state == "succeeded":
                person.image(path)
            person.ask("GET", "/qcode-img/runs/")

    def call(self, number: int) -> None:
        """One call of the built-in API, repeated until it is answered."""
        name = secrets.token_hex(12)
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": name}
        person = Person(self.root, self.record)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = person.ask("POST", "/qcode-img/v1/images/generations", json=BODY, headers=headers)
            if answer.status_code == 200:
                self.delivered[name] += 1
                self.record.counts["API call"] += 1
                return
            # 409: the first attempt is still running, on the other machine; 429: so are too many.
            assert answer.status_code in (409, 429), (answer.status_code, answer.text[:200])
            time.sleep(1)
        raise TimeoutError(f"call {name}")


def kills(
    site: Site, postgres: services.Engine, redis: services.Engine, nginx: services.Engine, bucket: object
) -> dict[str, Callable[[], None]]:
    """Return what kills and restarts each part, by its name."""

    def engine(part: services.Engine) -> Callable[[], None]:
        def restart() -> None:
            assert part.process
            for pid in [*family(part.process.pid), part.process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            part.process.wait()
            part.start()

        return restart

    def web(server: ServerProcess) -> Callable[[], None]:
        def restart() -> None:
            server.stop(signal.SIGKILL)
            server.start()

        return restart

    def worker(number: int) -> Callable[[], None]:
        def restart() -> None:
            site.workers[number].kill()
            site.workers[number].start()

        return restart

    def s3() -> None:
        bucket.stop()  # type: ignore[attr-defined]
        time.sleep(AWAY_SECONDS)
        bucket.start()  # type: ignore[attr-defined]

    parts = {f"web {number}": web(server) for number, server in enumerate(site.webs)}
    parts |= {f"worker {number}": worker(number) for number in range(len(site.workers))}
    return parts | {"PostgreSQL": engine(postgres), "Redis": engine(redis), "nginx": engine(nginx), "S3": s3}


def replace_all(site: Site, address: str) -> None:
    """Replace each worker and each web server, one at a time, as an upgrade does."""
    for worker in site.workers:
        worker.stop(seconds=DEADLINE + 30)
        worker.start()
        wait_until_alive(address, len(site.workers))
    for server in site.webs:
        server.stop(signal.SIGTERM, within=DEADLINE + 30)
        server.start()
        time.sleep(AGAIN_SECONDS)


def check(load: Load, provider: FakeProvider, environment: dict[str, str]) -> Iterator[str]:
    """Yield everything that is lost, doubled or left open."""
    for person, path in load.runs:
        try:
            if person.end(path) == "succeeded":
                person.image(path)
        except (AssertionError, TimeoutError) as error:
            yield str(error)
    sent = Counter(str(request.fields.get("prompt")) for request in provider.requests)
    yield from (f"sent {count} times: {prompt}" for prompt, count in sent.items() if count > 1)
    books = run_command("reconcile", **environment)
    if not books.stdout.startswith("0 differences"):
        yield f"reconcile: {books.stdout}{books.stderr}"
    usage = requests.get(
        f"{load.root}/qcode-img/v1/usage", headers={"Authorization": f"Bearer {load.key}"}, timeout=60
    ).json()
    if usage["account"]["spent_micro_usd"] != len(load.delivered) * PRICE:
        yield f"the API charged {usage['account']['spent_micro_usd']} for {len(load.delivered)} images"


def main(minutes: float, every: float, visitors: int, clients: int) -> int:
    """Load, kill, replace, check; return the exit status."""
    # moto's server logs every request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        provider = stack.enter_context(FakeProvider(latency=PROVIDER_SECONDS))
        server, postgres = stack.enter_context(services.postgres(fsync="on"))
        queue, redis = stack.enter_context(services.redis())
        bucket = stack.enter_context(bucket_server())
        address, port = services.new_database(server, "machines"), free_port()
        settings = {"DATABASE_URL": address, "REDIS_URL": queue, "IMAGE_APIS": f"up={provider.url()},builtin"}
        settings |= {"BUILTIN_URL": f"http://127.0.0.1:{port}/qcode-img/", "TRUSTED_PROXIES": "127.0.0.1"}
        settings |= {"RUN_DEADLINE": str(DEADLINE), "DEMO_SECONDS": "1", "MIN_FREE_BYTES": "0", **bucket.settings}
        site = Site(folder, settings)
        stack.callback(site.stop)
        site.start()
        wait_until_alive(address, 2)
        text = services.compose_proxy([web.port for web in site.webs], port)
        nginx = stack.enter_context(services.run_nginx(folder, text, port))
        environment = {**SECRETS, **settings, "DATA_DIR": str(folder / "operator")}
        made = run_command("create_key", "--daily-images", "1000000", "--concurrency", "100", **environment)
        load = Load(f"http://127.0.0.1:{port}", made.stdout.split()[-1])
        load.start(visitors, clients)
        parts, order = kills(site, postgres, redis, nginx, bucket), random.Random(0)
        ends = time.monotonic() + minutes * 60
        killed = Counter[str]()
        while time.monotonic() < ends:
            for name in order.sample(list(parts), len(parts)):
                time.sleep(max(0.0, min(every * 60 / len(parts), ends - time.monotonic())))
                if time.monotonic() >= ends:
                    break
                parts[name]()
                killed[name] += 1
                print(f"{minutes - (ends - time.monotonic()) / 60:5.1f} min  killed {name}", flush=True)
        killing_ms, load.record.page_ms = load.record.page_ms, []
        time.sleep(10)
        print("replacing each process", flush=True)
        load.record.may_fail = False
        replace_all(site, address)
        load.record.may_fail = True
        load.stop()
        load.record.wrong += check(load, provider, environment)
        left = [name for name in site.workers if re.search("Traceback", name.log)]
        print(f"{minutes:g} minutes, {sum(killed.values())} kills: {dict(killed)}")
        for name, count in sorted(load.record.counts.items()):
            print(f"  {name}: {count}")
        for words, times in (("under kills", killing_ms), ("during the replacement", load.record.page_ms)):
            p50, p95 = (percentile(times, share) for share in (0.5, 0.95))
            print(f"  pages {words}: {len(times)}, median {p50:.0f} ms, p95 {p95:.0f} ms")
        print(f"  workers with tracebacks in their log: {len(left)}")
        for wrong in load.record.wrong:
            print(f"  WRONG: {wrong}")
        return 1 if load.record.wrong else 0


if __name__ == "__main__":
    words = [float(word) for word in sys.argv[1:]]
    minutes, every, visitors, clients = [*words, *(60.0, 5.0, 8.0, 2.0)[len(words) :]]
    sys.exit(main(minutes, every, int(visitors), int(clients)))
