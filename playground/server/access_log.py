"""Count and log each HTTP request when its response has ended, a streamed one at the end of the stream."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings

from playground.core.http.client_connections import Logger
from playground.core.logging import REQUEST_ID_KEY, ROUTE_KEY, use_request_id
from playground.server import local_metrics
from playground.server.probes import PROBES

logger = logging.getLogger("playground.access")


class RequestLogger(Logger):
    """gunicorn's logger; with METRICS it counts requests, with ACCESS_LOG it writes a line for each.

    Neither holds a path, a query string, a header or an address of a visitor.
    """

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Handle a response that has ended. gunicorn calls it, also when the client has gone."""
        metrics = local_metrics.local_metrics()
        if metrics is None and not settings.ACCESS_LOG:
            return
        # 499: the client has gone before the response began.
        status = int(resp.status.split()[0]) if resp.status else 499
        method, route, seconds = environ["REQUEST_METHOD"], _route(environ), request_time.total_seconds()
        if metrics is not None:
            metrics.count_request(route, method, status, seconds)
        if settings.ACCESS_LOG:
            _write_line(route, method, status, seconds, _sent_bytes(resp, method), environ.get(REQUEST_ID_KEY, ""))


def _route(environ: dict[str, Any]) -> str:
    """Return the name of the route; that of a file and a probe, which are answered before the routes."""
    path = environ.get("PATH_INFO", "")
    if route := environ.get(ROUTE_KEY, ""):
        return str(route)
    if path in PROBES:
        return str(path).strip("/")
    return local_metrics.STATIC_ROUTE if path.startswith(settings.STATIC_URL) else local_metrics.UNKNOWN_ROUTE


def _sent_bytes(resp: Any, method: str) -> int:
    """Return the size of the body. gunicorn does not count what the kernel sends from a file."""
    return 0 if method == "HEAD" else resp.sent or resp.response_length or 0


def _write_line(route: str, method: str, status: int, seconds: float, size: int, request_id: str) -> None:
    facts = {"route": route, "method": method[:10], "status": status, "ms": round(seconds * 1000), "bytes": size}
    with use_request_id(request_id):
        logger.info("%s", " ".join(f"{name}={value}" for name, value in facts.items()), extra={"access": facts})
