"""Keys and traces: what this browser session holds, a key kept or taken away at once, and how to clear the rest."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from playground.pages.presenters import apis
from playground.pages.presenters.studio_page import new_form, page_context
from playground.pages.responses import SeeOther, render_page, see_other
from playground.pages.session import api_keys as keys
from playground.pages.session import edit_page
from playground.pages.session.visitor import PageRequest
from playground.runs import drafts, selectors
from playground.runs.services import deletion, finish


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: PageRequest) -> HttpResponse:
    """Show what is kept; or keep the key for the account of `api`, then go on to `next`. 422 when it is no key."""
    if request.method != "POST":
        return _page(request, _notice(request))
    asked = request.POST.get("api", "")
    api = apis.chosen_api(request, asked)
    entered = request.POST.get("key", "").strip()
    if asked not in ("", api.id):
        return _refused(request, "api", _("This API is not listed here. Choose one that is shown."))
    if not api.profile.accepts_key(entered):
        return _refused(request, "key", _("This does not look like a key of this API. Check the key."))
    apis.remember_api(request, api)
    keys.save_key(request, api.profile.account, entered)
    response = _onward(request)
    return response


@require_POST
def forget(request: PageRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    asked = request.POST.get("api", "")
    api = apis.chosen_api(request, asked)
    if asked in ("", api.id):
        keys.forget_key(request, api.profile.account)
        if who := request.visitor.id:
            finish.drop_key_from_runs(who, api.profile.account)
    return _onward(request)


def _page(request: PageRequest, notice: str = "", *, refused: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    who = request.visitor.id
    return render_page(
        request,
        "account/keys.html",
        status=status,
        accounts=apis.account_views(request),
        refused=refused,
        refused_api=request.POST.get("api", ""),
        runs=selectors.list_runs(who).count() if who else 0,
        pictures=selectors.count_visitor_pictures(who) if who else 0,
        drafts=len(drafts.list_sources(who)),
        deleted=len(deletion.newest_deletion(who)),
        undo_minutes=int(deletion.UNDO_PERIOD.total_seconds() // 60),
        days=settings.RETENTION_DAYS,
        notice=notice,
    )


def _notice(request: PageRequest) -> str:
    if request.GET.get("notice") == "afresh":
        return _("Ready for the next demo. Keys, API, language and theme stayed.")
    return ""


def _refused(request: PageRequest, field: str, why: str) -> HttpResponse:
    """The page that the key was entered on, with a sentence at `field`; nothing was saved."""
    if request.POST.get("next") == reverse("key"):
        return _page(request, refused=why, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = new_form(request, "generations")
    form.cleaned_data = {}
    form.add_error(field, why)
    return render_page(
        request, "studio/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **page_context(request, form)
    )


def _onward(request: PageRequest) -> HttpResponse:
    """303 to `next` when it is a page of ours, else to the generate page."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return SeeOther(asked if is_ours else reverse("generate"))


# Browsers keep drafts of prompts and masks for the time of a tab.
_KEPT_IN_BROWSER: Final = '"storage"'


@require_POST
def reset_session(request: PageRequest) -> HttpResponse:
    """Clear history and edit page for the next demo; keys, API, language and theme stay. Active runs go on."""
    who = request.visitor.id
    if who:
        deletion.delete_runs(selectors.list_runs(who))
        edit_page.offer_replaced_undo(request)
        edit_page.forget_edit_entries(request)
    response = see_other("key", notice="afresh")
    response.headers["Clear-Site-Data"] = _KEPT_IN_BROWSER
    return response


@require_POST
def delete_session_data(request: PageRequest) -> HttpResponse:
    """Remove keys, runs, pictures and drafts at once and for good; what still runs is stopped."""
    if who := request.visitor.id:
        deletion.delete_visitor_data(who)
    request.session.flush()
    rotate_token(request)
    response = see_other("generate")
    response.delete_cookie(settings.VAULT_COOKIE_NAME, samesite="Lax")
    response.headers["Clear-Site-Data"] = _KEPT_IN_BROWSER
    return response
