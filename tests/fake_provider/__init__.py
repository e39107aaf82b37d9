"""The fake provider: an image API on loopback whose address chooses a good answer, a bad one, or none.

    with FakeProvider() as server:
        server.url("ok")                  # http://127.0.0.1:PORT/ok/v1, what an SDK calls base_url
        server.url("ok", latency=0.2)     # options stand in the address: /ok+latency=0.2/v1
        server.requests                   # the received requests: method, path, headers, json, fields, parts, length
        server.wait_for(2)                # until two requests have come
        server.hold() / server.release()  # keep every answer back, and let them go

`FAULTS` holds every name; `outside` the faults without a server: refused, dns, tls, connect_timeout. With pytest, the
fixture `upstream` (in `fixtures`) is a fresh server. By hand: `python -m tests.fake_provider 9000`.
"""

from tests.fake_provider.catalogue import FAULTS
from tests.fake_provider.recorded_requests import Part, Recorded
from tests.fake_provider.server import FakeProvider

__all__ = ["FAULTS", "FakeProvider", "Part", "Recorded"]
