"""Responses of pages: the whole page or the part that htmx asks for, and redirects that are followed by GET."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import reselect, reswap, retarget

STUDIO: Final = "#studio"
THEMES: Final = ("system", "light", "dark")
# URL names of the pages that are the same for everybody. Search engines list them, and links to them have a preview.
_PUBLIC_PAGES: Final = frozenset({"generate", "edit", "reference", "reference_error"})
_YEAR_SECONDS: Final = 365 * 24 * 3600


class SeeOther(HttpResponseRedirect):
    """A redirect that browsers follow by GET, whatever the form's method was (RFC 9110, 303)."""

    status_code = HTTPStatus.SEE_OTHER


def render_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render `template`; store a theme that the address chooses; let search engines list a public page."""
    response = render(request, template, {"status": status, **context}, status=status)
    if status == HTTPStatus.OK and is_public_page(request):
        response.headers["X-Robots-Tag"] = "all"
    # One address answers htmx with a part and browsers with a page; caches must not mix them.
    patch_vary_headers(response, ["HX-Request"])
    if request.GET.get("theme") in THEMES:
        remember_choice(response, "theme", read_theme(request))
    return response


def remember_choice(response: HttpResponse, name: str, value: str) -> None:
    """Store a choice of the visitor for a year, in a cookie that scripts may write as well."""
    response.set_cookie(name, value, max_age=_YEAR_SECONDS, secure=settings.IS_HTTPS, samesite="Lax")


def see_other(name: str, *args: str, notice: str = "") -> HttpResponse:
    """Redirect to a page, with a notice for it to show."""
    return SeeOther(reverse(name, args=args) + (f"?notice={notice}" if notice else ""))


def redirect_to_next(request: HttpRequest, default: str) -> HttpResponse:
    """Redirect to the posted `next` when it is a page of this site, else to `default`."""
    url = request.POST.get("next", "")
    # Only to this site: a forged form could send visitors anywhere with the site's own address (CWE-601).
    is_own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return SeeOther(url if is_own else default)


def wants_part(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part; boosted links and restored history need whole pages."""
    htmx = getattr(request, "htmx", None)
    # Error pages may be rendered before HtmxMiddleware has run.
    # The history cache of htmx is off (docs/decisions/0019-*.md), so that going back fetches the whole page.
    return htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def swap_in_place(response: HttpResponse) -> HttpResponse:
    """Let htmx put the page in the studio's place although the status is an error."""
    return reswap(reselect(retarget(response, STUDIO), STUDIO), "outerHTML")


def is_public_page(request: HttpRequest) -> bool:
    """Return whether search engines may list the page: neither a visitor's own page nor the response to a form."""
    match = request.resolver_match
    return request.method in ("GET", "HEAD") and match is not None and match.url_name in _PUBLIC_PAGES


def read_theme(request: HttpRequest) -> str:
    """Return the chosen theme: from `?theme=`, then from the cookie, else `system`."""
    theme = request.GET.get("theme") or request.COOKIES.get("theme", "")
    return theme if theme in THEMES else THEMES[0]
