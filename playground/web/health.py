"""Whether this server can take work."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from playground.runs import heartbeat


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and a runner is alive, else 503 saying which is not.

    Where workers are other machines, runs wait until one is back, and pages must not go with the last of them.
    """
    try:
        runner = heartbeat.is_alive()
    except DatabaseError:
        return JsonResponse({"database": False, "runner": False}, status=503)
    return JsonResponse({"database": True, "runner": runner}, status=200 if runner or settings.REDIS_URL else 503)
