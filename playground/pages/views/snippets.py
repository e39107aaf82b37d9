"""The code panel of a form that is being filled in."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from playground.pages.edit_studio import edit_brief
from playground.pages.places import place_of
from playground.pages.show import show, wants_part
from playground.pages.snippets.files import files_of
from playground.pages.snippets.panel import Panel, panel_of_form
from playground.pages.studio import brief
from playground.pages.uploads import takes_files


@require_POST
def generate(request: HttpRequest) -> HttpResponse:
    """Programs for the brief as it stands; nothing is sent."""
    return _answer(request, panel_of_form(request, brief(request, request.POST)))


@takes_files
@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """The same for an edit. Files of the form are not taken in: the pictures are those that wait on the page."""
    images, mask = files_of(request, request.POST)
    return _answer(request, panel_of_form(request, edit_brief(request, request.POST), images, mask), "edits")


def _answer(request: HttpRequest, panel: Panel, endpoint: str = "generations") -> HttpResponse:
    """The panel's contents for the page's script; without one, a page of its own."""
    name = "parts/code_body.html" if wants_part(request) else "pages/code.html"
    return show(request, name, panel=panel, place=place_of(endpoint))
