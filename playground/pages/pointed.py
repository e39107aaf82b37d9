"""The field of the brief that a refused run points at."""

from typing import Final

from playground.pages import sentences
from playground.pages.again import FORM_FIELDS
from playground.pages.forms import BriefForm
from playground.runs.models import Run

# Pictures and mask are changed on a page of their own.
_ELEMENTS: Final = {"image": "change-sources", "mask": "change-sources"}
# Providers do not always name the field that such a code is about.
_OF_CODES: Final = {"unsupported_size": "size"}
_FIELDS: Final = frozenset((*FORM_FIELDS, *_ELEMENTS))


def field_of(run: Run) -> str:
    """The name of the field that was refused; empty when the provider named none that the brief has."""
    if run.is_active or not run.error:
        return ""
    said = str(run.error_facts.get("param") or _OF_CODES.get(run.error, ""))
    name = said.partition("[")[0]
    return name if name in _FIELDS else ""


def element_of(run: Run) -> str:
    """The id of that field's element on the run's page."""
    name = field_of(run)
    return _ELEMENTS.get(name, f"id_{name}") if name else ""


def marked[F: BriefForm](form: F, run: Run) -> F:
    """The form of the run's page, with the sentence beside the field that was refused."""
    return mark(form, field_of(run))


def mark[F: BriefForm](form: F, name: str) -> F:
    """The form, with the sentence that `name` was refused beside that field, if it has one."""
    if name in form.fields:
        form.errors[name] = form.error_class([str(sentences.REFUSED_FIELD)])
    return form
