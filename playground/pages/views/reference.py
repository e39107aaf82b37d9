"""The reference: one page of tables, one page an error code, and all of it as plain text."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.rehearsals import PARTIAL
from playground.pages import addresses, tokens, vault, visitor
from playground.pages.details import details
from playground.pages.places import place_of
from playground.pages.reference import clinic, parameters, samples, tables
from playground.pages.reference.plaintext import as_text
from playground.pages.reference.rehearsing import rehearse
from playground.pages.reference.samples import LABELS
from playground.pages.reference.trying import try_out
from playground.pages.show import show
from playground.runs import history
from playground.runs.models import Run


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """All that there is to know of the API, on one page."""
    return show(request, "reference/page.html", **_context(request))


@require_safe
def text(request: HttpRequest) -> HttpResponse:
    """The same as Markdown, for language models; with the errors' pages below it."""
    page = render_to_string("reference/page_content.html", _context(request), request)
    pages = (
        render_to_string("reference/error_content.html", {"row": row, "plain": True}, request)
        for row in clinic.rows()
    )
    return HttpResponse(as_text("".join((page, *pages))), "text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def error(request: HttpRequest, code: str) -> HttpResponse:
    """What one code means; with `?run=` the facts of that run of the visitor for support. POST rehearses it.

    A status leads to the page of its only code, or to the table where it has several.
    """
    if code.isdecimal() and (codes := clinic.codes_of_status(int(code))):
        return redirect("reference_error", *codes) if len(codes) == 1 else redirect(f"{reverse('reference')}#errors")
    context = _clinic(request, code)
    if request.method != "POST":
        return show(request, "reference/error.html", **context)
    if code == PARTIAL:
        raise Http404("an answer that came short is rehearsed by the form")
    response = show(request, "reference/error.html", rehearsal=rehearse(request, code), **context)
    vault.hand_over(request, response)
    return response


@require_POST
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """Run a program of the reference on the built-in API and show what it answers."""
    if name not in LABELS:
        raise Http404("no such program")
    program = samples.sample(name, addresses.own(request))
    response = show(request, "reference/sample.html", sample=program, trial=try_out(request, name))
    vault.hand_over(request, response)
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "figures": tables.figures(),
        "sizes": tables.size_rows(),
        "times": tables.time_rows(),
        "entries": tables.entry_rows(request),
        "samples": samples.samples(addresses.own(request)),
        "generations": parameters.rows("generations"),
        "edits": parameters.rows("edits"),
        "errors": clinic.rows(),
        "generate_url": place_of("generations").url,
        "edit_url": place_of("edits").url,
        "usage_url": reverse("usage"),
        "token": tokens.fresh(),
    }


def _clinic(request: HttpRequest, code: str) -> dict[str, Any]:
    rows = clinic.rows()
    place = next((number for number, row in enumerate(rows) if row.code == code), None)
    if place is None:
        raise Http404("no such code")
    run = _run(request)
    return {
        "row": rows[place],
        "token": tokens.fresh(),
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
        "request_id": (run.request_id or run.pk) if run else "",
        "details": details(run) if run else "",
        "run_url": reverse("run", args=[run.pk]) if run else "",
    }


def _run(request: HttpRequest) -> Run | None:
    """The visitor's run that the page was opened from; anyone else's is not there."""
    run_id, who = request.GET.get("run", ""), visitor.known(request)
    return history.runs_of(who).filter(pk=run_id).first() if who and run_id else None
