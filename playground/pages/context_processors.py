"""The context of every template: languages, navigation, theme, and the number of active runs."""

from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from playground.core import shutdown
from playground.core.logging import site_url
from playground.pages.addresses import canonical_url, readable_address
from playground.pages.presenters import apis
from playground.pages.presenters.apis import ApiChoice
from playground.pages.responses import is_public_page, read_theme
from playground.pages.session import api_keys
from playground.runs import selectors


class PageFrame:
    """The frame around a page. Values that cost a query are read when a template uses them."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.version: str = settings.VERSION
        self.support_url: str = settings.SUPPORT_URL
        self.is_updating = shutdown.is_updating()

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def is_public(self) -> bool:
        return is_public_page(self._request)

    @cached_property
    def site_url(self) -> str:
        return site_url(self._request)

    @cached_property
    def canonical_url(self) -> str:
        """The address of this page, with the language when the address chose it."""
        chosen = self._request.GET.get("lang", "").lower()
        return canonical_url(self._request, chosen if chosen == self.language else "")

    @cached_property
    def alternates(self) -> list[tuple[str, str]]:
        """Return each language and the address of this page in it; `x-default` follows the browser's language."""
        # For the links with hreflang, by which a search engine shows readers the page in their language.
        pages = [(code, canonical_url(self._request, code)) for code, _name in settings.LANGUAGES]
        return [*pages, ("x-default", canonical_url(self._request))]

    @cached_property
    def theme(self) -> str:
        """`system`, `light` or `dark`."""
        return read_theme(self._request)

    @cached_property
    def languages(self) -> list[tuple[str, str, str]]:
        """Return the code of each language, its name in itself, and the address of this page in it."""
        return [(code, self._own_name(code), self._here(code)) for code, _name in settings.LANGUAGES]

    def _own_name(self, code: str) -> str:
        # A reader finds the own language by its own name, whatever language the page is in.
        with translation.override(code):
            return str(dict(settings.LANGUAGES)[code])

    @cached_property
    def kept_query(self) -> str:
        """The part of the query that links to this page with another theme keep."""
        kept = {name: values for name, values in self._request.GET.lists() if name != "theme"}
        return f"{urlencode(kept, doseq=True)}&" if kept else ""

    def _here(self, code: str) -> str:
        query = {name: values for name, values in self._request.GET.lists() if name != "lang"}
        return f"{readable_address(self._request)}?{urlencode({**query, 'lang': code}, doseq=True)}"

    @cached_property
    def account(self) -> ApiChoice | None:
        """The API that was used last, and whether its key is stored; None when the session cannot be read."""
        try:
            return apis.api_choice(self._request, api_keys.chosen_api(self._request))
        except (AttributeError, DatabaseError):
            # Error pages are rendered also before PageMiddleware has run, and while the database does not answer.
            return None

    @cached_property
    def nav(self) -> list[tuple[str, str, bool]]:
        """Address, label, and whether it is this page."""
        match = getattr(self._request, "resolver_match", None)
        current = (match.url_name if match else "") or ""
        pages = (
            ("generate", _("Generate")),
            ("edit", _("Edit")),
            ("runs", _("History")),
            ("reference", _("Reference")),
            ("usage", _("Usage")),
        )
        # The names of URLs say what belongs to a page: `reference_error` is part of the reference.
        return [(reverse(name), label, current == name or current.startswith(f"{name}_")) for name, label in pages]

    @cached_property
    def _active(self) -> tuple[int, int]:
        """The numbers of running and queued runs of the visitor; zeros when the database cannot be read."""
        try:
            return selectors.count_running_and_queued(self._request.visitor.id)  # type: ignore[attr-defined]
        except (AttributeError, DatabaseError):
            # As above: a page about a failure must not fail over a number in its title.
            return 0, 0

    @cached_property
    def active_runs(self) -> int:
        """The number of running and queued runs of the visitor."""
        return sum(self._active)

    @cached_property
    def title_prefix(self) -> str:
        """The start of the tab's title while something runs."""
        return title_prefix(*self._active)


def title_prefix(running: int, waiting: int) -> str:
    """Return `2 running · `, or `2 waiting · ` when none of them runs; empty without active runs."""
    if running:
        return ngettext("%(count)d running · ", "%(count)d running · ", running) % {"count": running}
    if waiting:
        return ngettext("%(count)d waiting · ", "%(count)d waiting · ", waiting) % {"count": waiting}
    return ""


def page_frame(request: HttpRequest) -> dict[str, PageFrame]:
    return {"frame": PageFrame(request)}
