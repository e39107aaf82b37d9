"""A fault server: an image API on loopback that answers well, badly, or not at all, as its address says.

    with UpstreamServer() as server:
        server.url("ok")                  # http://127.0.0.1:PORT/ok/v1, what an SDK calls base_url
        server.url("ok", latency=0.2)     # options stand in the address: /ok+latency=0.2/v1
        server.requests                   # what came: method, path, headers, json, fields, parts, length
        server.wait_for(2)                # until two requests came
        server.hold() / server.release()  # keep every answer back, and let them go

`FAULTS` holds every name; `outside` the faults without a server: refused, dns, tls, connect_timeout. With pytest, the
fixture `upstream` (in `fixtures`) is a fresh server. By hand: `python -m tests.upstream 9000`.
"""

from tests.upstream.catalogue import FAULTS
from tests.upstream.recorded import Part, Recorded
from tests.upstream.server import UpstreamServer

__all__ = ["FAULTS", "Part", "Recorded", "UpstreamServer"]
