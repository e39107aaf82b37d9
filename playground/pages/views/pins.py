"""Pin a palette or a style image for later runs, on the page of prompt templates."""

from http import HTTPStatus

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playground.imageapi.catalog import MEDIA_TYPES
from playground.pages.file_responses import file_response
from playground.pages.forms.edit_sources import add_upload
from playground.pages.forms.prompt_templates import OWN_COLOURS, PaletteForm, PromptForm, TemplateForm, read_colours
from playground.pages.responses import SeeOther
from playground.pages.session import pins
from playground.pages.session import templates_page as page_state
from playground.pages.session.visitor import PageRequest
from playground.pages.texts.prompt_templates import TEMPLATES
from playground.pages.texts.upload_errors import FieldProblems
from playground.pages.uploads import accepts_uploads, uploaded_files
from playground.pages.views.prompt_templates import render_templates
from playground.runs import drafts, selectors


@require_POST
def palette(request: PageRequest) -> HttpResponse:
    """Pin the posted palette, `unpin` it, or with `add` put the picked colour to the visitor's own."""
    if "unpin" in request.POST:
        pins.unpin_palette(request)
        return _back()
    if "add" in request.POST:
        return _render(request, PaletteForm(initial=_with_picked_colour(request.POST)))
    form = PaletteForm(request.POST)
    if not form.is_valid():
        return _render(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    values = form.cleaned_data
    is_own = values["swatch"] == OWN_COLOURS
    pins.pin_palette(request, "" if is_own else values["swatch"], values["colours"] if is_own else [])
    return _back()


@accepts_uploads
@require_POST
def style(request: PageRequest) -> HttpResponse:
    """Pin the posted file or the chosen result as the style image, or `unpin` it."""
    visitor_id, problems = request.visitor.ensure_id(), FieldProblems()
    uploads = uploaded_files(request, "image")
    with problems.collecting("image"):
        if "unpin" in request.POST:
            pins.unpin_style(visitor_id)
        elif uploads:
            pins.replace_style(visitor_id, add_upload(drafts.style_owner(visitor_id), uploads[0]))
        elif versions := selectors.get_picture_versions(visitor_id, request.POST.getlist("picture")[:1]):
            pins.pin_style_version(visitor_id, versions[0])
        else:
            problems.append(("image", _("Choose an image first.")))
        if not problems:
            pins.attach_style(visitor_id)
    if problems:
        return _render(request, style_problem=problems[0][1], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _back()


@require_safe
def style_thumbnail(request: PageRequest) -> HttpResponseBase:
    """Return the thumbnail of the pinned style image."""
    pinned = pins.pinned_style(request.visitor.id)
    if pinned is None:
        raise Http404("nothing is pinned")
    media_type = MEDIA_TYPES["webp"] if pinned.thumbnail else pinned.media_type
    return file_response(request, drafts.source_thumbnail_path(pinned), media_type, pinned.name)


def _back() -> HttpResponse:
    return SeeOther(f"{reverse('prompt_templates')}#pins")


def _with_picked_colour(posted: QueryDict) -> dict[str, str]:
    picked, _unknown = read_colours(posted.get("colour", ""))
    words = [word for word in (posted.get("colours", "").strip(), *picked) if word]
    return {"swatch": OWN_COLOURS, "colours": " ".join(words), "colour": posted.get("colour", "")}


def _render(
    request: PageRequest, form: PaletteForm | None = None, *, style_problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    entries = page_state.stored_template_entries(request)
    template, written = TemplateForm(TEMPLATES[0], entries=entries), PromptForm(initial=entries)
    return render_templates(request, template, written, form, style_problem=style_problem, status=status)
