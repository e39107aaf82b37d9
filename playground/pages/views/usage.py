"""The usage page: calls, pictures and costs of the session's key."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.core.csv import csv_blocks
from playground.imageapi.client.usage import USAGE_COLUMNS, read_usage
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.pages.forms.api_key import save_posted_key
from playground.pages.presenters import apis
from playground.pages.presenters.usage import FILTERS, session_usage, usage_view
from playground.pages.responses import render_page, see_other
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest
from playground.pages.texts.error_codes import error_text

USAGE_DAYS: Final = 30


@require_http_methods(["GET", "HEAD", "POST"])
def usage_page(request: PageRequest) -> HttpResponse:
    """Show the last USAGE_DAYS of the session's key; or save a posted key first."""
    if request.method != "POST":
        return _render_page(request, apis.chosen_api(request, request.GET.get("api", "")))
    if problem := save_posted_key(request):
        api = apis.chosen_api(request, request.POST.get("api", ""))
        return _render_page(request, api, status=HTTPStatus.UNPROCESSABLE_ENTITY, key_error=problem[1])
    return see_other("usage")


@require_safe
def usage_csv(request: PageRequest) -> HttpResponse:
    """Return one row for each call of the last USAGE_DAYS, under the names of `GET v1/usage`."""
    api = apis.chosen_api(request, request.GET.get("api", ""))
    figures, problem = _read_figures(request, api)
    if problem:
        return _render_page(request, api, status=HTTPStatus.BAD_GATEWAY)
    table = "".join(csv_blocks(USAGE_COLUMNS, figures["calls"]))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
    return response


def _render_page(request: PageRequest, api: ImageApi, *, status: int = 200, key_error: str = "") -> HttpResponse:
    figures, problem = _read_figures(request, api)
    return render_page(
        request,
        "account/usage.html",
        status=status,
        usage=usage_view(
            figures, timezone.now(), chosen=request.GET.get("show", "all"), page=request.GET.get("page", "1")
        ),
        trouble=key_error or problem,
        is_own=not api.is_builtin,
        api=apis.api_choice(request, api, api),
        apis=apis.api_choices(request, api),
        usage_url=api.profile.usage_url,
        filters=FILTERS,
    )


def _read_figures(request: PageRequest, api: ImageApi) -> tuple[dict[str, Any], str]:
    """Return the figures, or empty ones and a message that says why they could not be read."""
    now, account = timezone.now(), api.profile.account
    if not api.is_builtin:
        return session_usage(request.visitor.id, account, now, days=USAGE_DAYS), ""
    empty = session_usage("", account, now, days=USAGE_DAYS)
    # The first run makes the demo key, so before it there is nothing to read.
    if api_keys.stored_key(request, account, now) is None:
        return empty, ""
    listed = [listed_api.base_url for listed_api in settings.IMAGE_APIS.values()]
    try:
        return read_usage(api, api_keys.use_key(request, api, now), days=USAGE_DAYS, listed=listed), ""
    except ApiError as error:
        if error.code in ("invalid_api_key", "key_expired"):
            return empty, str(error_text(error.code).headline)
        return empty, _("Your usage couldn't be loaded. Try again in a moment.")
