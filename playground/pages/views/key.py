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
    asked = request.POST.get("api", "")
    api = choices.chosen(request, asked)
    entered = request.POST.get("key", "").strip()
    if asked not in ("", api.id):
        return _refused(request, "api", _("This API is not listed here. Choose one that is shown."))
    if not api.profile.accepts_key(entered):
        return _refused(request, "key", _("This does not look like a key of this API. Check the key."))
    choices.remember(request, api)
    key.save(request, api.profile.account, entered)
    response = _onward(request)
    vault.hand_over(request, response)
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Remove the key from the session and from runs that were not sent yet."""
    asked = request.POST.get("api", "")
    api = choices.chosen(request, asked)
    if asked in ("", api.id):
        key.forget(request, api.profile.account)
        if who := visitor.known(request):
            history.forget_key(who, api.profile.account)
    return _onward(request)


def _refused(request: HttpRequest, field: str, why: str) -> HttpResponse:
    """The generate page with a sentence at `field`; nothing was saved."""
    form = empty_brief(request)
    form.cleaned_data = {}
    form.add_error(field, why)
    return show(request, "pages/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **studio(request, form))


def _onward(request: HttpRequest) -> HttpResponse:
    """303 to `next` when it is a page of ours, else to the generate page."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(asked if is_ours else reverse("generate"))
    response.status_code = HTTPStatus.SEE_OTHER
    return response
