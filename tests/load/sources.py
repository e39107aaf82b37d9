"""What an edit of 8 files of 5 MB costs on its way through the page: time against the bare call, and memory.

Run: `python -m tests.load.sources [rounds]`. "chosen": the files go up one after the other, as the page sends them
when they are chosen; "sent": the form, the run, and the picture fetched, followed with 20 ms polls. Beside them the
same 8 files in a bare call by `requests` to the same upstream, and Pillow alone decoding them and making thumbnails.
They take turns; medians of milliseconds. Memory: all processes of the server (PSS), sampled every 20 ms.
"""

import io
import multiprocessing
import re
import statistics
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import requests
from PIL import Image

from tests.gateway.test_server import descendants
from tests.house import House
from tests.upstream import UpstreamServer
from tests.upstream.pictures import noise_png

AT_ONCE = 8
STATE = re.compile(r'data-state="(\w+)"')
PICTURE = re.compile(r'data-picture[^>]*? src="([^"]+)"|src="([^"]+)"[^>]*? data-picture')
Files = list[tuple[str, tuple[str, bytes, str]]]


def pss_mb(pid: int) -> float:
    """Memory of the process and all its descendants, shared pages divided, in MB."""
    total = 0.0
    for one in (pid, *descendants(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    return total


def peak_mb(pid: int, act: threading.Event, found: list[float]) -> None:
    while not act.wait(0.02):
        found.append(pss_mb(pid))


def through_page(house: House, files: Files) -> tuple[float, float]:
    """Milliseconds until all files are on the page, and from the form to the picture in the browser's hands."""
    with requests.Session() as session:
        page = session.get(f"{house.url}edit/", timeout=30).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        form = {**hidden, "api": "ok", "key": "cr_load", "prompt": "a vase", "size": "1024x1024", "quality": "low"}
        form |= {"n": "1", "output_format": "png", "background": "auto"}
        started = time.perf_counter()
        for file in files:
            answer = session.post(f"{house.url}edit/sources/", data=hidden, files=[file], timeout=120)
            assert answer.ok, answer.text[:2000]
        chosen = time.perf_counter()
        answer = session.post(f"{house.url}edit/", data=form, files={"mask": ("", b"")}, timeout=120)
        while (state := STATE.search(answer.text)) and state[1] in ("queued", "running"):
            time.sleep(0.02)
            answer = session.get(answer.url, timeout=30)
        assert state and state[1] == "succeeded", answer.text[:3000]
        source = next(filter(None, PICTURE.search(answer.text).groups()))  # type: ignore[union-attr]
        assert session.get(requests.compat.urljoin(answer.url, source.replace("&amp;", "&")), timeout=30).ok
        return (chosen - started) * 1000, (time.perf_counter() - chosen) * 1000


def pillow(files: Files) -> float:
    """Milliseconds that decoding them and a thumbnail of each take by themselves, in one process."""
    started = time.perf_counter()
    for _, (_, data, _) in files:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            picture.thumbnail((512, 512))
            picture.save(io.BytesIO(), "WEBP")
    return (time.perf_counter() - started) * 1000


def bare(base_url: str, files: Files) -> float:
    """Milliseconds of the bare call."""
    started = time.perf_counter()
    headers = {"Authorization": "Bearer cr_load"}
    data = {"model": "gpt-image-2", "prompt": "a vase"}
    assert requests.post(f"{base_url}/images/edits", headers=headers, data=data, files=files, timeout=60).json()
    return (time.perf_counter() - started) * 1000


def serve(pipe: Connection) -> None:
    with UpstreamServer(keeps_bodies=False) as server:
        pipe.send(server.url("ok"))
        pipe.recv()


def main(rounds: int) -> None:
    """Measure alone, then several at once."""
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.Process(target=serve, args=(theirs,), daemon=True).start()
    base_url = ours.recv()
    files: Files = [("image", (f"{one}.png", noise_png(5_000_000), "image/png")) for one in range(8)]
    small: Files = [("image", ("a.png", noise_png(10_000), "image/png"))]
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "house", {"IMAGE_APIS": f"builtin,ok={base_url}"}).start()
        assert house.process
        for _ in range(3):
            through_page(house, small)
        idle, found, ended = pss_mb(house.process.pid), [0.0], threading.Event()
        watcher = threading.Thread(target=peak_mb, args=(house.process.pid, ended, found))
        watcher.start()
        rows = [(bare(base_url, files), pillow(files), *through_page(house, files)) for _ in range(rounds)]
        alone, medians = max(found) - idle, [statistics.median(column) for column in zip(*rows, strict=True)]
        call, checking, chosen, sent = medians
        print(f"8 files of 5 MB: bare {call:.0f} ms, Pillow alone {checking:.0f} ms")
        print(f"  chosen {chosen:.0f} ms, without Pillow's work {(chosen - checking) / call:.2f} bare calls")
        print(f"  sent {sent:.0f} ms, {sent / call:.2f} bare calls (at most 4)")
        print(f"  servers +{alone:.1f} MB over {idle:.0f} (at most 30)")
        threads = [threading.Thread(target=through_page, args=(house, files)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ended.set()
        watcher.join()
        print(f"  {AT_ONCE} visitors at once: servers +{max(found) - idle:.1f} MB")
        house.stop()
    ours.send("stop")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
