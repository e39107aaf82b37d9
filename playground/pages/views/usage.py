"""What was used and what it cost."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.imageapi.errors import ApiError
from playground.imageapi.profiles import ImageApi
from playground.imageapi.spreadsheet import csv_blocks
from playground.imageapi.usage import COLUMNS, read_usage
from playground.pages import choices, key, sentences, vault, visitor
from playground.pages.see_other import SeeOther
from playground.pages.show import show
from playground.pages.usage.own import own_usage
from playground.pages.usage.view import FILTERS, usage_view

DAYS: Final = 30


@require_http_methods(["GET", "HEAD", "POST"])
def usage(request: HttpRequest) -> HttpResponse:
    """The last 30 days of the session's key; a posted key is kept for the session first."""
    if request.method == "POST":
        return _save(request)
    return _page(request, choices.chosen(request, request.GET.get("api", "")))


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Every call of the last 30 days, one row each, under the names of `GET v1/usage`."""
    api = choices.chosen(request, request.GET.get("api", ""))
    body, trouble = _read(request, api)
    if trouble:
        return _page(request, api, status=HTTPStatus.BAD_GATEWAY)
    table = "".join(csv_blocks(COLUMNS, body["calls"]))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
    vault.hand_over(request, response)
    return response


def _save(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("api", "")
    api = choices.chosen(request, asked)
    entered = request.POST.get("key", "").strip()
    if asked not in ("", api.id) or not api.profile.accepts_key(entered):
        why = _("This does not look like a key of this API. Check the key.")
        return _page(request, api, status=HTTPStatus.UNPROCESSABLE_ENTITY, why=why)
    choices.remember(request, api)
    key.save(request, api.profile.account, entered)
    response = SeeOther(reverse("usage"))
    vault.hand_over(request, response)
    return response


def _page(request: HttpRequest, api: ImageApi, *, status: int = 200, why: str = "") -> HttpResponse:
    body, trouble = _read(request, api)
    wanted = {"chosen": request.GET.get("show", "all"), "page": request.GET.get("page", "1")}
    response = show(
        request,
        "pages/usage.html",
        status=status,
        usage=usage_view(body, timezone.now(), **wanted),
        trouble=why or trouble,
        is_own=not api.is_builtin,
        api=choices.choice(request, api, api),
        apis=choices.choices(request, api),
        usage_url=api.profile.usage_url,
        filters=FILTERS,
    )
    vault.hand_over(request, response)
    return response


def _read(request: HttpRequest, api: ImageApi) -> tuple[dict[str, Any], str]:
    """The figures, and a sentence when they could not be had; then they are empty."""
    now, who = timezone.now(), visitor.known(request)
    if not api.is_builtin:
        return own_usage(who, api.profile.account, now, days=DAYS), ""
    nothing = own_usage("", api.profile.account, now, days=DAYS)
    if key.kept(request, api.profile.account, now) is None:
        # Nothing was asked for yet, so nothing was used; a key is made by the first run.
        return nothing, ""
    listed = [one.base_url for one in settings.IMAGE_APIS.values()]
    try:
        return read_usage(api, key.use(request, api, now), days=DAYS, listed=listed), ""
    except ApiError as error:
        if error.code in ("invalid_api_key", "key_expired"):
            return nothing, str(sentences.HEADLINES[error.code])
        return nothing, _("The usage could not be read just now. Try again in a moment.")
