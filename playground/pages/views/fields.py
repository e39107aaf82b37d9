"""The fields of a brief that depend on the chosen API, for an API that was chosen just now; nothing is sent."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from playground.pages import choices, estimates
from playground.pages.edit_form import EditForm
from playground.pages.edit_studio import edit_brief
from playground.pages.forms import BriefForm, GenerateForm
from playground.pages.places import place_of
from playground.pages.refused import for_browsers
from playground.pages.show import show
from playground.pages.studio import brief
from playground.pages.views.edit import count_of


@require_POST
def generate(request: HttpRequest) -> HttpResponse:
    """The fields of a generation, with what was typed and chosen as far as it is offered."""
    return _answer(request, brief(request, initial=_entries(request, GenerateForm)), 0)


@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """The same for an edit, and how many pictures it may have."""
    return _answer(request, edit_brief(request, initial=_entries(request, EditForm)), count_of(request, request.POST))


def _entries(request: HttpRequest, form: type[BriefForm]) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name in form.KEPT}


def _answer(request: HttpRequest, form: BriefForm, sources: int) -> HttpResponse:
    api, most = form.chosen, form.chosen.profile.max_sources
    wanted = estimates.Wanted.read(form.initial, api, form.ENDPOINT, sources)
    return show(
        request,
        "parts/fields.html",
        form=form,
        place=place_of(form.ENDPOINT),
        estimate=estimates.estimate(request, api, wanted),
        api=choices.choice(request, api, api),
        limits={"count": most},
        sentences=for_browsers(most),
    )
