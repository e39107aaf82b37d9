"""One answer for page and fragment: the whole page, or only its part when htmx asks for it."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import reselect, reswap, retarget

STUDIO: Final = "#studio"
THEMES: Final = ("system", "light", "dark")
_YEAR: Final = 365 * 24 * 3600


def render_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with `template`."""
    response = render(request, template, {"status": status, **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    _remember_theme(request, response)
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; boosted links and restored history want whole pages."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def is_in_place(response: HttpResponse) -> HttpResponse:
    """The page for a form that htmx sent: it takes the studio's place although its status is an error."""
    return reswap(reselect(retarget(response, STUDIO), STUDIO), "outerHTML")


def read_theme(request: HttpRequest) -> str:
    """The chosen theme: `?theme=`, then the cookie, then the system's."""
    chosen = request.GET.get("theme") or request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


def _remember_theme(request: HttpRequest, response: HttpResponse) -> None:
    if request.GET.get("theme") in THEMES:
        response.set_cookie("theme", read_theme(request), max_age=_YEAR, secure=settings.IS_HTTPS, samesite="Lax")


class SeeOther(HttpResponseRedirect):
    """A redirect that is always followed by GET, whatever the form's method was (RFC 9110, 303)."""

    status_code = HTTPStatus.SEE_OTHER
