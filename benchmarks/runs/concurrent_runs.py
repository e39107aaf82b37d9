"""Measure a server with a thousand open runs, and with two thousand that arrive at 111 a second.

Run: `python -m benchmarks.runs.concurrent_runs [runs] [seconds of arrival] [seconds of the provider] [previews]`. The
provider answers each run with a picture of 2.08 MB; with the word `previews` it streams two of that size before it.
Each visitor submits the form, opens the run's page, polls at the interval that the server names, and fetches the
picture; another visitor opens the first page ten times a second.
Beside the CPU of a run stands that of the plain SDK script, which saves one picture, measured just before.
"""

import asyncio
import multiprocessing
import re
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.helpers.async_visitors import Crowder, look_on, percentile
from benchmarks.helpers.provider_process import run_provider
from benchmarks.runs.run_latency import script
from tests.helpers.process_costs import Peak, cpu_ms
from tests.helpers.server import ServerProcess

BRIEF = {"prompt": "a vase", "api": "load", "n": "1", "size": "1024x1024", "quality": "low"}


def allow_many_files() -> None:
    """A thousand visitors are as many sockets."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard_limit, 65_536), hard_limit))


async def arrive(port: int, count: int, api: str = "") -> list[Crowder]:
    """Open `count` visitors, each with a key of their own for `api`, before the measurement."""
    visitors = [Crowder(port) for _ in range(count)]
    gate = asyncio.Semaphore(16)

    async def arrive(number: int, visitor: Crowder) -> None:
        async with gate:
            await visitor.arrive(api, f"cr_load_{number}" if api else "")
            visitor.close()

    await asyncio.gather(*(arrive(number, visitor) for number, visitor in enumerate(visitors)))
    return visitors


async def all_at_once(server: ServerProcess, visitors: list[Crowder], spread: float, latency: float) -> None:
    """The measurement itself."""
    late: list[float] = []
    ended, over = Counter[str](), asyncio.Event()

    async def submit_and_follow(number: int, visitor: Crowder) -> None:
        await asyncio.sleep(number * spread / len(visitors))
        pressed = time.perf_counter()
        try:
            run_id, version, state = await visitor.submit(BRIEF)
            ended[await visitor.follow(run_id, version, state)] += 1
            late.append(time.perf_counter() - pressed - latency)
            await visitor.fetch(run_id)
        except (OSError, AssertionError, TimeoutError) as error:
            ended[f"{type(error).__name__} {error!s:.60}"] += 1
        finally:
            visitor.close()

    onlooker = asyncio.create_task(look_on(server.port, 0.1, over))
    await asyncio.gather(*(submit_and_follow(number, visitor) for number, visitor in enumerate(visitors)))
    over.set()
    pages = await onlooker
    print(f"  ended: {dict(ended)}; polls a run {sum(visitor.polls for visitor in visitors) / len(visitors):.1f}")
    middle, slow = statistics.median(late), percentile(late, 0.95)
    print(f"  seen after the provider could have answered: median {middle:.2f} s, p95 {slow:.2f} s")
    print(f"  somebody else's page: median {statistics.median(pages):.0f}, p95 {percentile(pages, 0.95):.0f} ms")


def used(pid: int) -> list[float]:
    """Milliseconds of CPU so far: the server `pid`, its Pillow, the visitors, the provider."""
    upstreams = (child.pid or 0 for child in multiprocessing.active_children())
    return [*cpu_ms(pid), time.process_time() * 1000, sum(cpu_ms(upstream)[0] for upstream in upstreams)]


def sdk_cpu_ms() -> float:
    """Milliseconds of CPU that the plain SDK script takes on this machine at this moment."""
    with tempfile.TemporaryDirectory() as name, run_provider() as base_url:
        script(base_url, 1, Path(name))
        return statistics.median(script(base_url, 1, Path(name))[1] for _ in range(15))


def main(count: int, spread: float, latency: float, *, with_previews: bool = False) -> None:
    """Run one load and print its figures."""
    allow_many_files()
    anchor = sdk_cpu_ms()
    with tempfile.TemporaryDirectory() as name, run_provider(latency=latency, keeps_bodies=with_previews) as base_url:
        profile = ":openai" if with_previews else ""
        settings = {"IMAGE_APIS": f"builtin,load{profile}={base_url}", "WEB_WORKERS": "2", "WEB_THREADS": "600"}
        server = ServerProcess(Path(name) / "server", settings).start()
        assert server.process
        print(f"{count} runs over {spread:.0f} s, {count / spread:.0f} a second, provider {latency:.0f} s")
        loop = asyncio.new_event_loop()
        visitors = loop.run_until_complete(arrive(server.port, count, "load"))
        before, started = used(server.process.pid), time.perf_counter()
        with Peak(server.process.pid, every_seconds=2) as memory:
            loop.run_until_complete(all_at_once(server, visitors, spread, latency))
        took = time.perf_counter() - started
        spent = [(now - then) / count for now, then in zip(used(server.process.pid), before, strict=True)]
        print("  {:.0f} s in all; CPU a run {:.0f} ms, and Pillow {:.0f} ms".format(took, *spent[:2]), end="; ")
        print(f"the SDK script {anchor:.0f} ms", end="; ")
        print("the visitors themselves {:.0f} ms, the provider {:.0f} ms".format(*spent[2:]))
        print(f"  memory {memory.idle:.0f} -> {memory.peak:.0f} MB, {memory.growth / count:.2f} MB a run")
        server.stop()
        log_lines = Counter(re.sub(r"[0-9a-f]{8,}|[0-9]+", "#", line)[24:130] for line in server.log.splitlines())
        for line, times in log_lines.most_common(8):
            if " INFO " not in line:
                print(f"  log, {times} times: {line}")


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:] if word != "previews"]
    main(
        int(given[0]) if given else 1000,
        given[1] if len(given) > 1 else 18.0,
        given[2] if len(given) > 2 else 20.0,
        with_previews="previews" in sys.argv,
    )
