"""Middleware for all apps: proxies, https, headers, compression, language, time zone, database connections."""

import zoneinfo
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone


class PageCompressionMiddleware(GZipMiddleware):
    """Compress HTML only: pictures are compressed, and API responses must stream unchanged.

    Django's gzip adds random padding against BREACH.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response when it is HTML."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class SlashMiddleware(CommonMiddleware):
    """Append a missing slash to the path of a GET only: a redirected POST would lose its form."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Return True if a page exists at the path with a slash."""
        return request.method in ("GET", "HEAD") and bool(super().should_redirect_with_slash(request))


GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ReleaseConnectionMiddleware:
    """Return database connections before the body is sent: a slow client must not hold one of the few."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            for connection in connections.all(initialized_only=True):
                if not connection.in_atomic_block:
                    connection.close()


_PERMISSIONS_POLICY: Final = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


class HeadersMiddleware:
    """Set headers for pages: no cache, not in search engines, no embedding by other sites, no access to devices."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.api_prefix = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        response.headers.setdefault("X-Robots-Tag", "noindex")
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        if not request.path.startswith(self.api_prefix):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


REDIRECT_COOKIE: Final = "https_turns"
MAX_REDIRECTS: Final = 3
REDIRECT_LOOP_TEXT: Final = (
    "PUBLIC_URL says that this server is reached over https, but every request arrives over plain HTTP.\n"
    "If a proxy at %s terminates TLS, add its IP address to TRUSTED_PROXIES\n"
    "and make the proxy send X-Forwarded-Proto.\n"
)
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class ProxyMiddleware:
    """Drop `X-Forwarded-*` headers unless the request comes from one of TRUSTED_PROXIES."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = [ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        if peer and _is_in(peer, self.trusted):
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            request.META["REMOTE_ADDR"] = str(_visitor(peer, hops, self.trusted))
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)


type _Address = IPv4Address | IPv6Address
type _Networks = Sequence[IPv4Network | IPv6Network]


def _visitor(peer: _Address, hops: list[str], trusted: _Networks) -> _Address:
    """Return the last hop that is no trusted proxy: proxies append what they saw, earlier hops can be forged."""
    for hop in reversed(hops):
        address = _address(hop)
        if address is None:
            break
        peer = address
        if not _is_in(address, trusted):
            break
    return peer


def _is_in(address: _Address, networks: _Networks) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> _Address | None:
    """Parse an address; return an IPv4 address also for its IPv6 form (`::ffff:10.0.0.1`)."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class HttpsRedirectMiddleware:
    """Redirect http to an https PUBLIC_URL, except on loopback, which workers and health checks use.

    Behind a TLS proxy that is missing in TRUSTED_PROXIES every request looks like http. A cookie counts them;
    after MAX_REDIRECTS the response names the missing setting instead of redirecting in a loop.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.IS_HTTPS or request.is_secure() or _domain(request) in settings.INSIDE_HOSTS:
            return self.get_response(request)
        count = request.COOKIES.get(REDIRECT_COOKIE, "")
        turns = int(count) + 1 if count in ("1", "2", "3") else 1
        if turns > MAX_REDIRECTS:
            return HttpResponse(
                REDIRECT_LOOP_TEXT % request.META.get("REMOTE_ADDR", ""), status=500, content_type="text/plain"
            )
        # 308: a POST stays a POST.
        response = HttpResponsePermanentRedirect(
            f"{settings.PUBLIC_URL}{request.get_full_path()}", preserve_request=True
        )
        # A cached redirect would not be counted.
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(REDIRECT_COOKIE, str(turns), max_age=15, httponly=True, samesite="Lax")
        return response


def _domain(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


class LanguageMiddleware:
    """Set the language cookie from `?lang=`, for this response and the next ones."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.codes = frozenset(code for code, _ in settings.LANGUAGES)
        self.api_prefix = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.GET.get("lang", "").lower() if request.method == "GET" else ""
        if chosen not in self.codes or request.path.startswith(self.api_prefix):
            return self.get_response(request)
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
        response = self.get_response(request)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        return response


COOKIE = "timezone"


class TimezoneMiddleware:
    """Render times in the time zone of the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(visitor_zone(request)):
            return self.get_response(request)


def visitor_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """Return the time zone named in the cookie; None without a known one."""
    name = request.COOKIES.get(COOKIE, "").replace("%2F", "/")
    if not name or len(name) > 64:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
