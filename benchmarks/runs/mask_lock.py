"""Measure seconds and memory of locking one masked edit.

Run: `python -m benchmarks.runs.mask_lock [WIDTHxHEIGHT] [rounds]`, 3840x2160 by default. The result is shifted by 3
pixels and changed everywhere inside the mask; once it is as large as the source, once as large as an API answers.
Each step has a process of its own. Prints medians of seconds and CPU seconds, and peak memory above an idle
decoder.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from playground.imaging import mask_lock, masks, normalize
from playground.imaging.alignment import Placement


def a_photo(size: tuple[int, int]) -> Image.Image:
    """Soft noise with lines: as much detail as a photograph."""
    bands = []
    for coarse in (4, 6, 9):
        small = Image.effect_noise((size[0] // coarse + 1, size[1] // coarse + 1), 70)
        bands.append(small.resize(size, Image.Resampling.BICUBIC))
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    for x in range(0, size[0], 97):
        draw.line((x, 0, size[0] - x, size[1]), (x % 255, 90, 200), 3)
    return picture


def prepare(folder: Path, size: tuple[int, int]) -> None:
    """Write source, mask and the two results."""
    source = a_photo(size)
    source.save(folder / "source.jpg", quality=92)
    box = (size[0] // 3, size[1] // 3, size[0] // 2, size[1] // 2)
    alpha = Image.new("L", size, 255)
    ImageDraw.Draw(alpha).ellipse(box, 0)
    black = Image.new("L", size, 0)
    Image.merge("RGBA", (black, black, black, alpha)).save(folder / "mask.png")
    result = ImageChops.offset(source, 3, -2)
    result.paste((200, 40, 40), box)
    result.save(folder / "large.png", compress_level=1)
    result.resize((1536, 1024), Image.Resampling.LANCZOS).save(folder / "small.png", compress_level=1)


def steps(folder: Path, size: tuple[int, int]) -> dict[str, Callable[[], object]]:
    """Return the measured steps by name."""
    source, marks, made = folder / "source.jpg", folder / "mask.png", folder / "made"
    large, small = folder / "large.png", folder / "small.png"
    same, stretched = Placement("same", 3, -2), Placement("stretched", 3, -2)
    return {
        "take in the source": lambda: normalize.normalize_source(source, made, folder / "thumbnail"),
        "fit the mask": lambda: masks.fit_mask(marks, made, size),
        "lock, result as large": lambda: mask_lock.lock_picture(source, marks, large, made),
        "compare, result as large": lambda: mask_lock.measure_outside_change(source, marks, large, made, same),
        "lock, result 1536x1024": lambda: mask_lock.lock_picture(source, marks, small, made),
        "compare, result 1536x1024": lambda: mask_lock.measure_outside_change(source, marks, small, made, stretched),
    }


def _measure(folder: Path, size: tuple[int, int], name: str, rounds: int, pipe: Connection) -> None:
    step = steps(folder, size)[name]
    idle = _peak_mb()
    walls, cpus = [], []
    outcome: object = None
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        outcome = step()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    pipe.send((statistics.median(walls), statistics.median(cpus), _peak_mb() - idle, outcome))


def _peak_mb() -> float:
    """Most memory of this process so far; getrusage would tell its parent's too."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main(size: tuple[int, int], rounds: int) -> None:
    """Measure each step."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, size)
        for step in steps(folder, size):
            receiver, sender = context.Pipe()
            process = context.Process(target=_measure, args=(folder, size, step, rounds, sender))
            process.start()
            wall, cpu, peak, outcome = receiver.recv()
            process.join()
            print(f"{size[0]}x{size[1]}  {step:26} {wall:5.2f} s, CPU {cpu:5.2f} s, peak +{peak:4.0f} MB  {outcome}")


if __name__ == "__main__":
    width, _, height = (sys.argv[1] if len(sys.argv) > 1 else "3840x2160").partition("x")
    main((int(width), int(height)), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
