"""The tabs Parameters and Errors of the code panel: the reference for one form and its chosen API."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from playground.imageapi.catalog import PARAMETER
from playground.imageapi.errors import ERRORS
from playground.imageapi.image_models import MODEL_FIELDS
from playground.imageapi.providers import ImageApi
from playground.pages.forms.briefs import BriefForm
from playground.pages.forms.fields import custom_size_rules
from playground.pages.reference.error_guide import ErrorRow, error_row
from playground.pages.reference.tables import ParameterRow, model_parameter_rows, parameter_rows

# Their values are typed, so the table shows what the form holds.
_TYPED: Final = ("output_compression", "frame_count", "frame_duration_ms", "safety_identifier", "user")


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


def parameters_for_form(form: BriefForm) -> list[ParameterDoc]:
    """Return the parameters that the form's endpoint and model accept, with the form's values."""
    capabilities = form.capabilities
    return [
        _parameter_doc(form, row)
        for row in (*parameter_rows(form.ENDPOINT), *model_parameter_rows(form.ENDPOINT))
        if row.name not in capabilities.profile.unsupported
        and (row.name not in MODEL_FIELDS or row.name in capabilities.fields)
    ]


def errors_for_api(api: ImageApi) -> list[ErrorRow]:
    """Return the codes that an API answers with, and those that this server reports about it."""
    rows = [row for row in ERRORS.values() if row.is_local or row.code in api.profile.error_codes]
    return [error_row(row.code) for row in rows]


def _parameter_doc(form: BriefForm, row: ParameterRow) -> ParameterDoc:
    field = form.fields.get(row.name)
    current = str(form[row.name].value() or row.default) if field else ""
    offered = [str(value) for value, _label in getattr(field, "choices", ())]
    capabilities = form.capabilities
    accepted = capabilities.values(row.name, form.ENDPOINT)
    if PARAMETER[row.name].kind == "boolean":
        accepted = ("true", "false")
    values = (
        _("%(span)s files") % {"span": f"1–{capabilities.profile.max_sources}"} if row.name == "image" else row.values
    )
    return ParameterDoc(
        row=row,
        options=[Option(value, value == current or len(accepted) == 1, value in offered) for value in accepted],
        values=values,
        note=custom_size_rules() if row.name == "size" and capabilities.any_size else "",
        typed=current if row.name in _TYPED and field else None,
    )
