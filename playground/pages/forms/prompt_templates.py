"""The forms of prompt templates: a field for each slot, the prompt that they write, and own templates."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.catalog import MIB, PARAMETER
from playground.pages.forms.briefs import Text
from playground.pages.texts.prompt_templates import PALETTES, SLOTS, Palette, PromptTemplate
from playground.pages.uploads import BoundedUpload
from playground.runs.services.saved_templates import MAX_NAME_LENGTH, MAX_TEMPLATES, MAX_TEXT_LENGTH

MAX_SLOT_LENGTH: Final = 300
MAX_SLOTS: Final = 12
# Before the name of a slot in the name of its field: visitors may name a slot like another field.
SLOT_PREFIX: Final = "slot-"
MAX_COLOURS: Final = 6
# Instead of the name of a swatch.
OWN_COLOURS: Final = "own"
MAX_IMPORT_BYTES: Final = 2 * MIB
# What an exported file says about itself.
_FORMAT: Final = {"format": "prompt-templates", "version": 1}
_SLOT: Final = re.compile(r"\{([\w-]{1,30})\}")
_MISSING: Final = gettext_lazy("Fill in this field: the prompt needs it.")
_LONG_TEXT: Final = gettext_lazy("This text has %(length)d characters. The maximum is %(most)d.")


def slot_names(text: object) -> list[str]:
    """Return the slots of a template's text in order, each once."""
    return list(dict.fromkeys(_SLOT.findall(str(text))))


def slot_label(name: str) -> str:
    """Return the label of a slot's field: a word of the page, or the name that the visitor gave it."""
    words = name.replace("_", " ").strip()
    return str(SLOTS[name].label) if name in SLOTS else words[:1].upper() + words[1:] or name


def find_palette(name: str) -> Palette | None:
    """Return the swatch with this name."""
    return next((palette for palette in PALETTES if palette.name == name), None)


class TemplateForm(forms.Form):
    """A field for each slot of a template, filled with `data`, which is checked, or with `entries`."""

    def __init__(
        self,
        template: PromptTemplate,
        data: Mapping[str, str] | None = None,
        entries: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        slots = {
            name.removeprefix(SLOT_PREFIX): value for name, value in entries.items() if name.startswith(SLOT_PREFIX)
        }
        super().__init__(data, initial=slots)
        self.template, self._entries = template, entries
        for name in slot_names(template.text):
            self.fields[name] = forms.CharField(
                label=slot_label(name),
                max_length=MAX_SLOT_LENGTH,
                # A chosen swatch fills an empty palette.
                required=name != "palette",
                error_messages={"required": _MISSING},
            )

    def clean_palette(self) -> str:
        """Return the palette in the visitor's words, else the chosen swatch."""
        typed, swatch = str(self.cleaned_data["palette"]), find_palette(self.swatch)
        if not typed and swatch is None:
            raise forms.ValidationError(_MISSING)
        return typed or str(swatch.label if swatch else "")

    @property
    def swatch(self) -> str:
        """Return the name of the chosen swatch; empty without one."""
        return str((self.data if self.is_bound else self._entries).get("swatch", ""))

    def add_prefix(self, field_name: str) -> str:
        return f"{SLOT_PREFIX}{field_name}"

    @property
    def suggestions(self) -> dict[str, list[Promise]]:
        """Return what each field suggests."""
        return {
            name: [palette.label for palette in PALETTES] if name == "palette" else list(SLOTS[name].suggestions)
            for name in self.fields
            if name in SLOTS
        }

    def write_prompt(self) -> str:
        """Return the template's text with the valid entries in place of its slots."""
        return _SLOT.sub(lambda match: self.cleaned_data[match[1]], str(self.template.text))


class PaletteForm(forms.Form):
    """The palette to pin: a swatch, or colours of the visitor's own."""

    swatch = forms.ChoiceField(
        choices=[*((palette.name, palette.label) for palette in PALETTES), (OWN_COLOURS, "")],
        error_messages={
            "required": gettext_lazy("Choose a palette first."),
            "invalid_choice": gettext_lazy("Choose a palette first."),
        },
    )
    colours = forms.CharField(required=False, max_length=200)
    # What the browser's colour picker shows.
    colour = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Check colours of the visitor's own, and return them as a list of `#rrggbb`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("swatch") != OWN_COLOURS or "colours" not in cleaned:
            return cleaned
        colours, unknown = read_colours(cleaned["colours"])
        if unknown:
            message = _("“%(word)s” isn't a colour. Write colours as hex codes such as #d9722e.")
            self.add_error("colours", message % {"word": unknown[0]})
        elif not 1 <= len(colours) <= MAX_COLOURS:
            message = _("Choose 1 to %(most)d colours. These are %(count)d.")
            self.add_error("colours", message % {"most": MAX_COLOURS, "count": len(colours)})
        return {**cleaned, "colours": colours}


def read_colours(text: str) -> tuple[list[str], list[str]]:
    """Return the colours of a text as `#rrggbb`, each once, and the words that are none."""
    colours, unknown = [], []
    for word in re.split(r"[\s,，、;；]+", text.strip()):
        digits = word.removeprefix("#").lower()
        if re.fullmatch("[0-9a-f]{3}", digits):
            digits = "".join(digit * 2 for digit in digits)
        if re.fullmatch("[0-9a-f]{6}", digits):
            colours.append(f"#{digits}")
        elif word:
            unknown.append(word)
    return list(dict.fromkeys(colours)), unknown


class PromptForm(forms.Form):
    """The written prompt, which the visitor may edit before it is used."""

    prompt = forms.CharField(
        max_length=PARAMETER["prompt"].max_length,
        error_messages={"required": gettext_lazy("Write the prompt first.")},
    )


class SavedTemplateForm(forms.Form):
    """A template of the visitor's own."""

    name = Text(MAX_NAME_LENGTH, _LONG_TEXT, error_messages={"required": gettext_lazy("Give the template a name.")})
    text = Text(
        MAX_TEXT_LENGTH, _LONG_TEXT, error_messages={"required": gettext_lazy("Write the text of the template.")}
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if len(slot_names(text)) > MAX_SLOTS:
            message = _("This template has %(count)d fields. The maximum is %(most)d.")
            raise ValidationError(message % {"count": len(slot_names(text)), "most": MAX_SLOTS})
        return text


class ImportForm(forms.Form):
    """A file of exported templates."""

    file = forms.Field(
        widget=forms.FileInput,
        error_messages={"required": gettext_lazy("Choose a file of exported templates first.")},
    )

    def clean_file(self) -> list[tuple[str, str]]:
        """Return name and text of each template in the file."""
        try:
            content = json.loads(self._read_text())
        # RecursionError: thousands of brackets.
        except (ValueError, RecursionError):
            raise ValidationError(_("This isn't a JSON file. Choose a file that was exported here.")) from None
        templates = content.get("templates") if isinstance(content, dict) else None
        if not isinstance(templates, list) or {name: content.get(name) for name in _FORMAT} != _FORMAT:
            raise ValidationError(_("This JSON file doesn't hold prompt templates of this playground."))
        if not templates:
            raise ValidationError(_("This file holds no templates."))
        if len(templates) > MAX_TEMPLATES:
            message = _("This file holds %(count)d templates. You can have %(most)d.")
            raise ValidationError(message % {"count": len(templates), "most": MAX_TEMPLATES})
        return [_read_template(number, template) for number, template in enumerate(templates, start=1)]

    def _read_text(self) -> str:
        file: BoundedUpload = self.cleaned_data["file"]
        if (file.size or 0) > MAX_IMPORT_BYTES:
            message = _("This file is larger than %(most)d MB. A file of exported templates never is.")
            raise ValidationError(message % {"most": MAX_IMPORT_BYTES // MIB})
        # Editors on Windows put a byte order mark before the text.
        return file.path.read_text("utf-8-sig")


def export_templates(templates: list[tuple[str, str]]) -> str:
    """Return name and text of templates as the file that ImportForm reads."""
    listed = [{"name": name, "text": text} for name, text in templates]
    return json.dumps({**_FORMAT, "templates": listed}, ensure_ascii=False, indent=2)


def _read_template(number: int, template: object) -> tuple[str, str]:
    values = template if isinstance(template, dict) else {}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    form = SavedTemplateForm(texts)
    if form.is_valid():
        return form.cleaned_data["name"], form.cleaned_data["text"]
    message = _("Nothing was imported. Template %(number)d in the file: %(problem)s")
    problem = next(iter(form.errors.values()))[0]
    raise ValidationError(message % {"number": number, "problem": problem})
