"""The two places where a brief stands, and the addresses that its form talks to."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from playground.imageapi.options import Endpoint


@dataclass(frozen=True, slots=True)
class Place:
    """A page with a brief; `form_id` names the form, so that fields outside of it can belong to it."""

    name: Literal["generate", "edit"]
    form_id: str
    url: str
    estimate_url: str
    snippets_url: str

    @property
    def is_edit(self) -> bool:
        """Whether its runs begin with pictures."""
        return self.name == "edit"


def place_of(endpoint: Endpoint | str) -> Place:
    """The page for calls to that endpoint."""
    if endpoint == "edits":
        return Place("edit", "edit-form", reverse("edit"), reverse("edit_estimate"), reverse("edit_snippets"))
    return Place("generate", "brief", reverse("generate"), reverse("estimate"), reverse("snippets"))
