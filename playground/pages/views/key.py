"""Keys and traces: what this browser session holds, a key kept or taken away at once, and how to clear the rest."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from playground.pages import choices, key_views, vault, visitor
from playground.pages import key as keys
from playground.pages.see_other import SeeOther
from playground.pages.show import show
from playground.pages.studio import empty_brief, studio
from playground.runs import deletion, drafts, history


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """Show what is kept; or keep the key for the account of `api`, then go on to `next`. 422 when it is no key."""
    if request.method != "POST":
        return _page(request, _notice(request))
    asked = request.POST.get("api", "")
    api = choices.chosen(request, asked)
    entered = request.POST.get("key", "").strip()
    if asked not in ("", api.id):
        return _refused(request, "api", _("This API is not listed here. Choose one that is shown."))
    if not api.profile.accepts_key(entered):
        return _refused(request, "key", _("This does not look like a key of this API. Check the key."))
    choices.remember(request, api)
    keys.save(request, api.profile.account, entered)
    response = _onward(request)
    vault.hand_over(request, response)
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    asked = request.POST.get("api", "")
    api = choices.chosen(request, asked)
    if asked in ("", api.id):
        keys.forget(request, api.profile.account)
        if who := visitor.known(request):
            history.forget_key(who, api.profile.account)
    return _onward(request)


def _page(request: HttpRequest, notice: str = "", *, refused: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    who = visitor.known(request)
    return show(
        request,
        "pages/key.html",
        status=status,
        accounts=key_views.accounts(request),
        refused=refused,
        refused_api=request.POST.get("api", ""),
        runs=history.runs_of(who).count() if who else 0,
        pictures=history.pictures_of(who) if who else 0,
        drafts=len(drafts.sources_of(who)),
        deleted=len(deletion.newest(who)),
        undo_minutes=int(deletion.UNDO.total_seconds() // 60),
        days=settings.RETENTION_DAYS,
        notice=notice,
    )


def _notice(request: HttpRequest) -> str:
    if request.GET.get("notice") == "afresh":
        return _("Ready for the next demo. Keys, API, language and theme stayed.")
    return ""


def _refused(request: HttpRequest, field: str, why: str) -> HttpResponse:
    """The page that the key was entered on, with a sentence at `field`; nothing was saved."""
    if request.POST.get("next") == reverse("key"):
        return _page(request, refused=why, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = empty_brief(request)
    form.cleaned_data = {}
    form.add_error(field, why)
    return show(request, "pages/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **studio(request, form))


def _onward(request: HttpRequest) -> HttpResponse:
    """303 to `next` when it is a page of ours, else to the generate page."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return SeeOther(asked if is_ours else reverse("generate"))
