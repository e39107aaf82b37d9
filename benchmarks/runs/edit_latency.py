"""Measure time and memory of an edit of 8 files of 5 MB through the page, against the bare call.

Run: `python -m benchmarks.runs.edit_latency [rounds]`. "chosen": the files are uploaded one after the other, as the
page does it when they are chosen; "sent": the form, the run with polls every 20 ms, and the picture fetched.
Anchors are the same files in a bare call by `requests` to the same provider, and Pillow alone decoding them and
making thumbnails. They take turns; medians of milliseconds. Memory is the PSS of all server processes, sampled
every 50 ms.
"""

import io
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests
from PIL import Image

from benchmarks.helpers.form_visitor import File, Visitor
from benchmarks.helpers.provider_process import run_provider
from tests.fake_provider.pictures import noise_png
from tests.helpers.process_costs import Peak
from tests.helpers.server import ServerProcess

AT_ONCE = 8
POLL_SECONDS = 0.02
BRIEF = {"api": "load", "prompt": "a vase", "size": "1024x1024", "quality": "low", "n": "1"}


def through_page(server: ServerProcess, files: list[File]) -> tuple[float, float]:
    """Milliseconds until all files are on the page, and from the form to the picture in the browser's hands."""
    visitor = Visitor(server.root)
    visitor.open("edit/")
    visitor.send("key/", {"api": "load", "key": "cr_load", "next": "/"})
    started = time.perf_counter()
    for file in files:
        answer = visitor.send("edit/sources/", {}, [file])
        assert answer.status < 400, answer.text[:2000]
    chosen = time.perf_counter()
    run_id = visitor.run(BRIEF, "edit/", [("mask", "", "application/octet-stream", b"")])
    visitor.wait(run_id, POLL_SECONDS, pictures=1)
    assert visitor.get(f"runs/{run_id}/pictures/1/").status == 200
    done = time.perf_counter()
    assert visitor.wait(run_id, POLL_SECONDS) == "succeeded"
    visitor.close()
    return (chosen - started) * 1000, (done - chosen) * 1000


def pillow(files: list[File]) -> float:
    """Milliseconds that decoding them and a thumbnail of each take by themselves, in one process."""
    started = time.perf_counter()
    for *_, data in files:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            picture.thumbnail((512, 512))
            picture.save(io.BytesIO(), "WEBP")
    return (time.perf_counter() - started) * 1000


def bare(base_url: str, files: list[File]) -> float:
    """Milliseconds of the bare call."""
    started = time.perf_counter()
    headers = {"Authorization": "Bearer cr_load"}
    data = {"model": "gpt-image-2", "prompt": "a vase"}
    parts = [(field, (name, body, kind)) for field, name, kind, body in files]
    assert requests.post(f"{base_url}/images/edits", headers=headers, data=data, files=parts, timeout=60).json()
    return (time.perf_counter() - started) * 1000


def main(rounds: int) -> None:
    """Measure alone, then several at once."""
    files: list[File] = [("image", f"{number}.png", "image/png", noise_png(5_000_000)) for number in range(8)]
    small: list[File] = [("image", "a.png", "image/png", noise_png(10_000))]
    with tempfile.TemporaryDirectory() as folder, run_provider("ok", keeps_bodies=False) as base_url:
        server = ServerProcess(Path(folder) / "server", {"IMAGE_APIS": f"builtin,load={base_url}"}).start()
        assert server.process
        for _ in range(3):
            through_page(server, small)
        with Peak(server.process.pid) as alone:
            rows = [(bare(base_url, files), pillow(files), *through_page(server, files)) for _ in range(rounds)]
        call, checking, chosen, sent = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"8 files of 5 MB: bare {call:.0f} ms, Pillow alone {checking:.0f} ms")
        print(f"  chosen {chosen:.0f} ms, without Pillow's work {(chosen - checking) / call:.2f} bare calls")
        print(f"  sent {sent:.0f} ms, {sent / call:.2f} bare calls (at most 4)")
        print(f"  servers +{alone.growth:.1f} MB over {alone.idle:.0f} (at most 30)")
        with Peak(server.process.pid) as together:
            threads = [threading.Thread(target=through_page, args=(server, files)) for _ in range(AT_ONCE)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        print(f"  {AT_ONCE} visitors at once: servers +{together.peak - alone.idle:.1f} MB")
        server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
