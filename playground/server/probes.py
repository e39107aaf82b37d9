"""Probes: `/livez`, `/healthz`, and with METRICS `/metrics`.

They come past the proxy, under a host name that is in no setting, such as the IP address of a container. So they are
answered under every host name, without a redirect to https.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from playground.core import metrics, shutdown
from playground.core.middleware import GetResponse
from playground.runs.worker import claims


class ProbeMiddleware:
    """Answer the paths in PROBES before other middleware checks the host name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is None or (probe is scrape and not settings.METRICS):
            return self.get_response(request)
        answer = probe(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process lives: an unreachable database is no reason to restart it."""
    return JsonResponse({"alive": True})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and a worker is alive, else 503 with the reason; both with the version.

    With REDIS_URL workers are other processes: runs wait for one, and pages stay available without any.
    """
    try:
        runner = claims.is_any_worker_alive()
    except DatabaseError:
        return JsonResponse({"version": settings.VERSION, "database": False, "runner": False}, status=503)
    is_updating = shutdown.is_updating()
    is_ready = (runner or bool(settings.REDIS_URL)) and not is_updating
    facts = {"version": settings.VERSION, "database": True, "runner": runner}
    facts |= {"updating": True} if is_updating else {}
    return JsonResponse(facts, status=200 if is_ready else 503)


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics in the text format of Prometheus."""
    # Import the library only where it is used.
    from playground.server import prometheus

    metrics.flush_metrics()
    return HttpResponse(prometheus.prometheus_text(timezone.now()), content_type=prometheus.CONTENT_TYPE)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/livez": livez,
    "/healthz": healthz,
    "/metrics": scrape,
}
