"""The page of keys and stored data: save or forget a key, start the next demo, delete everything."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from playground.pages.forms.api_key import save_posted_key
from playground.pages.presenters import apis
from playground.pages.presenters.studio_page import new_form, page_context
from playground.pages.responses import SeeOther, render_page, see_other
from playground.pages.session import api_keys, edit_page
from playground.pages.session.visitor import PageRequest
from playground.runs import drafts, selectors
from playground.runs.services import deletion, finish

# Browsers keep drafts of prompts and masks in the session storage of a tab.
_CLEARED_SITE_DATA: Final = '"storage"'


@require_http_methods(["GET", "HEAD", "POST"])
def keys_page(request: PageRequest) -> HttpResponse:
    """Show what this session holds; or save the posted key and redirect to `next`."""
    if request.method != "POST":
        return _render_page(request, notice=_notice(request))
    problem = save_posted_key(request)
    return _render_rejected(request, *problem) if problem else _redirect_to_next(request)


@require_POST
def forget_key(request: PageRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    api_id = request.POST.get("api", "")
    api = apis.chosen_api(request, api_id)
    if api_id in ("", api.id):
        api_keys.forget_key(request, api.profile.account)
        if request.visitor.is_known:
            finish.drop_key_from_runs(request.visitor.id, api.profile.account)
    return _redirect_to_next(request)


@require_POST
def reset_session(request: PageRequest) -> HttpResponse:
    """Clear history and edit page for the next demo; keys, API, language and theme stay. Active runs go on."""
    if request.visitor.is_known:
        deletion.delete_runs(selectors.list_runs(request.visitor.id))
        edit_page.offer_replaced_undo(request)
        edit_page.forget_edit_entries(request)
    response = see_other("key", notice="afresh")
    response.headers["Clear-Site-Data"] = _CLEARED_SITE_DATA
    return response


@require_POST
def delete_session_data(request: PageRequest) -> HttpResponse:
    """Delete keys, runs, pictures and drafts for good, and stop active runs."""
    if request.visitor.is_known:
        deletion.delete_visitor_data(request.visitor.id)
    request.session.flush()
    rotate_token(request)
    response = see_other("generate")
    response.delete_cookie(settings.VAULT_COOKIE_NAME, samesite="Lax")
    response.headers["Clear-Site-Data"] = _CLEARED_SITE_DATA
    return response


def _render_page(
    request: PageRequest, *, notice: str = "", key_error: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    visitor_id, is_known = request.visitor.id, request.visitor.is_known
    return render_page(
        request,
        "account/keys.html",
        status=status,
        accounts=apis.account_views(request),
        refused=key_error,
        refused_api=request.POST.get("api", ""),
        runs=selectors.list_runs(visitor_id).count() if is_known else 0,
        pictures=selectors.count_visitor_pictures(visitor_id) if is_known else 0,
        drafts=len(drafts.list_sources(visitor_id)),
        deleted=len(deletion.newest_deletion(visitor_id)),
        undo_minutes=int(deletion.UNDO_PERIOD.total_seconds() // 60),
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
        return _render_page(request, key_error=message, status=status)
    form = new_form(request, "generations")
    form.cleaned_data = {}
    form.add_error(field, message)
    return render_page(request, "studio/generate.html", status=status, **page_context(request, form))


def _redirect_to_next(request: PageRequest) -> HttpResponse:
    """Redirect to `next` when it is a page of this site, else to the generate page."""
    url = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return SeeOther(url if is_own else reverse("generate"))
