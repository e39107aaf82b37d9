"""What was used and what it cost."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.core.csv import csv_blocks
from playground.imageapi.client.usage import USAGE_COLUMNS, read_usage
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.pages.presenters import apis
from playground.pages.presenters.usage import FILTERS, session_usage, usage_view
from playground.pages.responses import SeeOther, render_page
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest
from playground.pages.texts.error_codes import error_text

USAGE_DAYS: Final = 30


@require_http_methods(["GET", "HEAD", "POST"])
def usage(request: PageRequest) -> HttpResponse:
    """The last 30 days of the session's key; a posted key is kept for the session first."""
    if request.method == "POST":
        return _save(request)
    return _page(request, apis.chosen_api(request, request.GET.get("api", "")))


@require_safe
def as_csv(request: PageRequest) -> HttpResponse:
    """Every call of the last 30 days, one row each, under the names of `GET v1/usage`."""
    api = apis.chosen_api(request, request.GET.get("api", ""))
    body, trouble = _read(request, api)
    if trouble:
        return _page(request, api, status=HTTPStatus.BAD_GATEWAY)
    table = "".join(csv_blocks(USAGE_COLUMNS, body["calls"]))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
    return response


def _save(request: PageRequest) -> HttpResponse:
    asked = request.POST.get("api", "")
    api = apis.chosen_api(request, asked)
    entered = request.POST.get("key", "").strip()
    if asked not in ("", api.id) or not api.profile.accepts_key(entered):
        why = _("This does not look like a key of this API. Check the key.")
        return _page(request, api, status=HTTPStatus.UNPROCESSABLE_ENTITY, why=why)
    apis.remember_api(request, api)
    api_keys.save_key(request, api.profile.account, entered)
    response = SeeOther(reverse("usage"))
    return response


def _page(request: PageRequest, api: ImageApi, *, status: int = 200, why: str = "") -> HttpResponse:
    body, trouble = _read(request, api)
    wanted = {"chosen": request.GET.get("show", "all"), "page": request.GET.get("page", "1")}
    response = render_page(
        request,
        "account/usage.html",
        status=status,
        usage=usage_view(body, timezone.now(), **wanted),
        trouble=why or trouble,
        is_own=not api.is_builtin,
        api=apis.api_choice(request, api, api),
        apis=apis.api_choices(request, api),
        usage_url=api.profile.usage_url,
        filters=FILTERS,
    )
    return response


def _read(request: PageRequest, api: ImageApi) -> tuple[dict[str, Any], str]:
    """The figures, and a sentence when they could not be had; then they are empty."""
    now, who = timezone.now(), request.visitor.id
    if not api.is_builtin:
        return session_usage(who, api.profile.account, now, days=USAGE_DAYS), ""
    nothing = session_usage("", api.profile.account, now, days=USAGE_DAYS)
    if api_keys.stored_key(request, api.profile.account, now) is None:
        # Nothing was asked for yet, so nothing was used; a key is made by the first run.
        return nothing, ""
    listed = [one.base_url for one in settings.IMAGE_APIS.values()]
    try:
        return read_usage(api, api_keys.use_key(request, api, now), days=USAGE_DAYS, listed=listed), ""
    except ApiError as error:
        if error.code in ("invalid_api_key", "key_expired"):
            return nothing, str(error_text(error.code).headline)
        return nothing, _("The usage could not be read just now. Try again in a moment.")
