"""What a visitor leaves behind: cleared for the next demo with a way back, or removed for good."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.views.decorators.http import require_POST

from playground.pages import undo, visitor, words
from playground.pages.views.runs import see_other
from playground.runs import deletion, history

# Browsers keep drafts of prompts and masks for the time of a tab.
_KEPT_IN_BROWSER: Final = '"storage"'


@require_POST
def afresh(request: HttpRequest) -> HttpResponse:
    """Clear history and edit page for the next demo; keys, API, language and theme stay. Active runs go on."""
    who = visitor.known(request)
    if who:
        deletion.delete(history.runs_of(who))
        undo.replaced(request)
        words.forget(request)
    response = see_other("key", notice="afresh")
    response.headers["Clear-Site-Data"] = _KEPT_IN_BROWSER
    return response


@require_POST
def everything(request: HttpRequest) -> HttpResponse:
    """Remove keys, runs, pictures and drafts at once and for good; what still runs is stopped."""
    if who := visitor.known(request):
        deletion.delete_everything(who)
    request.session.flush()
    rotate_token(request)
    response = see_other("generate")
    response.delete_cookie(settings.VAULT_COOKIE_NAME, samesite="Lax")
    response.headers["Clear-Site-Data"] = _KEPT_IN_BROWSER
    return response
