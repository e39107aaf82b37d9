"""Whether this server can take work."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from playground.runs import heartbeat


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and a runner is alive, else 503 saying which is not."""
    try:
        runner = heartbeat.is_alive()
    except DatabaseError:
        return JsonResponse({"database": False, "runner": False}, status=503)
    return JsonResponse({"database": True, "runner": runner}, status=200 if runner else 503)
