"""The sample programs of the reference, with the base address filled in."""

from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.pages.snippets.request import KEY

LABELS: Final[dict[str, Promise]] = {
    "python": _("Python: text to image"),
    "python-edit": _("Python: edit with a mask"),
    "python-compose": _("Python: two pictures into one"),
    "python-url": _("Python: an address instead of the picture"),
    "curl": _("curl: text to image"),
    "curl-edit": _("curl: edit with a mask"),
    "curl-compose": _("curl: two pictures into one"),
    "javascript": _("JavaScript: text to image"),
    "javascript-edit": _("JavaScript: edit with FormData"),
    "node": _("Node: text to image"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A program to copy."""

    name: str
    label: str
    text: str
    has_files: bool


def samples(base_url: str) -> list[Sample]:
    """Return all programs, for the API at `base_url`."""
    return [sample(name, base_url) for name in LABELS]


def sample(name: str, base_url: str) -> Sample:
    """Return the program `name`. Raises KeyError for an unknown name."""
    label = str(LABELS[name])
    return Sample(name, label, sample_text(name, base_url), has_files="edit" in name or "compose" in name)


def sample_text(name: str, base_url: str) -> str:
    """Return the text of the program `name`."""
    context = {"base_url": base_url, "key": KEY, "timeout": SDK_TIMEOUT_SECONDS}
    return render_to_string(f"reference/programs/{name}.txt", context)
