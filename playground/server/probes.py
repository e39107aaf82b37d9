"""What machines ask: `/livez`, `/healthz`, and with METRICS `/metrics`.

They come from inside, past the proxy, and name the server by an address that no setting knows, such as that of its
container. So they are answered under every host name, without a redirect to https.
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
    """Answer the addresses of PROBES before anything asks for the host's name."""

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
    """200 while the process answers: a database that is away must not make anyone restart it."""
    return JsonResponse({"alive": True})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and a runner is alive that takes runs, else 503 saying which is not.

    Where workers are other machines, runs wait until one is back, and pages must not go with the last of them.
    """
    try:
        runner = claims.is_any_worker_alive()
    except DatabaseError:
        return JsonResponse({"database": False, "runner": False}, status=503)
    is_updating = shutdown.is_updating()
    is_ready = (runner or bool(settings.REDIS_URL)) and not is_updating
    facts = {"database": True, "runner": runner} | ({"updating": True} if is_updating else {})
    return JsonResponse(facts, status=200 if is_ready else 503)


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """The figures at this moment, in the text format of Prometheus."""
    # Only who asks pays for the library.
    from playground.server import prometheus

    metrics.flush_metrics()
    return HttpResponse(prometheus.prometheus_text(timezone.now()), content_type=prometheus.CONTENT_TYPE)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/livez": livez,
    "/healthz": healthz,
    "/metrics": scrape,
}
