"""Kill the server at random moments for a while, and look for anything lost, doubled or left behind.

    .venv/bin/python -m benchmarks.robustness.server_kills [SECONDS, default 120] [SEED]

Runs go to a faulty image API with random answers; web workers, the runner or all processes get SIGKILL at random.
Prints a summary; exits with 1 on any loss.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import requests

from tests.fake_provider import FakeProvider
from tests.helpers.crashes import OVER, Visitor, kill, kill_all, lasting_troubles, runner_of, web_of
from tests.helpers.server import ServerProcess

FAULTS = ("ok", "fewer", "reset_mid", "400_moderation", "truncated", "hang_mid", "sse_partials")
RECOVERY_SECONDS = 60


def a_round(
    server: ServerProcess, provider: FakeProvider, chance: random.Random, picture_bytes: dict[str, list[bytes]]
) -> Counter[str]:
    """Some runs, one kill, and everything looked at; how the runs ended, and what was wrong."""
    visitor, count = Visitor(server), len(provider.requests)
    provider.latency = chance.choice((0, 0.1, 0.6))
    sent = []
    for number in range(chance.randint(1, 5)):
        api = f"f{chance.randrange(len(FAULTS))}"
        sent.append(visitor.submit(f"{count} {number}", api=api, n=chance.randint(1, 2)))
    time.sleep(chance.random() * 1.2)
    what = chance.choice(("web", "runner", "all"))
    try:
        kill(*web_of(server)) if what == "web" else kill(runner_of(server)) if what == "runner" else kill_all(server)
    except ProcessLookupError:
        what = "nothing"
    if what == "all":
        server.start()
    server.wait_until_healthy()
    counts = Counter({f"kill {what}": 1})
    for address in sent:
        try:
            counts[f"run {visitor.wait(address, *OVER, seconds=RECOVERY_SECONDS)['state']}"] += 1
            picture_bytes[address] = visitor.pictures(address)
        except (AssertionError, requests.RequestException) as error:
            counts[f"WRONG: {error}"] += 1
    if len(provider.requests) - count > len(sent):
        counts["WRONG: sent twice"] += 1
    for trouble in lasting_troubles(server):
        counts[f"WRONG: {trouble}"] += 1
    return counts


def main(seconds: float, seed: int) -> int:
    """Rounds until the time is over; the exit status."""
    chance, total, rounds = random.Random(seed), Counter[str](), 0
    until = time.monotonic() + seconds
    with FakeProvider() as provider, tempfile.TemporaryDirectory() as folder:
        apis = ",".join(f"f{number}={provider.url(fault)}" for number, fault in enumerate(FAULTS))
        server = ServerProcess(Path(folder), {"IMAGE_APIS": apis, "RUN_DEADLINE": "5"}).start()
        try:
            while time.monotonic() < until:
                total += a_round(server, provider, chance, {})
                rounds += 1
        finally:
            server.stop(within=30)
    print(f"{rounds} rounds in {seconds:.0f} s, seed {seed}")
    for name, count in sorted(total.items()):
        print(f"  {name}: {count}")
    return any(name.startswith("WRONG") for name in total)


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(
        main(float(words[0]) if words else 120, int(words[1]) if len(words) > 1 else random.randrange(1_000_000))
    )
