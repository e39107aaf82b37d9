"""The addresses that programs call, as visitors know them."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from playground.imageapi.profiles import ImageApi
from playground.web.requests import site_url


def own(request: HttpRequest) -> str:
    """The base address of the built-in API: where the visitor found this page, or PUBLIC_URL. Ends in `/v1`."""
    return f"{site_url(request)}{reverse('generate')}v1"


def base_url_of(request: HttpRequest, api: ImageApi) -> str:
    """What an SDK calls `base_url` for that API."""
    is_here = api.is_builtin and api.base_url.rstrip("/") == f"{settings.BUILTIN_URL.rstrip('/')}/v1"
    return own(request) if is_here else api.base_url
