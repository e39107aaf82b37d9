"""All URLs: below URL_PREFIX, except `/` and the probes (`server/probes.py`)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from playground.gateway.admin import site

prefix = settings.URL_PREFIX
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{prefix}v1/", include("playground.gateway.urls")),
    path(f"{prefix}admin/", site.urls),
    path(prefix, include("playground.pages.urls")),
]
if prefix:
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="generate")))

handler400 = "playground.pages.views.errors.bad_request"
handler403 = "playground.pages.views.errors.forbidden"
handler404 = "playground.pages.views.errors.not_found"
handler500 = "playground.pages.views.errors.server_error"
