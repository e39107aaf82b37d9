"""The addresses of pages, in each language and for search engines, and the base addresses of image APIs."""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from playground.core.logging import site_url
from playground.imageapi.catalog import Endpoint
from playground.imageapi.providers import ImageApi
from playground.pages.session.visitor import origin_run_id

# URL names that take forms only, and the page that their response shows.
_PAGE_BY_FORM_URL: Final = {
    "fields": "generate",
    "edit_fields": "edit",
    "snippets": "generate",
    "edit_snippets": "edit",
    "unpin": "generate",
    "edit_unpin": "edit",
    "templates_import": "prompt_templates",
    "palette_pin": "prompt_templates",
    "style_pin": "prompt_templates",
    "sources": "edit",
    "sources_order": "edit",
    "sources_undo": "edit",
    "source": "edit",
    "edit_from": "edit",
    "edit_again": "edit",
    "reference_sample": "reference",
    "key_forget": "key",
    "matrix_total": "matrix",
}


@dataclass(frozen=True, slots=True)
class StudioPage:
    """A page with a form; fields outside of the form belong to it by `form_id`."""

    name: Literal["generate", "edit"]
    template: str
    form_id: str
    url: str
    estimate_url: str
    fields_url: str
    snippets_url: str
    docs_url: str

    @property
    def is_edit(self) -> bool:
        """True when its runs need pictures."""
        return self.name == "edit"


def studio_page_for(endpoint: Endpoint | str) -> StudioPage:
    """Return the page whose form calls that endpoint."""
    if endpoint == "edits":
        return _studio_page("edit", "edit/edit.html", "edit-form", "edit_")
    return _studio_page("generate", "studio/generate.html", "brief", "")


# URL_PREFIX is a setting, so the addresses never change in a process.
@cache
def _studio_page(name: Literal["generate", "edit"], template: str, form_id: str, prefix: str) -> StudioPage:
    addresses = (reverse(f"{prefix}{suffix}") for suffix in ("estimate", "fields", "snippets", "docs"))
    return StudioPage(name, template, form_id, reverse(name), *addresses)


def readable_address(request: HttpRequest) -> str:
    """Return an address that shows this page again by GET, also when a form's response shows it."""
    if request.method in ("GET", "HEAD"):
        return request.path
    match = request.resolver_match
    name = (match.url_name if match else None) or "generate"
    # A form that was posted from the page of a run is shown there again with its errors.
    if name in ("generate", "edit") and (page := origin_run_id(request)):
        return reverse("run", args=[page])
    return reverse(_PAGE_BY_FORM_URL[name]) if name in _PAGE_BY_FORM_URL else request.path


def canonical_url(request: HttpRequest, language: str = "") -> str:
    """Return the absolute address of the page in `language`; without one, the visitor's browser decides."""
    return f"{site_url(request)}{request.path}{f'?lang={language}' if language else ''}"


def api_base_url(request: HttpRequest, api: ImageApi) -> str:
    """Return what SDKs call `base_url`, as the visitor reaches that API. Ends in `/v1`."""
    # BUILTIN_URL may be a host that only workers reach.
    is_this_server = api.is_builtin and api.base_url.rstrip("/") == f"{settings.BUILTIN_URL.rstrip('/')}/v1"
    return f"{site_url(request)}{reverse('generate')}v1" if is_this_server else api.base_url
