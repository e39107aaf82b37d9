"""The pages of prompt templates: fill one in, take its prompt to a form; own ones, their export and import."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from playground.pages.forms.prompt_templates import (
    MAX_COLOURS,
    MAX_SLOTS,
    OWN_COLOURS,
    ImportForm,
    PaletteForm,
    PromptForm,
    SavedTemplateForm,
    TemplateForm,
    export_templates,
    read_colours,
)
from playground.pages.presenters.pictures import latest_results
from playground.pages.responses import SeeOther, render_page, see_other, wants_part
from playground.pages.session import pins
from playground.pages.session import templates_page as page_state
from playground.pages.session.visitor import WRITTEN_PROMPT_ENTRY, PageRequest
from playground.pages.texts.prompt_templates import PALETTES, TEMPLATES, PromptTemplate
from playground.pages.uploads import accepts_uploads
from playground.runs.exceptions import TemplateRejected
from playground.runs.models import SavedTemplate
from playground.runs.services import retention, saved_templates
from playground.runs.services.saved_templates import MAX_NAME_LENGTH, MAX_TEMPLATES, MAX_TEXT_LENGTH, ImportResult

# Longer request lines are refused on the way, by some proxies from 2,048 bytes.
_MAX_LINK: Final = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def templates_page(request: PageRequest) -> HttpResponse:
    """Show the templates; keep what is typed, and do with a posted one what the pressed button says."""
    if request.method != "POST":
        entries = page_state.stored_template_entries(request)
        template = _find_template(request, request.GET.get("template", TEMPLATES[0].name))
        return render_templates(request, TemplateForm(template, entries=entries), PromptForm(initial=entries))
    template = _find_template(request, request.POST.get("template", ""))
    page_state.store_template_entries(request, request.POST.dict())
    if chosen := request.POST.get("choose", ""):
        entries = page_state.stored_template_entries(request)
        # Browsers send other line ends than were written.
        is_unedited = entries.get("prompt", "").split() == entries.get("written", "").split()
        if is_unedited and chosen != template.name:
            # It belongs to the template that wrote it: beside other fields it would be used by mistake.
            page_state.store_template_entries(request, {"prompt": ""})
        return SeeOther(_template_url(_find_template(request, chosen).name))
    target = request.POST.get("use", "")
    if target == "keep":
        return render_templates(
            request, TemplateForm(template, entries=request.POST.dict()), PromptForm(initial=request.POST.dict())
        )
    if target not in ("generate", "edit", "save"):
        form = TemplateForm(template, request.POST.dict())
        if not form.is_valid():
            written = PromptForm(initial=request.POST.dict())
            return render_templates(request, form, written, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if template.is_own:
            saved_templates.mark_used(template.name)
        prompt = form.write_prompt()
        page_state.store_template_entries(request, {"prompt": prompt, "written": prompt})
        return SeeOther(_template_url(template.name))
    written = PromptForm(request.POST)
    if not written.is_valid():
        form = TemplateForm(template, entries=request.POST.dict())
        return render_templates(request, form, written, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if target == "save":
        return SeeOther(f"{reverse('template_new')}?written")
    # In the session, because a prompt may be longer than an address.
    request.session[WRITTEN_PROMPT_ENTRY] = written.cleaned_data["prompt"]
    return SeeOther(f"{reverse(target)}?written")


@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: PageRequest) -> HttpResponse:
    """Save a new template, or show its form: empty, with the prompt of the templates page, or with a posted one."""
    if "text" in request.POST:
        return _save(request)
    if request.method != "POST":
        prompt = page_state.stored_template_entries(request).get("prompt", "") if "written" in request.GET else ""
        return _render_editor(request, SavedTemplateForm(initial={"text": prompt}))
    page_state.store_template_entries(request, {"prompt": request.POST.get("prompt", "")})
    address = f"{reverse('template_new')}?written"
    # The studio's form would put the page in the place of the studio.
    return HttpResponseClientRedirect(address) if wants_part(request) else SeeOther(address)


@require_http_methods(["GET", "HEAD", "POST"])
def change_template(request: PageRequest, template_id: str) -> HttpResponse:
    """Show the form of an own template, and save it."""
    template = saved_templates.get_template(request.visitor.id, template_id)
    if request.method == "POST":
        return _save(request, template)
    form = SavedTemplateForm(initial={"name": template.name, "text": template.text})
    return _render_editor(request, form, template)


@require_POST
def delete_template(request: PageRequest, template_id: str) -> HttpResponse:
    """Delete an own template, which can be undone."""
    retention.delete_templates([saved_templates.get_template(request.visitor.id, template_id)])
    return see_other("prompt_templates")


@require_POST
def undo_deletion(request: PageRequest) -> HttpResponse:
    """Restore the templates that were deleted last."""
    restored = retention.undo_template_deletion(request.visitor.id)
    return SeeOther(_template_url(restored[0].pk)) if len(restored) == 1 else see_other("prompt_templates")


@require_safe
def export_file(request: PageRequest) -> HttpResponse:
    """Return all own templates as a file."""
    templates = [(template.name, template.text) for template in saved_templates.list_templates(request.visitor.id)]
    response = HttpResponse(export_templates(templates), content_type="application/json; charset=utf-8")
    name = f"prompt-templates_{timezone.localtime():%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@accepts_uploads
@require_POST
def import_file(request: PageRequest) -> HttpResponse:
    """Save the templates of a posted file, all or none."""
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            result = saved_templates.import_templates(request.visitor.ensure_id(), form.cleaned_data["file"])
        except TemplateRejected as error:
            form.add_error("file", _rejection(error))
        else:
            page_state.report_once(request, *_import_report(result))
            return see_other("prompt_templates")
    entries = page_state.stored_template_entries(request)
    return render_templates(
        request,
        TemplateForm(TEMPLATES[0], entries=entries),
        PromptForm(initial=entries),
        importing=form,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _template_url(name: str) -> str:
    return f"{reverse('prompt_templates')}?{urlencode({'template': name})}"


def _own_template(template: SavedTemplate) -> PromptTemplate:
    return PromptTemplate(template.pk, template.name, template.text, is_own=True)


def _find_template(request: PageRequest, name: str) -> PromptTemplate:
    found = next((template for template in TEMPLATES if template.name == name), None)
    return found or _own_template(saved_templates.get_template(request.visitor.id, name))


def _save(request: PageRequest, template: SavedTemplate | None = None) -> HttpResponse:
    form = SavedTemplateForm(request.POST)
    if form.is_valid():
        values, template_id = form.cleaned_data, template.pk if template else ""
        try:
            saved = saved_templates.save_template(
                request.visitor.ensure_id(), values["name"], values["text"], template_id
            )
        except TemplateRejected as error:
            form.add_error("name", _rejection(error))
        else:
            page_state.report_once(request, _("“%(name)s” was saved.") % {"name": saved.name})
            return SeeOther(_template_url(saved.pk))
    return _render_editor(request, form, template, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _rejection(error: TemplateRejected) -> str:
    if error.reason == "name_taken":
        return _("You have a template with this name. Choose another name.")
    if error.count == 1:
        return _("You have %(most)d templates, which is the maximum. Delete one first.") % {"most": MAX_TEMPLATES}
    message = _(
        "Nothing was imported. You have %(present)d templates, and this file would add %(count)d. "
        "You can have %(most)d."
    )
    return message % {"present": error.present, "count": error.count, "most": MAX_TEMPLATES}


def _import_report(result: ImportResult) -> list[str]:
    sentences = [
        ngettext("%(count)d template was imported.", "%(count)d templates were imported.", result.added)
        % {"count": result.added}
    ]
    if result.renamed:
        sentences.append(
            ngettext(
                "%(count)d of them got a number, because you have another template with its name.",
                "%(count)d of them got a number, because you have other templates with their names.",
                result.renamed,
            )
            % {"count": result.renamed}
        )
    if result.present:
        sentences.append(
            ngettext("%(count)d was there already.", "%(count)d were there already.", result.present)
            % {"count": result.present}
        )
    return sentences


def _prompt_link(prompt: str) -> str:
    """Return the path of the studio with this prompt; empty when it is too long for one."""
    link = f"{reverse('generate')}?{urlencode({'prompt': prompt})}"
    return link if prompt and len(link) <= _MAX_LINK else ""


def render_templates(
    request: PageRequest,
    form: TemplateForm,
    written: PromptForm,
    palette_form: PaletteForm | None = None,
    **extra: Any,
) -> HttpResponse:
    """Render the page of prompt templates."""
    palette_form = palette_form or _palette_form(request)
    visitor_id = request.visitor.id
    prompt = str(written["prompt"].value() or "").strip()
    return render_page(
        request,
        "prompts/page.html",
        form=form,
        chosen=form.template,
        templates=TEMPLATES,
        own_templates=[_own_template(template) for template in saved_templates.list_templates(visitor_id)],
        palettes=PALETTES,
        written=written,
        link=_prompt_link(prompt),
        has_prompt=bool(prompt),
        report=page_state.take_report(request),
        deleted=retention.newest_template_deletion(visitor_id),
        pinned=pins.pinned_palette(request),
        style=pins.pinned_style(visitor_id),
        results=latest_results(visitor_id),
        own_colours=OWN_COLOURS,
        own_swatch=read_colours(str(palette_form["colours"].value() or ""))[0],
        most_colours=MAX_COLOURS,
        palette_form=palette_form,
        **{"importing": ImportForm(), "style_problem": "", **extra},
    )


def _palette_form(request: PageRequest) -> PaletteForm:
    swatch, colours = pins.pinned_palette(request) or ("", [])
    own = OWN_COLOURS if colours and not swatch else ""
    return PaletteForm(initial={"swatch": swatch or own, "colours": " ".join(colours) if own else ""})


def _render_editor(
    request: PageRequest, form: SavedTemplateForm, template: SavedTemplate | None = None, *, status: int = 200
) -> HttpResponse:
    limits = {
        "templates": MAX_TEMPLATES,
        "name": MAX_NAME_LENGTH,
        "text": f"{MAX_TEXT_LENGTH:,}",
        "slots": MAX_SLOTS,
        "days": settings.RETENTION_DAYS,
        "undo": int(retention.UNDO_PERIOD.total_seconds() // 60),
    }
    return render_page(request, "prompts/editor.html", status=status, form=form, saved=template, limits=limits)
