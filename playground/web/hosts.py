"""Who is believed about the visitor's address and scheme, and who is sent to https."""

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class ProxyMiddleware:
    """Forget what strangers claim: `X-Forwarded-*` counts only from TRUSTED_PROXIES."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = frozenset(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get("REMOTE_ADDR") in self.trusted:
            visitor = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            request.META["REMOTE_ADDR"] = visitor or request.META["REMOTE_ADDR"]
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)


class HttpsRedirectMiddleware:
    """With an https PUBLIC_URL, send plain requests there; loopback stays, for runners and health checks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.IS_HTTPS and not request.is_secure():
            domain, _ = split_domain_port(request.get_host())
            if domain not in settings.LOOPBACK_HOSTS:
                # 308: a POST stays a POST.
                return HttpResponsePermanentRedirect(
                    f"{settings.PUBLIC_URL}{request.get_full_path()}", preserve_request=True
                )
        return self.get_response(request)
