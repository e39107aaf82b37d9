"""The reference: one page of tables, one page an error code, and all of it as plain text."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.errors import PARTIAL_REHEARSAL
from playground.pages import addresses
from playground.pages.addresses import studio_page_for
from playground.pages.presenters.run_card import support_details
from playground.pages.reference import error_guide, samples, tables
from playground.pages.reference import tables as parameters
from playground.pages.reference.plaintext import html_to_text
from playground.pages.reference.samples import LABELS
from playground.pages.reference.try_it import simulate_error, try_endpoint
from playground.pages.responses import render_page
from playground.pages.session.visitor import PageRequest, new_token
from playground.runs import selectors
from playground.runs.models import Run


@require_safe
def reference(request: PageRequest) -> HttpResponse:
    """All that there is to know of the API, on one page."""
    return render_page(request, "reference/page.html", **_context(request))


@require_safe
def text(request: PageRequest) -> HttpResponse:
    """The same as Markdown, for language models; with the errors' pages below it."""
    page = render_to_string("reference/page_content.html", _context(request), request)
    pages = (
        render_to_string("reference/error_content.html", {"row": row, "plain": True}, request)
        for row in error_guide.error_rows()
    )
    return HttpResponse(html_to_text("".join((page, *pages))), "text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def error(request: PageRequest, code: str) -> HttpResponse:
    """What one code means; with `?run=` the facts of that run of the visitor for support. POST rehearses it.

    A status leads to the page of its only code, or to the table where it has several.
    """
    if code.isdecimal() and (codes := error_guide.codes_of_status(int(code))):
        return redirect("reference_error", *codes) if len(codes) == 1 else redirect(f"{reverse('reference')}#errors")
    context = _clinic(request, code)
    if request.method != "POST":
        return render_page(request, "reference/error.html", **context)
    if code == PARTIAL_REHEARSAL:
        raise Http404("an answer that came short is rehearsed by the form")
    response = render_page(request, "reference/error.html", rehearsal=simulate_error(request, code), **context)
    return response


@require_POST
def sample(request: PageRequest, name: str) -> HttpResponse:
    """Run a program of the reference on the built-in API and show what it answers."""
    if name not in LABELS:
        raise Http404("no such program")
    program = samples.sample(name, addresses.absolute_url(request))
    response = render_page(request, "reference/sample.html", sample=program, trial=try_endpoint(request, name))
    return response


def _context(request: PageRequest) -> dict[str, Any]:
    return {
        "figures": tables.figures(),
        "sizes": tables.size_rows(),
        "times": tables.time_rows(),
        "entries": tables.entry_rows(request),
        "samples": samples.samples(addresses.absolute_url(request)),
        "generations": parameters.parameter_rows("generations"),
        "edits": parameters.parameter_rows("edits"),
        "errors": error_guide.error_rows(),
        "generate_url": studio_page_for("generations").url,
        "edit_url": studio_page_for("edits").url,
        "usage_url": reverse("usage"),
        "token": new_token(),
    }


def _clinic(request: PageRequest, code: str) -> dict[str, Any]:
    rows = error_guide.error_rows()
    place = next((number for number, row in enumerate(rows) if row.code == code), None)
    if place is None:
        raise Http404("no such code")
    run = _run(request)
    return {
        "row": rows[place],
        "token": new_token(),
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
        "request_id": (run.request_id or run.pk) if run else "",
        "details": support_details(run) if run else "",
        "run_url": reverse("run", args=[run.pk]) if run else "",
    }


def _run(request: PageRequest) -> Run | None:
    """The visitor's run that the page was opened from; anyone else's is not there."""
    run_id, who = request.GET.get("run", ""), request.visitor.id
    return selectors.list_runs(who).filter(pk=run_id).first() if who and run_id else None
