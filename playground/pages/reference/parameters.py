"""The parameter tables of the reference: facts from the list of options, the sentence of `meanings` beside each."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from playground.imageapi import meanings
from playground.imageapi.options import Endpoint, Parameter, parameters_of
from playground.pages.forms import SETTINGS
from playground.pages.places import place_of

_CONTROLS: Final = ("prompt", *SETTINGS)
_EDIT_CONTROLS: Final = ("image", "mask", "input_fidelity")
# Elements that are not called by their field.
_ELEMENTS: Final = {"mask": "mask-slot"}


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One row: `id` is its anchor, `control` the address of its form control, empty where there is none."""

    id: str
    name: str
    kind: str
    is_required: bool
    default: str
    values: str
    about: str
    control: str


def rows(endpoint: Endpoint) -> list[ParameterRow]:
    """The table of an endpoint."""
    return [_row(parameter, endpoint) for parameter in parameters_of(endpoint)]


def anchor(endpoint: Endpoint, name: str) -> str:
    """The id of a parameter's row."""
    return f"{endpoint}-{name}"


def _row(parameter: Parameter, endpoint: Endpoint) -> ParameterRow:
    name = parameter.name
    default = parameter.default_for(endpoint)
    return ParameterRow(
        id=anchor(endpoint, name),
        name=name,
        kind=parameter.kind,
        is_required=parameter.required,
        default="" if default is None else str(default).lower() if isinstance(default, bool) else str(default),
        values=_values(parameter, endpoint),
        about=_(meanings.sentence(name, endpoint)) % meanings.PLACES,
        control=_control(name, endpoint),
    )


def _values(parameter: Parameter, endpoint: Endpoint) -> str:
    if values := parameter.accepts(endpoint):
        return " / ".join(values)
    if parameter.kind == "boolean":
        return "true / false"
    if parameter.max_length:
        return _("at most %(most)s characters") % {"most": f"{parameter.max_length:,}"}
    if parameter.maximum is None:
        return _("1 file")
    span = f"{parameter.minimum}–{parameter.maximum}"
    return _("%(span)s files") % {"span": span} if parameter.kind == "file" else span


def _control(name: str, endpoint: Endpoint) -> str:
    if name in _CONTROLS or (endpoint == "edits" and name in _EDIT_CONTROLS):
        return f"{place_of(endpoint).url}#{_ELEMENTS.get(name, f'id_{name}')}"
    return ""
