"""The demo renderer behind the API: real pictures from child processes."""

import base64
import io
import socket
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
from PIL import Image

from playground.demo_model.encoder import has_alpha
from playground.demo_model.work import RenderedFiles
from playground.gateway.client_connection import ClientConnection
from playground.gateway.renderers import base, demo
from playground.gateway.renderers.demo import WORK, DemoRenderer, event_times
from playground.imageapi.schemas import ImageRequest
from tests.gateway.live_api import ROOT


def opened(data: str) -> Image.Image:
    """The picture in base64 text."""
    return Image.open(io.BytesIO(base64.b64decode(data)))


def encoded(mode: str, output_format: str) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, output_format)
    return out.getvalue()


class Watch:
    """A client connection that records the waits instead of waiting."""

    key_hash = "alice"

    def __init__(self) -> None:
        self.waits: list[int] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds))

    def submit(self, pool, tasks):
        return pool.submit(tasks, owner=self.key_hash)

    def wait_for(self, drawing: Future[RenderedFiles]) -> RenderedFiles:
        return drawing.result()


class InstantPool:
    """Everything is drawn at once."""

    def __init__(self) -> None:
        self.briefs = []
        self.drawings: list[Future[RenderedFiles]] = []

    def submit(self, tasks, *, owner):
        self.briefs = [task.argument.brief for task in tasks]
        self.drawings = [Future() for _ in tasks]
        for drawing in self.drawings:
            drawing.set_result(RenderedFiles(Path(), False, (Path(),) * self.briefs[0].partials, "drawn"))
        return self.drawings


def test_a_picture_has_the_size_and_format_asked_for(post):
    body = post(prompt="mountains at dusk", size="1024x1536", quality="low", output_format="jpeg").json()
    picture = opened(body["data"][0]["b64_json"])
    assert (picture.size, picture.format) == ((1024, 1536), "JPEG")
    assert (body["size"], body["output_format"]) == ("1024x1536", "jpeg")


def test_pictures_of_one_call_differ_and_those_of_two_calls_do_not(post):
    first, again = (post(prompt="a garden", quality="low", n=2).json()["data"] for _ in range(2))
    assert first == again
    assert first[0]["b64_json"] != first[1]["b64_json"]


def test_a_transparent_background_is_delivered_and_named(post):
    body = post(prompt="a vase", quality="low", background="transparent").json()
    assert body["background"] == "transparent"
    assert opened(body["data"][0]["b64_json"]).mode == "RGBA"


def test_automatic_quality_is_named_medium(post):
    assert post(quality="auto").json()["quality"] == "medium"


def test_drawing_does_not_load_django():
    program = f"import sys, {WORK.partition(':')[0]}; print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout == "False\n"


@pytest.mark.parametrize(
    ("mode", "output_format", "alpha"),
    [("RGB", "png", False), ("RGBA", "png", True), ("RGB", "webp", False), ("RGB", "jpeg", False)],
)
def test_alpha_is_read_from_the_file(mode, output_format, alpha):
    assert has_alpha(encoded(mode, output_format)) is alpha


def test_alpha_is_read_from_a_webp():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 100)).save(out, "webp", quality=50)
    assert has_alpha(out.getvalue())


def test_moments_spread_evenly_and_end_with_the_time_of_the_call():
    assert event_times(3, 2) == (1, 2, 3)
    assert event_times(3, 0) == (3,)
    assert event_times(0, 3) == (0, 0, 0, 0)


def test_a_call_takes_the_time_of_one_demo_whatever_n(monkeypatch):
    monkeypatch.setattr(demo, "PAUSE_SECONDS", 60)
    watch = Watch()
    asked = ImageRequest("generations", "a cat", size="1024x1024", n=4, stream=True, partial_images=2)
    shown = list(DemoRenderer(InstantPool(), lambda: 30).render(asked, watch, Path()))
    assert watch.waits == [10, 20, 30]
    assert [event.index for event in shown] == [0, 1, 2, 3] * 3


def test_previews_are_drawn_for_streams_alone():
    pool = InstantPool()
    asked = ImageRequest("generations", "a cat", size="1024x1024", stream=False, partial_images=3)
    DemoRenderer(pool, lambda: 0).render(asked, ClientConnection("alice"), Path())
    assert [brief.partials for brief in pool.briefs] == [0]


def test_a_client_that_leaves_takes_its_pictures_out_of_the_queue(post, client, monkeypatch):
    class StuckPool(InstantPool):
        def submit(self, tasks, *, owner):
            self.drawings = [Future() for _ in tasks]
            return self.drawings

    pool = StuckPool()
    monkeypatch.setattr(base, "demo_renderer", lambda: DemoRenderer(pool, lambda: 60))
    ours, theirs = socket.socketpair()
    theirs.close()
    client.defaults["gunicorn.socket"] = ours
    with ours:
        assert post(n=3).status_code == 499
    assert [drawing.cancelled() for drawing in pool.drawings] == [True] * 3
