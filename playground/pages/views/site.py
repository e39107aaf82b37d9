"""Files about the whole site: robots.txt, the icon and the web app manifest."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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
