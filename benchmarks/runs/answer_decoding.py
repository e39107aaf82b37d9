"""Measure the cost of receiving an answer: the project's client against a script with the official SDK.

Run: `python -m benchmarks.runs.answer_decoding [rounds]`. Both save the files. A server in its own process answers
pictures of 2.08 MB (2.77 MB JSON each); targets take turns, each in a process of its own. Prints medians of
milliseconds, and peak memory above idle.
"""

import base64
import functools
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fake_provider import FakeProvider

Target = Callable[[str, int, Path], None]


def with_client(base_url: str, n: int, folder: Path) -> None:
    """Our client."""
    from playground.imageapi.client.call import ImageApiCall
    from playground.imageapi.providers import PROFILES, ImageApi
    from playground.imageapi.schemas import ImageRequest

    request = ImageRequest("generations", "a vase", n=n)
    call = ImageApiCall(
        ImageApi("load", PROFILES["qcode"], base_url), "cr_load", request, folder, seconds=60, listed=[base_url]
    )
    assert len(call.run().pictures) == n


@functools.cache
def _sdk(base_url: str) -> Any:
    from openai import OpenAI

    return OpenAI(base_url=base_url, api_key="cr_load", max_retries=0)


def with_sdk(base_url: str, n: int, folder: Path) -> None:
    """The script of the reference: the SDK, base64, a file. Its client is made once, which costs it 70 ms."""
    result = _sdk(base_url).images.generate(model="gpt-image-2", prompt="a vase", n=n)
    for index, image in enumerate(result.data or []):
        (folder / f"output-{index}.png").write_bytes(base64.b64decode(image.b64_json or ""))


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(target: Target, base_url: str, n: int, rounds: int, pipe: Connection) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target(base_url, 1, folder)
        idle = _resident_mb()
        for _ in range(rounds):
            pipe.recv()
            started, used = time.perf_counter(), time.process_time()
            target(base_url, n, folder)
            pipe.send(((time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000))
        pipe.send(_peak_mb() - idle)


def _compare(base_url: str, n: int, rounds: int) -> None:
    context = multiprocessing.get_context("spawn")
    pipes = {}
    for name, target in (("SDK script", with_sdk), ("our client", with_client)):
        receiver, sender = context.Pipe()
        context.Process(target=_measure, args=(target, base_url, n, rounds, sender), daemon=True).start()
        pipes[name] = receiver
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pipes}
    for _ in range(rounds):
        for name, pipe in pipes.items():
            pipe.send("go")
            times[name].append(pipe.recv())
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in times.items()
    }
    for name, (wall, cpu) in medians.items():
        print(f"n={n}  {name}: {wall:6.1f} ms, CPU {cpu:6.1f} ms, peak +{pipes[name].recv():.1f} MB")
    (sdk_wall, sdk_cpu), (our_wall, our_cpu) = medians["SDK script"], medians["our client"]
    print(f"n={n}  ratio: {our_wall / sdk_wall:.2f} of the time, {our_cpu / sdk_cpu:.2f} of the CPU (target 0.60)")


def _serve(pipe: Connection) -> None:
    with FakeProvider(keeps_bodies=True) as server:
        pipe.send(server.url("large"))
        pipe.recv()


def main(rounds: int) -> None:
    """Measure n = 1 and n = 4."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe()
    context.Process(target=_serve, args=(sender,), daemon=True).start()
    base_url = receiver.recv()
    for n in (1, 4):
        _compare(base_url, n, rounds)
    receiver.send("stop")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
