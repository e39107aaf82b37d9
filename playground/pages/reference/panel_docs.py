"""The tabs Parameters and Errors of the code panel: the reference for one form and its chosen API."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from playground.imageapi.catalog import AUTO, PARAMETER, Endpoint
from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import ImageApi, Profile
from playground.pages.forms.briefs import BriefForm, custom_size_rules
from playground.pages.reference.error_guide import ErrorRow, error_row
from playground.pages.reference.tables import ParameterRow, parameter_rows

# Their values are typed, so the table shows what the form holds.
_TYPED: Final = ("output_compression", "safety_identifier", "user")


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a parameter. `is_offered`: the form has a control that takes it."""

    value: str
    is_current: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class ParameterDoc:
    """A row of the reference for the chosen API; `values` is the range where there are no options.

    `typed` is what a text field of the form holds; None where the parameter has no such field.
    """

    row: ParameterRow
    options: list[Option]
    values: str
    note: str
    typed: str | None


def parameters_of_form(form: BriefForm) -> list[ParameterDoc]:
    """Return the parameters that the form's endpoint and API accept, with the form's values."""
    profile = form.chosen.profile
    return [
        _parameter_doc(form, row)
        for row in parameter_rows(form.ENDPOINT)
        if row.name not in profile.unsupported and (row.name in form.fields or row.name not in form.OPTIONAL)
    ]


def errors_of_api(api: ImageApi) -> list[ErrorRow]:
    """Return the codes that an API answers with, and those that this server reports about it."""
    rows = [row for row in ERRORS.values() if row.is_local or row.code in api.profile.error_codes]
    return [error_row(row.code) for row in rows]


def _parameter_doc(form: BriefForm, row: ParameterRow) -> ParameterDoc:
    field = form.fields.get(row.name)
    current = str(form[row.name].value() or row.default) if field else ""
    offered = [str(value) for value, _label in getattr(field, "choices", ())]
    profile = form.chosen.profile
    accepted = _accepted_options(row.name, form.ENDPOINT, profile)
    return ParameterDoc(
        row=row,
        options=[Option(value, value == current or len(accepted) == 1, value in offered) for value in accepted],
        values=_("%(span)s files") % {"span": f"1–{profile.max_sources}"} if row.name == "image" else row.values,
        note=str(custom_size_rules()) if row.name == "size" and profile.any_size else "",
        typed=current if row.name in _TYPED and field else None,
    )


def _accepted_options(name: str, endpoint: Endpoint, profile: Profile) -> list[str]:
    accepted = PARAMETER[name].accepts(endpoint)
    match name:
        case "model":
            return list(profile.models)
        case "size":
            return [*([AUTO] if AUTO in accepted else []), *profile.sizes]
        case "n":
            return [str(number) for number in range(1, profile.max_n + 1)]
    return ["true", "false"] if PARAMETER[name].kind == "boolean" else list(accepted)
