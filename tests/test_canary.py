"""The visitor's key is nowhere but at the image API: use it everywhere, then search everything."""

import base64
import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.factories import picture_bytes
from tests.fake_provider import FakeProvider
from tests.helpers import databases
from tests.helpers.process_costs import family
from tests.helpers.server import ServerProcess

KEY = "cr_canary_7f3b9d2e5a1c8046"
FIELD = re.compile(r'name="(csrfmiddlewaretoken|token)"[^>]*value="([^"]*)"')
NEEDLES = [KEY.encode(), KEY.encode("utf-16-le"), base64.b64encode(KEY.encode())[:-4], KEY[10:].encode()]


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[ServerProcess]:
    apis = f"good={provider.url('ok')},leaky={provider.url('error_leak')}"
    data = tmp_path_factory.mktemp("canary")
    (data / "temporary").mkdir()
    settings = {"IMAGE_APIS": apis, "LOG_LEVEL": "debug", "RUN_DEADLINE": "3", "METRICS": "true"}
    # Where Python and everything below it would put temporary files by itself.
    server = ServerProcess(data, {**settings, "TMPDIR": str(data / "temporary")}).start()
    yield server
    server.stop()


def seen_by_a_visitor(server: ServerProcess) -> bytes:
    """Every page, header and picture that a visitor who runs the canary through both APIs gets to see."""
    session = requests.Session()
    bodies: list[bytes] = []

    def get(url: str) -> str:
        answer = session.get(url)
        bodies.append(answer.content + repr(answer.headers).encode() + answer.url.encode())
        return answer.text

    for api in ("good", "leaky"):
        form = dict(FIELD.findall(get(server.url)))
        form |= {
            "prompt": f"a canary for {api}",
            "size": "1024x1024",
            "quality": "low",
            "n": "1",
            "api": api,
            "key": KEY,
        }
        answer = session.post(server.url, data=form, headers={"Referer": server.url}, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        address = server.root + answer.headers["Location"]
        until = time.monotonic() + 20
        while re.search('data-state="(queued|running)"', get(address)) and time.monotonic() < until:
            time.sleep(0.1)
    edit = dict(FIELD.findall(get(f"{server.url}edit/")))
    edit |= {"prompt": "a canary edits", "size": "1024x1024", "quality": "low", "n": "1", "api": "leaky", "key": KEY}
    answer = session.post(
        f"{server.url}edit/",
        data=edit,
        files={"image": (f"{KEY}.txt", b"no picture")},
        headers={"Referer": server.url},
    )
    assert answer.status_code == 422
    # Refused, forged, and to the wrong place: what fails must not tell either.
    for path, form in (
        ("", {"prompt": "", "key": KEY}),
        ("key/", {"api": "nowhere", "key": KEY}),
        ("key/", {"api": "good", "key": f"{KEY} {KEY}"}),
        ("nothing-here/", {"key": KEY}),
    ):
        fields = dict(FIELD.findall(get(server.url)))
        for token in (fields["csrfmiddlewaretoken"], "forged"):
            answer = session.post(
                server.url + path, data={**form, "csrfmiddlewaretoken": token}, headers={"Referer": server.url}
            )
            assert answer.status_code in (403, 404, 422), answer.status_code
            bodies.append(answer.content + repr(answer.headers).encode())
    # The image API gets it as a bearer key that it does not know.
    for address in ("v1/models", "v1/usage", "v1/images/generations"):
        answer = requests.get(server.url + address, headers={"Authorization": f"Bearer {KEY}"})
        bodies.append(answer.content + repr(answer.headers).encode())
    get(f"{server.url}runs/")
    get(f"{server.url}key/")
    get(server.url)
    get(f"{server.root}/metrics")
    bodies.append(repr(session.cookies.get_dict()).encode())
    return b"".join(bodies)


def kept_by(server: ServerProcess) -> dict[str, bytes]:
    """Every file of the server, and its database."""
    files = {str(path): path.read_bytes() for path in server.data.rglob("*") if path.is_file()}
    return {**files, "database": databases.everything(server.data)}


def processes_of(server: ServerProcess) -> dict[str, bytes]:
    assert server.process is not None
    processes = {}
    for pid in family(server.process.pid):
        with contextlib.suppress(OSError):
            processes[str(pid)] = b"".join(Path(f"/proc/{pid}", name).read_bytes() for name in ("environ", "cmdline"))
    return processes


def test_a_canary_key_is_found_nowhere_after_a_full_run(server: ServerProcess, provider: FakeProvider) -> None:
    pages = seen_by_a_visitor(server)
    assert any(KEY in repr(request.headers) for request in provider.requests), "the API never got the key"
    places = {"pages": pages, **kept_by(server), **processes_of(server)}
    leaks = [place for place, content in places.items() for needle in NEEDLES if needle in content]
    assert not leaks
    assert b"canary for good" in b"".join(places.values()), "the search looks in the wrong places"


def test_a_canary_key_is_found_nowhere_while_its_runs_wait_and_are_sent(
    server: ServerProcess, provider: FakeProvider
) -> None:
    session = requests.Session()
    before = len(provider.requests)
    provider.hold()
    try:
        # A key has two calls at once: the third waits, with the key sealed on its row.
        for number in range(3):
            form = dict(FIELD.findall(session.get(f"{server.url}edit/").text))
            form |= {"prompt": f"held {number}", "size": "1024x1024", "quality": "low", "n": "1", "api": "good"}
            answer = session.post(
                f"{server.url}edit/",
                data={**form, "key": KEY},
                files={"image": ("cat.png", picture_bytes(), "image/png")},
                headers={"Referer": server.url},
                allow_redirects=False,
            )
            assert answer.status_code == 303, answer.text
        provider.wait_for(before + 2)
        ((sealed,),) = databases.ask(server.data, "SELECT sealed_key FROM runs_run WHERE state = 'queued'")
        places = {**kept_by(server), **processes_of(server)}
    finally:
        provider.release()
    assert sealed and not [place for place, content in places.items() for needle in NEEDLES if needle in content]
    assert any(b"held 2" in content for content in places.values()), "the search looks in the wrong places"
