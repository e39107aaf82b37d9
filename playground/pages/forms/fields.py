"""Form fields that differ from Django's: text as it was typed, plain digits, one message for choices."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playground.imageapi import pricing
from playground.imageapi.catalog import Parameter, prompt_length

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Choice(forms.ChoiceField):
    """An optional choice."""

    def __init__(self, values: tuple[str, ...], widget: type[forms.Widget] = forms.RadioSelect) -> None:
        super().__init__(
            choices=[(value, value) for value in values],
            required=False,
            widget=widget,
            error_messages={"invalid_choice": _("This API doesn't offer that value. Choose one from the list.")},
        )


class Text(forms.CharField):
    """Text as it was typed, counted in characters as the API counts them."""

    def __init__(self, limit: int, too_long: Any, **options: Any) -> None:
        super().__init__(strip=False, **options)
        # Set after Django's __init__, so that no `maxlength` is rendered: browsers count UTF-16 units.
        self.max_length, self.too_long = limit, too_long
        self.error_messages["null_characters_not_allowed"] = _(
            "This text contains an invisible character that can't be sent."
        )

    @property
    def limit_label(self) -> str:
        """The limit with thousands separators."""
        return f"{self.max_length:,}"

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds only, as the API counts it."""
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: Any) -> None:
        """Reject text that is too long or cannot be encoded as UTF-8."""
        super().validate(value.strip())
        length, limit = prompt_length(value), self.max_length or 0
        if length > limit:
            raise ValidationError(self.too_long, "too_long", {"most": limit, "length": length})
        if _SURROGATE.search(value):
            raise ValidationError(self.error_messages["null_characters_not_allowed"], "surrogate")


class WholeNumber(forms.IntegerField):
    """An optional whole number within a parameter's limits, in ASCII digits.

    Python's int() accepts `1_0`, signs and other digits.
    """

    def __init__(self, parameter: Parameter) -> None:
        self.low, self.high = parameter.minimum or 0, parameter.maximum or 0
        attributes = {"min": self.low, "max": self.high, "inputmode": "numeric"}
        super().__init__(required=False, widget=forms.NumberInput(attrs=attributes))

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip() if not isinstance(value, int) else str(value)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not self.low <= int(text) <= self.high:
            limits = {"low": self.low, "high": self.high}
            raise ValidationError(_("Enter a whole number between %(low)d and %(high)d."), "invalid", limits)
        return int(text)


def custom_size_rules() -> str:
    """Return the rules for sizes of official endpoints, as a sentence."""
    return gettext(
        "Write custom sizes as WIDTHxHEIGHT. Both sides must be multiples of %(step)d and at most "
        "%(longest)d, the longer side at most %(aspect)d times the shorter, and the total %(least)s "
        "to %(most)s pixels."
    ) % {
        "step": pricing.EDGE_STEP,
        "longest": pricing.MAX_OFFICIAL_EDGE,
        "aspect": pricing.MAX_ASPECT,
        "least": pricing.MIN_OFFICIAL_PIXELS,
        "most": pricing.MAX_OFFICIAL_PIXELS,
    }
