"""The brief of an edit: what should change in the pictures. The pictures themselves come from the draft."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from playground.imageapi.options import AUTO, FIDELITIES, PARAMETER, prompt_length
from playground.pages.fields import Choice, Text
from playground.pages.forms import ADVANCED, PAGE_DEFAULTS, BriefForm

_TOO_LONG: Final = _("The prompt has %(length)d characters; at most %(most)d can be sent.")


class EditForm(BriefForm):
    """Change pictures. `preface` says what each picture is for and is sent before the prompt."""

    ENDPOINT = "edits"
    PAGE_DEFAULTS = {**PAGE_DEFAULTS, "size": AUTO}
    OPTIONAL = (*ADVANCED, "input_fidelity")
    KEPT = (*BriefForm.KEPT, "input_fidelity", "preface")

    # An empty prompt asks for a variation; the API takes it on edits.
    prompt = Text(
        PARAMETER["prompt"].max_length or 0,
        _TOO_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
    )
    preface = Text(PARAMETER["prompt"].max_length or 0, _TOO_LONG, required=False, widget=forms.Textarea)
    input_fidelity = Choice(FIDELITIES)
    # Their files are read from the request; here is only the place for what is wrong with them.
    image = forms.Field(required=False)
    mask = forms.Field(required=False)

    def clean(self) -> dict[str, Any]:
        """Preface and prompt share the API's limit."""
        cleaned = super().clean()
        most, length = PARAMETER["prompt"].max_length or 0, prompt_length(joined(cleaned))
        if length > most and not {"prompt", "preface"} & set(self.errors):
            self.add_error("prompt", ValidationError(_TOO_LONG % {"length": length, "most": most}, "too_long"))
        return cleaned

    def sent_prompt(self) -> str:
        """The preface and the prompt as one text."""
        return joined(self.cleaned_data)


def joined(values: dict[str, Any]) -> str:
    """The preface, if there is one, on lines of its own before the prompt."""
    preface, prompt = (str(values.get(name) or "") for name in ("preface", "prompt"))
    return f"{preface.strip()}\n{prompt}".rstrip("\n") if preface.strip() else prompt
