"""The key box: keep a key for this session, or take it away at once."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from playground.pages import choices, key, vault, visitor
from playground.pages.show import show
from playground.pages.studio import empty_brief, studio
from playground.runs import history


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the key for the account of `api`, then go on to `next`; 422 with a sentence when it is no key."""
    api = choices.chosen(request, request.POST.get("api", ""))
    entered = request.POST.get("key", "").strip()
    if not api.profile.accepts_key(entered):
        return _refused(request)
    choices.remember(request, api)
    key.save(request, api.profile.account, entered)
    response = _onward(request)
    vault.hand_over(request, response)
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    account = choices.chosen(request, request.POST.get("api", "")).profile.account
    key.forget(request, account)
    who = visitor.known(request)
    if who:
        history.forget_key(who, account)
    return _onward(request)


def _refused(request: HttpRequest) -> HttpResponse:
    form = empty_brief(request)
    context = studio(request, form, key_error=_("This does not look like a key of this API. Check the key."))
    return show(request, "pages/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)


def _onward(request: HttpRequest) -> HttpResponse:
    """303 to `next` when it is a page of ours, else to the generate page."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(asked if is_ours else reverse("generate"))
    response.status_code = HTTPStatus.SEE_OTHER
    return response
