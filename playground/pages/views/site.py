"""Files about the whole site: robots.txt, the icon, the web app manifest; and the log of content security reports."""

import contextlib
import json
import logging
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from playground.pages.reference.commands import find_commands
from playground.pages.responses import render_page, wants_part
from playground.pages.session.visitor import PageRequest

logger = logging.getLogger(__name__)

MAX_REPORT_BYTES: Final = 8 * 1024
_MAX_REPORT_VALUE: Final = 200
# Pages of a visitor are not listed here: they say noindex, which search engines must read.
_ROBOTS = "User-agent: *\nAllow: {api}openapi.json\nDisallow: {api}\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_ROBOTS.format(api=f"/{settings.URL_PREFIX}v1/"), content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers that ask for an icon without having read a page."""
    return HttpResponseRedirect(static("img/favicon.ico"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Return name and icons for a home screen (https://www.w3.org/TR/appmanifest/)."""
    sizes = [(192, "any"), (512, "any"), (512, "maskable")]
    content = {
        "name": _("gpt-image-2 playground"),
        "short_name": "gpt-image-2",
        "start_url": reverse("generate"),
        "display": "minimal-ui",
        # The page in tokens.css and the ground of the icon.
        "background_color": "#fdfcfb",
        "theme_color": "#0d5c63",
        "icons": [
            {
                "src": static(f"img/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in sizes
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def commands_page(request: PageRequest) -> HttpResponse:
    """Show what `?q=` finds: as a page, or as the content of the palette."""
    part = wants_part(request)
    return render_page(
        request,
        "commands/palette.html" if part else "commands/page.html",
        groups=find_commands(request),
        search=request.GET.get("q", ""),
        part=part,
    )


# Browsers send these reports by themselves, without a token.
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what the browser blocked. Anyone may send such a report, so it is only ever text."""
    with contextlib.suppress(UnreadablePostError):
        body = request.read(MAX_REPORT_BYTES + 1)
        if len(body) <= MAX_REPORT_BYTES:
            logger.warning("csp %s", _report_line(body))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _report_line(body: bytes) -> str:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "unreadable report"
    report = data.get("csp-report", data) if isinstance(data, dict) else {}
    if not isinstance(report, dict):
        return "empty report"
    names = ("effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")
    # The fragment of an address may hold a visitor's prompt.
    parts = [f"{name}={str(report[name]).partition('#')[0][:_MAX_REPORT_VALUE]}" for name in names if name in report]
    return " ".join(parts) or "empty report"
