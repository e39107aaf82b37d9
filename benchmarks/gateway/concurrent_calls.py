"""Measure the built-in API while 200 visitors submit demo runs at once and 500 API calls stay open.

Run: `python -m benchmarks.gateway.concurrent_calls [visitors] [calls]`. Meanwhile another visitor opens the first
page ten times a second. The calls go through the gateway to a provider that answers after 20 s; the anchor is the
same provider without the gateway.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.helpers.async_visitors import Crowder, look_on, percentile
from benchmarks.helpers.provider_process import run_provider
from benchmarks.runs.concurrent_runs import allow_many_files, arrive
from tests.gateway.live_api import manage
from tests.helpers.server import ServerProcess

BRIEF = {"prompt": "a vase", "api": "builtin", "n": "1", "size": "1024x1024", "quality": "low"}
MAKE_KEYS = "from django.core.management import call_command\nfor _ in range({count}): call_command('create_key')"
PREFIX_LENGTH = 11
LATENCY = 20.0
SPREAD = 10.0


async def ask_the_demo(server: ServerProcess, count: int) -> None:
    """Submit one demo run for each of `count` visitors at the same moment."""
    visitors = await arrive(server.port, count)
    ended, over, took = Counter[str](), asyncio.Event(), []

    async def submit_and_follow(visitor: Crowder) -> None:
        started = time.perf_counter()
        ended[await visitor.follow(*await visitor.submit(BRIEF))] += 1
        took.append(time.perf_counter() - started)
        visitor.close()

    onlooker = asyncio.create_task(look_on(server.port, 0.1, over))
    await asyncio.gather(*(submit_and_follow(visitor) for visitor in visitors))
    over.set()
    pages = await onlooker
    print(f"{count} visitors pick the demo at once: {dict(ended)}, median {statistics.median(took):.1f} s, ", end="")
    print(f"last {max(took):.1f} s; somebody else's page p95 {percentile(pages, 0.95):.0f} ms (at most 150)")


async def call(port: int, path: str, key: str) -> tuple[int, float]:
    """One call of the image API: status, seconds."""
    body = b'{"model":"gpt-image-2","prompt":"a vase","quality":"low"}'
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(head.encode() + body)
    status = int((await reader.readline()).split()[1])
    while await reader.read(1 << 20):
        pass
    writer.close()
    return status, time.perf_counter() - started


async def hold_calls(server: ServerProcess, upstream_port: int, keys: list[str]) -> None:
    """Spread the calls over SPREAD seconds, through the gateway and to the provider itself."""

    async def later(number: int, port: int, path: str, key: str) -> tuple[int, float]:
        await asyncio.sleep(number * SPREAD / len(keys))
        return await call(port, path, key)

    for name, port, path in (
        ("upstream", upstream_port, "/large/v1/images/generations"),
        ("gateway", server.port, "/qcode-img/v1/images/generations"),
    ):
        over = asyncio.Event()
        onlooker = asyncio.create_task(look_on(server.port, 0.1, over))
        answers = await asyncio.gather(*(later(number, port, path, key) for number, key in enumerate(keys)))
        over.set()
        pages = await onlooker
        print(f"{len(keys)} calls to the {name}: {dict(Counter(status for status, _ in answers))}, ", end="")
        print(f"median {statistics.median(seconds for _, seconds in answers):.2f} s; ", end="")
        print(f"somebody else's page p95 {percentile(pages, 0.95):.0f} ms")


def main(visitors: int, calls: int) -> None:
    """Both crowds, one after the other, each with a server of its own."""
    allow_many_files()
    with tempfile.TemporaryDirectory() as name, run_provider(latency=LATENCY, keeps_bodies=False) as base_url:
        base = {"WEB_WORKERS": "2", "WEB_THREADS": "600"}
        server = ServerProcess(Path(name) / "demo", {**base, "DEMO_SECONDS": "0"}).start()
        asyncio.run(ask_the_demo(server, visitors))
        server.stop()
        provider = {"GATEWAY_UPSTREAM_URL": base_url, "GATEWAY_UPSTREAM_KEY": "sk-load"}
        server = ServerProcess(Path(name) / "gateway", {**base, **provider}).start()
        keys_printed = manage(server.data, "shell", "-c", MAKE_KEYS.format(count=(calls + 1) // 2)).split()
        keys = [word for word in keys_printed if word.startswith("cr_") and len(word) > PREFIX_LENGTH]
        port = int(base_url.split(":")[2].split("/")[0])
        asyncio.run(hold_calls(server, port, [key for key in keys for _ in range(2)][:calls]))
        server.stop()


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 200, given[1] if len(given) > 1 else 500)
