"""Who is believed about the visitor's address and scheme, and who is sent to https."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse

TURNS: Final = "https_turns"
MOST_TURNS: Final = 3
CIRCLE: Final = (
    "This server is told by PUBLIC_URL to be reached by https, but every request looks plain to it.\n"
    "If a proxy at %s ends TLS in front of it, start it with that address in TRUSTED_PROXIES,\n"
    "and let the proxy send X-Forwarded-Proto.\n"
)
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class ProxyMiddleware:
    """Forget what strangers claim: `X-Forwarded-*` counts only from TRUSTED_PROXIES."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = [ip_network(one) for one in settings.TRUSTED_PROXIES]

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
    """The nearest hop that no trusted proxy is: each proxy adds at the end whom it saw, and the rest is hearsay."""
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
    """The address; one of IPv4 also where a socket of IPv6 saw it (`::ffff:10.0.0.1`)."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class HttpsRedirectMiddleware:
    """With an https PUBLIC_URL, send plain requests there; loopback stays, for runners and health checks.

    A proxy that ends TLS and is not in TRUSTED_PROXIES makes every request look plain: instead of leading browsers in
    a circle, the answer then says what is missing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.IS_HTTPS or request.is_secure() or _domain(request) in settings.INSIDE_HOSTS:
            return self.get_response(request)
        said = request.COOKIES.get(TURNS, "")
        turns = int(said) + 1 if said in ("1", "2", "3") else 1
        if turns > MOST_TURNS:
            return HttpResponse(CIRCLE % request.META.get("REMOTE_ADDR", ""), status=500, content_type="text/plain")
        # 308: a POST stays a POST.
        response = HttpResponsePermanentRedirect(
            f"{settings.PUBLIC_URL}{request.get_full_path()}", preserve_request=True
        )
        # Kept by no cache, so that it can be counted.
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(TURNS, str(turns), max_age=15, httponly=True, samesite="Lax")
        return response


def _domain(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]
