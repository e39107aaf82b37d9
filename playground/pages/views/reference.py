"""The reference: a page of tables, a page for each error code, all of it as text, and sample programs to run."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markdownify import ATX, MarkdownConverter

from playground.imageapi.errors import PARTIAL_REHEARSAL
from playground.pages import addresses
from playground.pages.addresses import studio_page_for
from playground.pages.presenters import apis
from playground.pages.presenters.run_card import support_details
from playground.pages.reference import error_guide, example_responses, samples, tables
from playground.pages.reference.changes import CHANGES
from playground.pages.reference.samples import DEFAULT_LANGUAGE, KINDS, LANGUAGES
from playground.pages.reference.try_it import simulate_error, try_endpoint
from playground.pages.responses import remember_choice, render_page, wants_part
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, new_token
from playground.runs import selectors
from playground.runs.models import Run

_LANGUAGE_PARAMETER: Final = "code"
_LANGUAGE_COOKIE: Final = "code"
_BROWSER_ONLY: Final = "form, button, svg, img, copy-button, script, a.here, .control"
# The reference is about 200 KB of HTML, and the same for every reader of a language.
_KEPT_PAGES: Final = 8


def _code_language(element: Tag) -> str:
    """Return the language to write after the fence of a code block."""
    program = str(element.get("data-snippet", ""))
    names = {"curl": "bash", "python-requests": "python", "node": "javascript"}
    return names.get(program, program)


# Links lead within the page or to forms, so only their text is kept. Underscores are part of names such as b64_json.
_CONVERTER: Final = MarkdownConverter(
    heading_style=ATX,
    bullets="-",
    strip=["a", "b"],
    escape_asterisks=False,
    escape_underscores=False,
    table_infer_header=True,
    code_language_callback=_code_language,
)


class ChoiceLink(NamedTuple):
    """A link that shows the page for another value of a parameter."""

    value: str
    label: str
    url: str
    is_current: bool


@require_safe
def reference_page(request: PageRequest) -> HttpResponse:
    response = render_page(request, "reference/page.html", **_reference_context(request))
    if (language := request.GET.get(_LANGUAGE_PARAMETER, "")) in LANGUAGES:
        # static/js/elements/language-tabs.js writes it, too.
        remember_choice(response, _LANGUAGE_COOKIE, language)
    return response


@require_safe
def reference_text(request: PageRequest) -> HttpResponse:
    """Return the reference and the pages of all errors as Markdown, for language models.

    `?code=` leaves only the samples in that language.
    """
    language = request.GET.get(_LANGUAGE_PARAMETER, "")
    context = {
        **_reference_context(request),
        "plain": True,
        "languages": [language] if language in LANGUAGES else list(LANGUAGES),
    }
    page = render_to_string("reference/page_content.html", context, request)
    pages = (
        render_to_string("reference/error_content.html", {"row": row, "plain": True}, request)
        for row in error_guide.error_rows()
    )
    return HttpResponse(_markdown_from_html("".join((page, *pages))), "text/plain; charset=utf-8")


@require_safe
def parameter_help(request: PageRequest, place: str) -> HttpResponse:
    """Render what a parameter does as a popover; `place` is its id in the reference, `generations-size`."""
    row = tables.find_parameter(place)
    if row is None:
        raise Http404("no such parameter")
    if not wants_part(request):
        return redirect(f"{reverse('reference')}#{row.id}")
    return render_page(request, "reference/parameter.html", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
def error_code_page(request: PageRequest, code: str) -> HttpResponse:
    """Explain an error code, with the support details of the visitor's run in `?run=`. POST rehearses the error.

    A status in place of the code redirects to the page of its only code, or to the table when it has several.
    """
    if code.isdecimal() and (codes := error_guide.codes_for_status(int(code))):
        return redirect("reference_error", *codes) if len(codes) == 1 else redirect(f"{reverse('reference')}#errors")
    context = _error_context(request, code)
    if request.method != "POST":
        return render_page(request, "reference/error.html", **context)
    if code == PARTIAL_REHEARSAL:
        raise Http404("an answer that came short is rehearsed by the form")
    return render_page(request, "reference/error.html", rehearsal=simulate_error(request, code), **context)


@require_POST
def run_sample(request: PageRequest, name: str) -> HttpResponse:
    """Send the request of a sample to the built-in API and show the response."""
    if name not in KINDS or not KINDS[name].is_runnable:
        raise Http404("no such sample")
    return render_page(
        request,
        "reference/sample.html",
        language=_sample_language(request),
        languages=list(LANGUAGES),
        sample=samples.sample(request, samples.builtin_api(), name),
        trial=try_endpoint(request, name),
    )


def _reference_context(request: PageRequest) -> dict[str, Any]:
    api = api_keys.chosen_api(request, request.GET.get("api", ""))
    language = _sample_language(request)
    return {
        "chosen": api,
        "api_links": _links(
            request, "api", {listed.id: apis.api_label(listed.id) for listed in settings.IMAGE_APIS.values()}, api.id
        ),
        "language": language,
        "languages": list(LANGUAGES),
        "language_links": _links(request, _LANGUAGE_PARAMETER, LANGUAGES, language),
        "text_url": f"{reverse('reference_text')}?{urlencode({'api': api.id})}",
        "base_url": addresses.api_base_url(request, api),
        # Of endpoints that only the built-in API has, whichever API is chosen.
        "builtin_base_url": addresses.api_base_url(request, samples.builtin_api()),
        "placeholder_key": samples.placeholder_key(api.profile),
        "samples": samples.samples(request, api),
        "responses": example_responses.responses(),
        "example_errors": example_responses.errors(),
        "event_stream": example_responses.event_stream(),
        "failed_stream": example_responses.failed_stream(),
        "accounts": tables.account_rows(),
        "figures": tables.figures(),
        "sizes": tables.size_rows(),
        "times": tables.time_rows(),
        "entries": tables.entry_rows(request),
        "generations": tables.parameter_rows("generations"),
        "edits": tables.parameter_rows("edits"),
        "models": tables.model_rows(),
        "model_fields": tables.model_parameter_rows("edits"),
        "errors": error_guide.error_rows(),
        "sdk_errors": error_guide.sdk_error_rows(),
        "retryable": samples.RETRYABLE_CODES,
        "changes": CHANGES,
        "openapi_url": reverse("gateway:openapi"),
        "generate_url": studio_page_for("generations").url,
        "edit_url": studio_page_for("edits").url,
        "usage_url": reverse("usage"),
        "token": new_token(),
    }


def _sample_language(request: PageRequest) -> str:
    """Return the chosen language of the samples: from the address, then from the cookie."""
    chosen = (request.GET.get(_LANGUAGE_PARAMETER, ""), request.COOKIES.get(_LANGUAGE_COOKIE, ""))
    return next((name for name in chosen if name in LANGUAGES), DEFAULT_LANGUAGE)


def _links(request: PageRequest, name: str, choices: Mapping[str, str], current: str) -> list[ChoiceLink]:
    """Return a link to this page for each value of a parameter; the other parameters stay."""
    kept = {key: request.GET[key] for key in ("api", _LANGUAGE_PARAMETER) if key in request.GET}
    return [
        ChoiceLink(value, label, f"?{urlencode({**kept, name: value})}", value == current)
        for value, label in choices.items()
    ]


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


@lru_cache(maxsize=_KEPT_PAGES)
def _markdown_from_html(html: str) -> str:
    """Convert a part of a page to Markdown, without the elements that only a browser can use."""
    page = BeautifulSoup(html, "html.parser")
    for element in page.select(_BROWSER_ONLY):
        element.decompose()
    # Markdown has no folded parts: what unfolds them on the page becomes their heading.
    for summary in page.select("summary"):
        summary.name = "h3"
    for table in page.select("table"):
        _drop_empty_columns(table)
    return f"{_CONVERTER.convert_soup(page).strip()}\n"


def _drop_empty_columns(table: Tag) -> None:
    """Remove the columns of which only the heading is left."""
    rows = [row.find_all(["th", "td"]) for row in table.select("tr")]
    # From the last one, because removing a column moves those behind it.
    for column in range(len(rows[0]) - 1, -1, -1):
        if not any(row[column].get_text(strip=True) for row in rows[1:] if column < len(row)):
            for row in rows:
                if column < len(row):
                    row[column].decompose()
