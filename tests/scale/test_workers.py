"""Web servers and workers that share a database, a queue and a disk: a run may be sent and worked on anywhere."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from playground.imageapi.providers import make_demo_key
from tests.fake_provider import FakeProvider
from tests.helpers import services
from tests.helpers.crashes import Visitor, wait_until
from tests.helpers.server import ROOT, ServerProcess
from tests.helpers.services import Engine, new_database
from tests.pages.edit_files import a_mask, an_image
from tests.scale.machines import SECRETS, Site, wait_until_alive
from tests.scale.s3_server import BucketServer, bucket_server

# Four servers start, and one of the tests waits until a dead one is missed.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: tuple[str, Engine],
    redis: tuple[str, Engine],
    bucket: BucketServer,
    provider: FakeProvider,
) -> Iterator[Site]:
    folder, address = tmp_path_factory.mktemp("workers"), new_database(postgres[0], "workers")
    apis = f"up={provider.url('ok')},slow={provider.url('ok', latency=2)},hang={provider.url('hang')}"
    facts = {
        "DATABASE_URL": address,
        "REDIS_URL": redis[0],
        "IMAGE_APIS": apis,
        "RUN_DEADLINE": "60",
        "DEMO_SECONDS": "0",
    }
    facts |= {"TRUSTED_PROXIES": "127.0.0.1", **bucket.settings}
    running_site = Site(folder, facts)
    try:
        running_site.start()
        wait_until_alive(address, 2)
        yield running_site
    finally:
        running_site.stop()


@pytest.fixture(scope="module")
def bucket() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


@pytest.fixture(scope="module")
def proxy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site behind the proxy of compose.yaml."""
    with services.nginx(tmp_path_factory.mktemp("proxy"), [web.port for web in site.webs]) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module", autouse=True)
def broken_off(site: Site, provider: FakeProvider) -> tuple[Visitor, str]:
    """A run whose worker was killed while it was carried out. It takes half a minute until the others are sure."""
    visitor = Visitor(site.webs[0])
    run = visitor.submit("broken off", api="hang", key="cr_another_0123456789abcdef")
    provider.wait_for(1)
    victim = next(worker for worker in site.workers if f"-{worker.pid}-" in worker_of(site, run))
    victim.kill()
    victim.start()
    return visitor, run


@pytest.fixture(autouse=True)
def _quiet_upstream(provider: FakeProvider) -> Iterator[None]:
    yield
    provider.release()


def moved(visitor: Visitor, site: Site, number: int) -> Visitor:
    """The same browser, led to another web server by the proxy."""
    visitor.server = site.webs[number]
    return visitor


def url_on(address: str, site: Site, number: int) -> str:
    return address.replace(site.webs[0].root, site.webs[number].root)


def worker_of(site: Site, run: str) -> str:
    with psycopg.connect(site.settings["DATABASE_URL"]) as books:
        row = books.execute("SELECT worker FROM runs_run WHERE id = %s", [run.rstrip("/").rpartition("/")[2]])
        return str((row.fetchone() or [""])[0])


def test_a_run_submitted_at_one_web_server_is_followed_and_seen_at_the_other(site: Site) -> None:
    visitor = Visitor(site.webs[0])
    run = visitor.submit("a fox")
    moved(visitor, site, 1)
    assert visitor.wait(url_on(run, site, 1), "succeeded")["charged"] == "yes"
    (picture,) = visitor.pictures(url_on(run, site, 1))
    moved(visitor, site, 0)
    assert visitor.pictures(run) == [picture]


def test_an_edit_finds_its_pictures_everywhere(site: Site, proxy: str, provider: FakeProvider) -> None:
    visitor, before = Visitor(ServerProcess(site.folder, port=int(proxy.rpartition(":")[2]))), len(provider.requests)
    cat, mask = an_image().read(), a_mask().read()
    run = visitor.edit("make it blue", {"image": ("cat.png", cat), "mask": ("mask.png", mask)})
    assert visitor.wait(run, "succeeded")["charged"] == "yes"
    sent = {part.name: part for part in provider.requests[before].parts}
    assert {"image", "mask"} <= sent.keys()
    # Whoever answers finds them, with its disk emptied meanwhile.
    for machine in (*site.webs, *site.workers):
        shutil.rmtree(machine.data / "pictures", ignore_errors=True)
    for name in ("sources/1/", "mask/", "pictures/1/", "pictures/1/locked/"):
        assert visitor.session.get(f"{run}{name}").status_code == 200, name


def test_no_page_fails_while_a_web_server_is_replaced(site: Site, proxy: str) -> None:
    visitor = Visitor(ServerProcess(site.folder, port=int(proxy.rpartition(":")[2])))
    run = visitor.submit("a fox")
    site.webs[1].stop()
    assert [visitor.session.get(run).status_code for _ in range(6)] == [200] * 6
    site.webs[1].start()
    assert visitor.wait(run, "succeeded")["charged"] == "yes" and len(visitor.pictures(run)) == 1


def test_the_proxy_passes_the_largest_upload_and_rejects_larger_ones(site: Site, proxy: str) -> None:
    form = {"model": (None, "gpt-image-2"), "prompt": (None, "x"), "image": ("large.png", bytes(26 * 1024 * 1024))}
    headers = {"Authorization": f"Bearer {make_demo_key(SECRETS['SECRET_KEY'])}"}
    answer = requests.post(f"{proxy}/qcode-img/v1/images/edits", files=form, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "image_too_large")
    assert requests.get(f"{proxy}/metrics", timeout=10).status_code == 404


def test_a_key_has_two_calls_at_once_however_many_workers_there_are(site: Site, provider: FakeProvider) -> None:
    visitor, before = Visitor(site.webs[0]), len(provider.requests)
    provider.hold()
    runs = [visitor.submit(f"fox {number}") for number in range(6)]
    provider.wait_for(before + 2)
    time.sleep(1)
    assert len(provider.requests) == before + 2
    provider.release()
    assert [visitor.wait(run, "succeeded")["charged"] for run in runs] == ["yes"] * 6
    assert len(provider.requests) == before + 6


def test_a_run_is_cancelled_from_any_web_server(site: Site, provider: FakeProvider) -> None:
    visitor, before = Visitor(site.webs[0]), len(provider.requests)
    provider.hold()
    run = visitor.submit("never mind")
    provider.wait_for(before + 1)
    moved(visitor, site, 1)
    visitor.cancel(url_on(run, site, 1))
    assert visitor.wait(url_on(run, site, 1), "cancelled")["charged"] == "maybe"


def test_an_answer_of_one_web_server_is_known_at_the_other(site: Site) -> None:
    body = {"model": "gpt-image-2", "prompt": "x", "quality": "low", "response_format": "url"}
    headers = {"Authorization": f"Bearer {make_demo_key(SECRETS['SECRET_KEY'])}", "Idempotency-Key": "once"}

    def ask(number: int) -> str:
        address = f"{site.webs[number].url}v1/images/generations"
        answer = requests.post(address, json=body, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"][0]["url"])

    first, second = ask(0), ask(1)
    assert urlsplit(first).path == urlsplit(second).path
    assert requests.get(second, timeout=30).content.startswith(b"\x89PNG")


def test_pictures_of_a_day_are_counted_over_all_web_servers(site: Site) -> None:
    command = [sys.executable, "manage.py", "create_key", "--daily-images=5", "--concurrency=100"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(site.webs[0].data), **SECRETS, **site.settings}
    output = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    headers = {"Authorization": f"Bearer {output.split()[-1]}"}

    def ask(number: int) -> int:
        address = f"{site.webs[number % 2].url}v1/images/generations"
        body = {"model": "gpt-image-2", "prompt": "x", "quality": "low"}
        return requests.post(address, json=body, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(12) as pool:
        assert Counter(pool.map(ask, range(12))) == {200: 5, 429: 7}


def test_an_emptied_queue_loses_no_run(site: Site, redis: tuple[str, Engine], provider: FakeProvider) -> None:
    visitor, before = Visitor(site.webs[0]), len(provider.requests)
    visitor.wait(visitor.submit("known before"), "succeeded")
    redis[1].stop()
    run = visitor.submit("while the queue is away")
    redis[1].start()
    assert visitor.wait(run, "succeeded", seconds=60)["charged"] == "yes"
    assert len(provider.requests) == before + 2


def test_a_restarted_postgresql_loses_no_run(
    site: Site, postgres: tuple[str, Engine], provider: FakeProvider
) -> None:
    visitor, before = Visitor(site.webs[0]), len(provider.requests)
    provider.hold()
    runs = [visitor.submit("fox"), visitor.submit("hare"), visitor.submit("waits")]
    provider.wait_for(before + 2)
    postgres[1].stop()
    provider.release()
    time.sleep(1)
    postgres[1].start()
    assert [visitor.wait(run, "succeeded", seconds=60)["charged"] for run in runs] == ["yes"] * 3
    assert len(provider.requests) == before + 3


def test_a_stopped_worker_lets_its_call_finish(site: Site, provider: FakeProvider) -> None:
    visitor = Visitor(site.webs[0])
    run = visitor.submit("slow", api="slow")
    wait_until(lambda: visitor.look(run)["state"] == "running", 10, "it to run")
    stopped = next(worker for worker in site.workers if f"-{worker.pid}-" in worker_of(site, run))
    assert stopped.stop() == 0
    assert visitor.look(run)["state"] == "succeeded"
    stopped.start()


def celery_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "playground", *words]


def celery_environment(site: Site) -> dict[str, str]:
    """Return the environment of an operator's Celery worker."""
    return {"PATH": os.environ["PATH"], "DATA_DIR": str(site.folder / "celery"), **SECRETS, **site.settings}


def test_celerys_own_tools_see_the_workers_and_their_task(site: Site) -> None:
    task_names: dict[str, list[str]] = {}

    def look() -> bool:
        command = celery_command("inspect", "registered", "--json", "--timeout=2")
        output = subprocess.run(
            command, cwd=ROOT, env=celery_environment(site), capture_output=True, text=True
        ).stdout
        task_names.update(json.loads(output) if output.startswith("{") else {})
        return len(task_names) >= 2

    wait_until(look, 40, "two workers to answer")
    assert all("playground.execute_run" in tasks for tasks in task_names.values())


def test_a_stock_celery_worker_carries_out_runs(site: Site, tmp_path: Path) -> None:
    visitor = Visitor(site.webs[0])
    for worker in site.workers:
        worker.stop()
    with (tmp_path / "stock.txt").open("wb") as log:
        command = celery_command("worker")
        environment = celery_environment(site)
        stock = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        run = visitor.submit("a fox in stock")
        assert visitor.wait(run, "succeeded", seconds=40)["charged"] == "yes"
        assert requests.get(f"{site.webs[0].root}/healthz", timeout=10).json()["runner"] is True
        stock.terminate()
        assert stock.wait(30) == 0
    finally:
        stock.kill()
        for worker in site.workers:
            worker.start()


def test_a_killed_workers_run_is_interrupted_and_not_sent_twice(
    broken_off: tuple[Visitor, str], provider: FakeProvider
) -> None:
    visitor, run = broken_off
    assert visitor.wait(run, "interrupted", seconds=60)["charged"] == "maybe"
    assert [request.json.get("prompt") for request in provider.requests].count("broken off") == 1
