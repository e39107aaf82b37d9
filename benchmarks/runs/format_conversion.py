"""Measure the conversion of a picture to another format through the server, against Pillow alone.

Run: `python -m benchmarks.runs.format_conversion [rounds]`. Pictures have 2048x2048 pixels and come from the demo,
a new one each round. A conversion is made once, and must not slow other pages down.
"""

import io
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from benchmarks.helpers.form_visitor import Visitor
from tests.helpers.server import ServerProcess

BRIEF = {"api": "builtin", "size": "2048x2048", "quality": "low", "n": "1"}
OPTIONS = {"webp": {"quality": 90, "method": 4}, "jpeg": {"quality": 90, "optimize": True}}


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def by_pillow(data: bytes, format: str) -> None:
    """The same with Pillow alone."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(io.BytesIO(), format, **OPTIONS[format])


def converted(visitor: Visitor, run_id: str, format: str, rows: list[tuple[float, float, float]]) -> None:
    """One picture in one format: by Pillow alone, by the server, and once more."""
    address = f"runs/{run_id}/pictures/1/"
    data = visitor.get(address).body
    alone = timed(lambda: by_pillow(data, format))
    first, again = (timed(lambda: visitor.get(f"{address}?format={format}")) for _ in range(2))
    rows.append((alone, first, again))


def main(rounds: int) -> None:
    """Convert, convert again, and look at another page meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        server = ServerProcess(Path(name) / "server", {"DEMO_SECONDS": "0", "WEB_WORKERS": "2"}).start()
        visitor, other = Visitor(server.root), Visitor(server.root)
        visitor.open()
        times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in OPTIONS}
        quiet = statistics.median(timed(lambda: other.get("runs/")) for _ in range(20))
        pages: list[float] = []
        for number in range(rounds):
            run_id = visitor.run({**BRIEF, "prompt": f"a harbour at dusk, number {number}"})
            assert visitor.wait(run_id, 0.05) == "succeeded"
            time.sleep(0.5)
            for format, rows in times.items():
                converting = threading.Thread(target=converted, args=(visitor, run_id, format, rows))
                converting.start()
                while converting.is_alive():
                    pages.append(timed(lambda: other.get("runs/")))
                converting.join()
        server.stop()
    for format, rows in times.items():
        alone, served, again = (statistics.median(column) for column in zip(*rows, strict=True))
        print(
            f"{format}: Pillow {alone:.0f} ms, served {served:.0f} = {served / alone:.2f} (at most 1.2); "
            f"again {again:.0f}"
        )
    print(f"another page meanwhile: median {statistics.median(pages):.0f} ms, without {quiet:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
