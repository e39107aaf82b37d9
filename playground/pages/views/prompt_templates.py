"""The page of prompt templates: choose one, fill in its slots, edit the prompt and take it to a form."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from playground.pages.forms.prompt_templates import PromptForm, TemplateForm
from playground.pages.responses import SeeOther, render_page
from playground.pages.session.visitor import WRITTEN_PROMPT_ENTRY, PageRequest
from playground.pages.texts.prompt_templates import PALETTES, TEMPLATES, PromptTemplate


@require_http_methods(["GET", "HEAD", "POST"])
def templates_page(request: PageRequest) -> HttpResponse:
    """Show the templates; write the prompt of a posted one, or take the written prompt to a form."""
    if request.method != "POST":
        return _render(request, TemplateForm(_find_template(request.GET.get("template", TEMPLATES[0].name))))
    template = _find_template(request.POST.get("template", ""))
    target = request.POST.get("use", "")
    if target not in ("generate", "edit"):
        form = TemplateForm(template, request.POST)
        if form.is_valid():
            return _render(request, form, PromptForm(initial={"prompt": form.write_prompt()}))
        return _render(request, form, PromptForm(initial=request.POST.dict()), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    written = PromptForm(request.POST)
    if written.is_valid():
        # In the session, because a prompt may be longer than an address.
        request.session[WRITTEN_PROMPT_ENTRY] = written.cleaned_data["prompt"]
        return SeeOther(f"{reverse(target)}?written")
    form = TemplateForm(template, initial=request.POST.dict())
    return _render(request, form, written, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _find_template(name: str) -> PromptTemplate:
    found = next((template for template in TEMPLATES if template.name == name), None)
    if found is None:
        raise Http404
    return found


def _render(
    request: PageRequest, form: TemplateForm, written: PromptForm | None = None, **extra: Any
) -> HttpResponse:
    return render_page(
        request,
        "studio/prompt_templates.html",
        form=form,
        chosen=form.template,
        templates=TEMPLATES,
        palettes=PALETTES,
        written=written or PromptForm(),
        **extra,
    )
