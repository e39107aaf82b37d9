"""The templates page's state in the session: what was typed into the slots, the prompt, and what to report once."""

from collections.abc import Mapping
from typing import Final

from playground.pages.forms.prompt_templates import SLOT_PREFIX
from playground.pages.session.visitor import PageRequest

_ENTRIES_ENTRY: Final = "template_entries"
_REPORT_ENTRY: Final = "template_report"
# The session is read with each request, so it holds the slots of a few templates only.
_MAX_ENTRIES: Final = 40


def store_template_entries(request: PageRequest, values: Mapping[str, str]) -> None:
    """Store what a form holds; the slots of other templates stay."""
    stored = dict(request.session.get(_ENTRIES_ENTRY, {}))
    for name, value in values.items():
        if name.startswith(SLOT_PREFIX) or name in ("swatch", "prompt", "written"):
            # The newest ones last.
            stored.pop(name, None)
            stored[name] = value
    kept = dict([entry for entry in stored.items() if entry[1]][-_MAX_ENTRIES:])
    if kept != request.session.get(_ENTRIES_ENTRY, {}):
        request.session[_ENTRIES_ENTRY] = kept


def stored_template_entries(request: PageRequest) -> dict[str, str]:
    """Return the entries by the names of their fields."""
    return dict(request.session.get(_ENTRIES_ENTRY, {}))


def forget_template_entries(request: PageRequest) -> None:
    request.session.pop(_ENTRIES_ENTRY, None)


def report_once(request: PageRequest, *sentences: str) -> None:
    """Store sentences for the next page that shows them."""
    request.session[_REPORT_ENTRY] = sentences


def take_report(request: PageRequest) -> list[str]:
    return list(request.session.pop(_REPORT_ENTRY, ()))
