"""What browsers report of the content security policy: one short log line each."""

import contextlib
import json
import logging
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)
LONGEST: Final = 8 * 1024
_CUT: Final = 200


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what was blocked. Reports are believed to be nothing more than text."""
    with contextlib.suppress(UnreadablePostError):
        body = request.read(LONGEST + 1)
        if len(body) <= LONGEST:
            logger.warning("csp %s", _line(body))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _line(body: bytes) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "unreadable report"
    report = said.get("csp-report", said) if isinstance(said, dict) else {}
    if not isinstance(report, dict):
        return "empty report"
    names = ("effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")
    # What stands after the # of an address may be a visitor's brief.
    parts = [f"{name}={str(report[name]).partition('#')[0][:_CUT]}" for name in names if name in report]
    return " ".join(parts) or "empty report"
