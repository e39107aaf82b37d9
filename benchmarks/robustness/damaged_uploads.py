"""Upload odd, hostile and randomly damaged files, and print outcome, seconds and memory of each.

    .venv/bin/python -m benchmarks.robustness.damaged_uploads [DAMAGED FILES, default 3000] [SEED]

Beside the files of `tests/helpers/file_corpus.py`: some that are slow on purpose, and good files with bytes
flipped, cut out, doubled or exchanged with those of another file. An accepted file must be a picture that opens,
without hidden data. Exits with 1 on an unexpected outcome; the table is written to
`build/outcomes/uploads-slow.md`.
"""

import random
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from tests.helpers.file_corpus import SOURCES, a_png, many_scans
from tests.helpers.outcome_tables import Table
from tests.helpers.sample_pictures import samples

# The decoder's own words, where the page says it in others.
REASONS = {"pixels": "size", "heic": "format", "too_large": ""}
SLOW: dict[str, tuple[Callable[[], bytes], str]] = {
    "49 megapixels in 50 KB.png": (lambda: a_png(7_000, 7_000, bytes(7_001 * 7_000)), "png 7000x7000"),
    "90 scans of 25 megapixels.jpg": (lambda: many_scans(80), "jpeg 5000x5000"),
}
KNOWN = ("broken", "format", "size")
# Nobody waits longer than this for one file: the child's own limit, and a little for its end.
MOST_SECONDS = sandbox.CPU_SECONDS + 5
# Where programs write about a picture, besides the texts of a PNG.
TELLING = ("exif", "xmp", "comment", "photoshop", "mp")
# Bases of damaged files: small ones, so that many can be tried.
MOST_BYTES = 100_000


def looked_at(data: bytes, folder: Path) -> tuple[str, float]:
    """The outcome of a file, and the seconds it took."""
    path, taken = folder / "upload", folder / "taken"
    path.write_bytes(data)
    began = time.monotonic()
    try:
        facts = sandbox.normalize_source(path, taken, folder / "small")
        outcome = f"{facts.format} {facts.width}x{facts.height}"
    except PictureError as error:
        outcome = error.reason
    return outcome, time.monotonic() - began


def damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """The file with one to eight things done to it."""
    file = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not file:
            break
        position = chance.randrange(len(file))
        length = chance.choice((1, 2, 4, 16, 200, len(file) // 3))
        match chance.randrange(7):
            case 0:
                file[position] ^= 1 << chance.randrange(8)
            case 1:
                del file[position : position + length]
            case 2:
                file[position:position] = file[position : position + length] * chance.randint(1, 3)
            case 3:
                file[position : position + length] = other[position : position + length]
            case 4:
                file[position : position + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\x01")
                )
            case 5:
                file[position:position] = chance.randbytes(length % 300)
            case _:
                del file[position:]
    return bytes(file)


def trouble(outcome: str, seconds: float, folder: Path) -> str:
    """Return the rule that an outcome breaks, or nothing."""
    if seconds > MOST_SECONDS:
        return f"took {seconds:.1f} s"
    if " " not in outcome:
        return "" if outcome in KNOWN else f"an unknown reason {outcome}"
    with Image.open(folder / "taken") as picture, warnings.catch_warnings(action="ignore"):
        picture.load()
        shown = f"{picture.format or ''} {picture.width}x{picture.height}".lower()
        hidden = [name for name in TELLING if name in picture.info] + list(getattr(picture, "text", ()))
    return (f"it is {shown}" if shown != outcome else "") or (f"it carries {hidden}" if hidden else "")


def main(cases: int, first: int) -> int:
    """The exit status."""
    table = Table("uploads-slow", ("file", "bytes", "expected", "outcome", "seconds"))
    files = {name: build() for name, (build, _) in {**SOURCES, **SLOW}.items()}
    expectations = {name: expected for name, (_, expected) in {**SOURCES, **SLOW}.items()}
    for name, (path, expected) in samples().items():
        files[name], expectations[name] = path.read_bytes(), expected
    chance, counted, slowest = random.Random(first), Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, data in files.items():
            outcome, seconds = looked_at(data, folder)
            expected = expectations[name]
            is_wrong = outcome != REASONS.get(expected, expected) and expected not in ("", "too_large")
            wrong = f"not {expected}" if is_wrong else trouble(outcome, seconds, folder)
            print(
                table.add(name, str(len(data)), expected or "any", outcome, f"{seconds:.2f}", wrong=wrong), flush=True
            )
        bases = [data for name, data in files.items() if 0 < len(data) <= MOST_BYTES and " " in expectations[name]]
        for number in range(cases):
            data = damaged(chance.choice(bases), chance.choice(bases), chance)
            outcome, seconds = looked_at(data, folder)
            slowest = max(slowest, seconds)
            counted[outcome.partition(" ")[0]] += 1
            if wrong := trouble(outcome, seconds, folder):
                folder_kept = Path(tempfile.gettempdir(), f"damaged-{first}-{number}")
                folder_kept.write_bytes(data)
                print(
                    table.add(
                        f"damaged {number}, {folder_kept}",
                        str(len(data)),
                        "any",
                        outcome,
                        f"{seconds:.2f}",
                        wrong=wrong,
                    )
                )
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    summary = ", ".join(f"{count} {outcome}" for outcome, count in counted.most_common())
    note = (
        f"seed {first}: {cases} damaged files ({summary}), the slowest took {slowest:.2f} s; "
        f"the largest child took {peak_mb} MB that ended"
    )
    print(f"{table.summary}\n{note}\n{table.write(note)}")
    return 1 if table.wrong else 0


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(words[0] if words else 3000, words[1] if len(words) > 1 else random.randrange(1_000_000)))
