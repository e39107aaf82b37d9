"""The fake provider in a process of its own, so that its CPU time is not the measured program's."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import requests

from tests.fake_provider import FakeProvider


@contextmanager
def run_provider(fault: str = "large", latency: float = 0.0, *, keeps_bodies: bool = True) -> Iterator[str]:
    """Its base address; `large` answers pictures of 2.08 MB after `latency` seconds.

    With `keeps_bodies` it knows how many pictures a request asks for.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe()
    process = context.Process(target=_serve, args=(sender, fault, latency, keeps_bodies), daemon=True)
    process.start()
    sender.close()
    try:
        yield receiver.recv()
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, fault: str, latency: float, keeps_bodies: bool) -> None:
    with FakeProvider(latency=latency, keeps_bodies=keeps_bodies) as server:
        pipe.send(server.url(fault))
        time.sleep(24 * 3600)


def bare_ms(base_url: str, n: int) -> float:
    """Milliseconds of a call by `requests` that reads the answer and drops it."""
    started = time.perf_counter()
    body = {"model": "gpt-image-2", "prompt": "a vase", "n": n}
    headers = {"Authorization": "Bearer cr_load"}
    answer = requests.post(f"{base_url}/images/generations", json=body, headers=headers, stream=True, timeout=60)
    while answer.raw.read(262_144):
        pass
    answer.close()
    return (time.perf_counter() - started) * 1000
