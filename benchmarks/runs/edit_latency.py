"""Measure time, CPU and memory of an edit of 1 and 8 files of 5 MB, against the bare call and the SDK's script.

Run: `python -m benchmarks.runs.edit_latency [rounds]`. "plain form": one form with all files, as without JavaScript,
until the picture is in hand. "chosen": the files are uploaded one after the other, as the page does it when they are
chosen; "sent": the form, the run with polls every 20 ms, and the picture fetched. Anchors are the same files in a
bare call by `requests` to the same provider, a script with the official SDK, and Pillow alone decoding them and
making thumbnails. They take turns; medians. CPU is the mean of all server processes, with Pillow's child apart.
Memory is the PSS of all server processes, sampled every 50 ms.
"""

import base64
import io
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests
from openai import OpenAI
from PIL import Image

from benchmarks.helpers.form_visitor import File, Visitor
from benchmarks.helpers.provider_process import run_provider
from tests.fake_provider.pictures import noise_png
from tests.helpers.process_costs import Peak, cpu_ms
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


def through_plain_form(visitor: Visitor, files: list[File]) -> float:
    """Milliseconds from one form with all files to the picture in the browser's hands."""
    started = time.perf_counter()
    run_id = visitor.run(BRIEF, "edit/", [*files, ("mask", "", "application/octet-stream", b"")])
    assert visitor.wait(run_id, POLL_SECONDS) == "succeeded"
    assert visitor.get(f"runs/{run_id}/pictures/1/").status == 200
    return (time.perf_counter() - started) * 1000


def with_sdk(base_url: str, files: list[File], client: list[OpenAI]) -> tuple[float, float]:
    """Milliseconds and CPU of a plain script with the official SDK, whose client is made once."""
    if not client:
        client.append(OpenAI(base_url=base_url, api_key="cr_load", max_retries=0))
    started, used = time.perf_counter(), time.process_time()
    result = client[0].images.edit(
        model="gpt-image-2", prompt="a vase", image=[part[1:2] + part[3:] for part in files]
    )
    assert result.data
    base64.b64decode(result.data[0].b64_json or "")
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def measure_plain_form(server: ServerProcess, base_url: str, files: list[File], rounds: int) -> None:
    """Print an edit from a plain form beside the bare call and the script; they take turns."""
    assert server.process
    client: list[OpenAI] = []
    with_sdk(base_url, files, client)
    rows, used = [], []
    for _ in range(rounds):
        visitor = Visitor(server.root)
        visitor.open("edit/")
        visitor.send("key/", {"api": "load", "key": "cr_load", "next": "/"})
        before = cpu_ms(server.process.pid)
        page = through_plain_form(visitor, files)
        time.sleep(0.5)
        used.append([now - then for now, then in zip(cpu_ms(server.process.pid), before, strict=True)])
        rows.append((bare(base_url, files), page, *with_sdk(base_url, files, client)))
    call, page, wall, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
    working, decoding = (statistics.mean(column) for column in zip(*used, strict=True))
    print(
        f"{len(files)} of 5 MB from a plain form: bare call {call:.1f} ms; SDK script {wall:.1f} ms, CPU {cpu:.1f} ms"
    )
    print(f"  in hand {page:.1f} ms = {page / call:.2f} bare calls, {page / wall:.2f} scripts")
    print(f"  CPU {working + decoding:.0f} ms, of them Pillow {decoding:.0f} ms")


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
        for count in (1, 8):
            measure_plain_form(server, base_url, files[:count], rounds)
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
