"""The reference: a page of tables, a page for each error code, all of it as text, and sample programs to run."""

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
from playground.pages.reference.plaintext import html_to_text
from playground.pages.reference.samples import LABELS
from playground.pages.reference.try_it import simulate_error, try_endpoint
from playground.pages.responses import render_page
from playground.pages.session.visitor import PageRequest, new_token
from playground.runs import selectors
from playground.runs.models import Run


@require_safe
def reference_page(request: PageRequest) -> HttpResponse:
    return render_page(request, "reference/page.html", **_reference_context(request))


@require_safe
def reference_text(request: PageRequest) -> HttpResponse:
    """Return the reference and the pages of all errors as Markdown, for language models."""
    page = render_to_string("reference/page_content.html", _reference_context(request), request)
    pages = (
        render_to_string("reference/error_content.html", {"row": row, "plain": True}, request)
        for row in error_guide.error_rows()
    )
    return HttpResponse(html_to_text("".join((page, *pages))), "text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def error_code_page(request: PageRequest, code: str) -> HttpResponse:
    """Explain an error code, with the support details of the visitor's run in `?run=`. POST rehearses the error.

    A status in place of the code redirects to the page of its only code, or to the table when it has several.
    """
    if code.isdecimal() and (codes := error_guide.codes_of_status(int(code))):
        return redirect("reference_error", *codes) if len(codes) == 1 else redirect(f"{reverse('reference')}#errors")
    context = _error_context(request, code)
    if request.method != "POST":
        return render_page(request, "reference/error.html", **context)
    if code == PARTIAL_REHEARSAL:
        raise Http404("an answer that came short is rehearsed by the form")
    return render_page(request, "reference/error.html", rehearsal=simulate_error(request, code), **context)


@require_POST
def run_sample(request: PageRequest, name: str) -> HttpResponse:
    """Send the request of a sample program to the built-in API and show the response."""
    if name not in LABELS:
        raise Http404("no such program")
    program = samples.sample(name, addresses.absolute_url(request))
    return render_page(request, "reference/sample.html", sample=program, trial=try_endpoint(request, name))


def _reference_context(request: PageRequest) -> dict[str, Any]:
    return {
        "figures": tables.figures(),
        "sizes": tables.size_rows(),
        "times": tables.time_rows(),
        "entries": tables.entry_rows(request),
        "samples": samples.samples(addresses.absolute_url(request)),
        "generations": tables.parameter_rows("generations"),
        "edits": tables.parameter_rows("edits"),
        "errors": error_guide.error_rows(),
        "generate_url": studio_page_for("generations").url,
        "edit_url": studio_page_for("edits").url,
        "usage_url": reverse("usage"),
        "token": new_token(),
    }


def _error_context(request: PageRequest, code: str) -> dict[str, Any]:
    rows = error_guide.error_rows()
    index = next((number for number, row in enumerate(rows) if row.code == code), None)
    if index is None:
        raise Http404("no such code")
    run = _linked_run(request)
    return {
        "row": rows[index],
        "token": new_token(),
        "before": rows[index - 1] if index else None,
        "after": rows[index + 1] if index + 1 < len(rows) else None,
        "request_id": (run.request_id or run.pk) if run else "",
        "details": support_details(run) if run else "",
        "run_url": reverse("run", args=[run.pk]) if run else "",
    }


def _linked_run(request: PageRequest) -> Run | None:
    """Return the visitor's run that links to the page; None for another visitor's run."""
    run_id, visitor_id = request.GET.get("run", ""), request.visitor.id
    return selectors.list_runs(visitor_id).filter(pk=run_id).first() if visitor_id and run_id else None
