"""The two places where a brief stands, and the addresses that its form talks to."""

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

# Addresses that take forms only, and the page that their answers look like.
_ANSWERED_AS: Final = {
    "fields": "generate",
    "edit_fields": "edit",
    "snippets": "generate",
    "edit_snippets": "edit",
    "sources": "edit",
    "sources_order": "edit",
    "sources_undo": "edit",
    "source": "edit",
    "edit_from": "edit",
    "edit_again": "edit",
    "reference_sample": "reference",
    "key_forget": "key",
}


@dataclass(frozen=True, slots=True)
class StudioPage:
    """A page with a brief; `form_id` names the form, so that fields outside of it can belong to it."""

    name: Literal["generate", "edit"]
    template: str
    form_id: str
    url: str
    estimate_url: str
    fields_url: str
    snippets_url: str

    @property
    def is_edit(self) -> bool:
        """Whether its runs begin with pictures."""
        return self.name == "edit"


def studio_page_for(endpoint: Endpoint | str) -> StudioPage:
    """The page for calls to that endpoint."""
    if endpoint == "edits":
        return _studio_page("edit", "edit/edit.html", "edit-form", "edit_")
    return _studio_page("generate", "studio/generate.html", "brief", "")


@cache
def _studio_page(name: Literal["generate", "edit"], template: str, form_id: str, prefix: str) -> StudioPage:
    addresses = (reverse(f"{prefix}{one}") for one in ("estimate", "fields", "snippets"))
    return StudioPage(name, template, form_id, reverse(name), *addresses)


def readable_address(request: HttpRequest) -> str:
    """Where a link leads that shows this page once more: its own address, or the one that it answers for."""
    if request.method in ("GET", "HEAD"):
        return request.path
    match = request.resolver_match
    name = (match.url_name if match else None) or "generate"
    if name in ("generate", "edit") and (page := origin_run_id(request)):
        return reverse("run", args=[page])
    return reverse(_ANSWERED_AS[name]) if name in _ANSWERED_AS else request.path


def absolute_url(request: HttpRequest) -> str:
    """The base address of the built-in API: where the visitor found this page, or PUBLIC_URL. Ends in `/v1`."""
    return f"{site_url(request)}{reverse('generate')}v1"


def api_base_url(request: HttpRequest, api: ImageApi) -> str:
    """What an SDK calls `base_url` for that API."""
    is_here = api.is_builtin and api.base_url.rstrip("/") == f"{settings.BUILTIN_URL.rstrip('/')}/v1"
    return absolute_url(request) if is_here else api.base_url
