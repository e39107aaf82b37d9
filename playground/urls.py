"""All URLs: below URL_PREFIX, except `/`, the probes (`server/probes.py`) and files that are expected at the root."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from playground.pages.views import site
from playground.server.admin import site as admin_site

prefix = settings.URL_PREFIX
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{prefix}v1/", include("playground.gateway.urls")),
    path(f"{prefix}admin/", admin_site.urls),
    path(prefix, include("playground.pages.urls")),
    path("robots.txt", site.robots, name="robots"),
    path("llms.txt", RedirectView.as_view(pattern_name="reference_text", query_string=True), name="llms"),
    path("favicon.ico", site.favicon, name="favicon"),
]
if prefix:
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="generate"), name="root"))

handler400 = "playground.pages.error_pages.bad_request"
handler403 = "playground.pages.error_pages.forbidden"
handler404 = "playground.pages.error_pages.not_found"
handler500 = "playground.pages.error_pages.server_error"
