"""What comes of every odd or hostile upload, and what it costs: a table of outcomes, seconds and memory.

    .venv/bin/python -m tests.load.uploads

Beyond the files of `tests/corpus.py`: some that are slow on purpose. Ends with 1 when an outcome is not the expected.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playground.pixels import child
from playground.pixels.decode import PictureError
from tests.corpus import SOURCES, a_png, many_scans

# The decoder's own words, where the page says it in others.
REASONS = {"pixels": "size", "heic": "format", "too_large": ""}
SLOW: dict[str, tuple[Callable[[], bytes], str]] = {
    "49 megapixels in 50 KB.png": (lambda: a_png(7_000, 7_000, bytes(7_001 * 7_000)), "png 7000x7000"),
    "20 scans.jpg": (lambda: many_scans(20), ""),
    "2000 scans.jpg": (lambda: many_scans(2000), ""),
}


def main() -> int:
    """Print the table; the exit status."""
    wrong = 0
    print("| file | bytes | expected | outcome | seconds |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, (build, expected) in {**SOURCES, **SLOW}.items():
            path = Path(folder, "upload")
            path.write_bytes(build())
            began = time.monotonic()
            try:
                facts = child.take_in(path, Path(folder, "taken"), Path(folder, "small"))
                outcome = f"{facts.format} {facts.width}x{facts.height}"
            except PictureError as error:
                outcome = error.reason
            is_wrong = outcome != REASONS.get(expected, expected) and expected not in ("", "too_large")
            wrong += is_wrong
            seconds = time.monotonic() - began
            mark = " WRONG" if is_wrong else ""
            print(f"| {name} | {path.stat().st_size} | {expected or 'any'} | {outcome}{mark} | {seconds:.2f} |")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\n{len(SOURCES) + len(SLOW)} files, {wrong} wrong; the largest child took {most} MB that ended")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
