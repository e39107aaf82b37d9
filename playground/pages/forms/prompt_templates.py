"""The form of a prompt template: a field for each slot, and the prompt that they write."""

import re
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.catalog import PARAMETER
from playground.pages.texts.prompt_templates import PALETTES, SLOTS, PromptTemplate

MAX_SLOT_LENGTH: Final = 300
_SLOT: Final = re.compile(r"\{(\w+)\}")


_MISSING: Final = _("Fill in this field: the prompt needs it.")


def palette_labels() -> list[Promise]:
    return [palette.label for palette in PALETTES]


def slot_names(template: PromptTemplate) -> list[str]:
    """Return the slots of a template in the order of its text, each once."""
    return list(dict.fromkeys(_SLOT.findall(str(template.text))))


class TemplateForm(forms.Form):
    """A field for each slot of a template."""

    def __init__(self, template: PromptTemplate, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.template = template
        for name in slot_names(template):
            self.fields[name] = forms.CharField(
                label=str(SLOTS[name].label),
                max_length=MAX_SLOT_LENGTH,
                # A chosen swatch fills an empty palette.
                required=name != "palette",
                error_messages={"required": _MISSING},
            )

    def clean_palette(self) -> str:
        """Return the palette in the visitor's words, else the chosen swatch."""
        typed, swatch = str(self.cleaned_data["palette"]), self.swatch
        if not typed and swatch not in map(str, palette_labels()):
            raise forms.ValidationError(_MISSING)
        return typed or swatch

    @property
    def swatch(self) -> str:
        """Return the name of the chosen swatch; empty without one."""
        return str((self.data if self.is_bound else self.initial).get("swatch", ""))

    @property
    def suggestions(self) -> dict[str, list[Promise]]:
        """Return what each field suggests."""
        return {
            name: palette_labels() if name == "palette" else list(SLOTS[name].suggestions) for name in self.fields
        }

    def write_prompt(self) -> str:
        """Return the template's text with the valid entries in place of its slots."""
        return _SLOT.sub(lambda match: self.cleaned_data[match[1]], str(self.template.text))


class PromptForm(forms.Form):
    """The written prompt, which the visitor may edit before it is used."""

    prompt = forms.CharField(
        max_length=PARAMETER["prompt"].max_length,
        error_messages={"required": _("Write the prompt first.")},
    )
