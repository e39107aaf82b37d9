"""Serve the faults by hand: `python -m tests.fake_provider 9000`."""

import sys
import threading

from tests.fake_provider import FAULTS, FakeProvider

with FakeProvider(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
    print(server.url("ok"), *sorted(FAULTS), sep="\n")
    threading.Event().wait()
