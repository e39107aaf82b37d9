"""The pages of a session's account: keys and stored data, and the usage of a key."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.core.csv import csv_blocks
from playground.imageapi.client.small_requests import USAGE_COLUMNS, read_usage
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.pages.presenters import apis
from playground.pages.presenters.studio_page import new_form, page_context
from playground.pages.presenters.usage import FILTERS, session_usage, usage_view
from playground.pages.responses import redirect_to_next, render_page, see_other
from playground.pages.session import api_keys, edit_page, pins, templates_page
from playground.pages.session.visitor import WRITTEN_PROMPT_ENTRY, PageRequest
from playground.pages.texts.error_codes import ERROR_TEXTS
from playground.runs import drafts, selectors
from playground.runs.services import finish, retention, saved_templates

USAGE_DAYS: Final = 30
# Browsers keep drafts of prompts and masks in the session storage of a tab.
_CLEARED_SITE_DATA: Final = '"storage"'


@require_http_methods(["GET", "HEAD", "POST"])
def keys_page(request: PageRequest) -> HttpResponse:
    """Show what this session holds; or save the posted key and redirect to `next`."""
    if request.method != "POST":
        return _render_keys(request, notice=_notice(request))
    problem = _save_posted_key(request)
    return _render_rejected(request, *problem) if problem else redirect_to_next(request, reverse("generate"))


@require_POST
def forget_key(request: PageRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    api_id = request.POST.get("api", "")
    api = api_keys.chosen_api(request, api_id)
    # For an API that is no longer listed `chosen_api` returns another one, whose key must stay.
    if api_id in ("", api.id):
        api_keys.forget_key(request, api.profile.account)
        if request.visitor.id:
            # A queued run has a sealed copy of the key.
            finish.drop_key_from_runs(request.visitor.id, api.profile.account)
    return redirect_to_next(request, reverse("generate"))


@require_POST
def reset_session(request: PageRequest) -> HttpResponse:
    """Clear history, edit page and templates for the next demo; keys and preferences stay. Active runs go on."""
    if request.visitor.id:
        retention.delete_runs(selectors.list_runs(request.visitor.id))
        edit_page.offer_replaced_undo(request)
        edit_page.forget_edit_entries(request)
        pins.unpin_style(request.visitor.id)
        retention.delete_templates(saved_templates.list_templates(request.visitor.id))
    pins.unpin_palette(request)
    templates_page.forget_template_entries(request)
    request.session.pop(WRITTEN_PROMPT_ENTRY, None)
    response = see_other("key", notice="afresh")
    response.headers["Clear-Site-Data"] = _CLEARED_SITE_DATA
    return response


@require_POST
def delete_session_data(request: PageRequest) -> HttpResponse:
    """Delete keys, runs, pictures and drafts for good, and stop active runs."""
    if request.visitor.id:
        retention.delete_visitor_data(request.visitor.id)
    request.session.flush()
    # A visitor's id is made from the CSRF secret: with the old one the next run would get the deleted id.
    rotate_token(request)
    response = see_other("generate")
    response.delete_cookie(settings.VAULT_COOKIE_NAME, samesite="Lax")
    response.headers["Clear-Site-Data"] = _CLEARED_SITE_DATA
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def usage_page(request: PageRequest) -> HttpResponse:
    """Show the last USAGE_DAYS of the session's key; or save a posted key first."""
    if request.method != "POST":
        return _render_usage(request, api_keys.chosen_api(request, request.GET.get("api", "")))
    if problem := _save_posted_key(request):
        api = api_keys.chosen_api(request, request.POST.get("api", ""))
        return _render_usage(request, api, status=HTTPStatus.UNPROCESSABLE_ENTITY, key_error=problem[1])
    return see_other("usage")


@require_safe
def usage_csv(request: PageRequest) -> HttpResponse:
    """Return one row for each call of the last USAGE_DAYS, under the names of `GET v1/usage`."""
    api = api_keys.chosen_api(request, request.GET.get("api", ""))
    figures, problem = _read_figures(request, api)
    # As a page: an error in a file would be kept as if it were figures.
    if problem:
        return _render_usage(request, api, status=HTTPStatus.BAD_GATEWAY)
    # The API pages its calls; the file holds all of them.
    table = "".join(csv_blocks(USAGE_COLUMNS, figures["calls"]))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="usage.csv"'
    return response


def _render_keys(
    request: PageRequest, *, notice: str = "", key_error: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    visitor_id = request.visitor.id
    return render_page(
        request,
        "account/keys.html",
        status=status,
        accounts=apis.account_views(request),
        refused=key_error,
        refused_api=request.POST.get("api", ""),
        runs=selectors.list_runs(visitor_id).count() if visitor_id else 0,
        pictures=selectors.count_visitor_pictures(visitor_id) if visitor_id else 0,
        drafts=len(drafts.list_sources(visitor_id)),
        templates=len(saved_templates.list_templates(visitor_id)),
        deleted=len(retention.newest_deletion(visitor_id)),
        undo_minutes=int(retention.UNDO_PERIOD.total_seconds() // 60),
        days=settings.RETENTION_DAYS,
        notice=notice,
    )


def _notice(request: PageRequest) -> str:
    if request.GET.get("notice") == "afresh":
        return _("Ready for the next demo. Your keys, API, language and theme were kept.")
    return ""


def _render_rejected(request: PageRequest, field: str, message: str) -> HttpResponse:
    """Render the page that the key was posted from, with a message at `field`."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if request.POST.get("next") == reverse("key"):
        return _render_keys(request, key_error=message, status=status)
    form = new_form(request, "generations")
    # add_error() takes the message out of what a validated form has here.
    form.cleaned_data = {}
    form.add_error(field, message)
    return render_page(request, "studio/generate.html", status=status, **page_context(request, form))


def _render_usage(request: PageRequest, api: ImageApi, *, status: int = 200, key_error: str = "") -> HttpResponse:
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
            return empty, str(ERROR_TEXTS[error.code].headline)
        return empty, _("Your usage couldn't be loaded. Try again in a moment.")


def _save_posted_key(request: PageRequest) -> tuple[str, str] | None:
    """Save the posted key for its API and choose that API; return (field, message) when that is impossible."""
    api_id = request.POST.get("api", "")
    api = api_keys.chosen_api(request, api_id)
    key = request.POST.get("key", "").strip()
    if api_id not in ("", api.id):
        return "api", _("This API isn't available here. Choose one from the list.")
    if not api.profile.accepts_key(key):
        return "key", _("This doesn't look like a key for this API. Check the key.")
    api_keys.remember_api(request, api)
    api_keys.save_key(request, api.profile.account, key)
    return None
