"""The forms of the generate and edit pages. Limits and choices come from imageapi, by the chosen API."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playground.imageapi import pricing
from playground.imageapi.catalog import (
    ALPHA_FORMATS,
    ANIMATION,
    AUTO,
    COMPRESSED_FORMATS,
    OUTPUT_FORMATS,
    PARAMETER,
    SIZES,
    VECTOR,
    Endpoint,
    Parameter,
    prompt_length,
)
from playground.imageapi.providers import Capabilities, ImageApi
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest

# Sent with this output_format only.
FRAME_FIELDS: Final = ("frame_count", "frame_duration_ms")
_CHOICES: Final = ("background", "output_format", "complexity", "moderation")
ADVANCED: Final = (*_CHOICES, "output_compression", *FRAME_FIELDS, "safety_identifier", "user")
# Settings that can be kept for a new prompt.
SETTINGS: Final = ("model", "size", "quality", "n", *ADVANCED)
# Cheaper than the API's defaults: low quality is quick and stays below the CDN's limit of 100 s.
PAGE_DEFAULTS: Final[dict[str, str]] = {"size": SIZES[0].name, "quality": "low", "n": "1"}
# Each preview costs 100 output tokens at official endpoints.
PARTIAL_IMAGES: Final = 2
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONG_TEXT: Final = _("This text has %(length)d characters. The maximum is %(most)d.")
_LONG_PROMPT: Final = _("The prompt has %(length)d characters. The maximum is %(most)d.")


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
        # As it was typed: the API gets spaces at the ends of a prompt, too.
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
        # Spaces alone are an empty prompt.
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


class BriefForm(forms.Form):
    """The fields of both endpoints, named as the API's parameters; the API does not get `api`, `key` and `token`."""

    ENDPOINT: ClassVar[Endpoint]
    PAGE_DEFAULTS: ClassVar[Mapping[str, str]] = PAGE_DEFAULTS
    # Sent only where they differ from the API's own defaults.
    OPTIONAL: ClassVar[tuple[str, ...]] = ADVANCED
    # Entries with which a form is shown again: not the key, the token and the files.
    STORED_FIELDS: ClassVar[tuple[str, ...]] = ("api", "palette", "prompt", "own_size", *SETTINGS)

    api = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This API isn't available here. Choose one from the list.")},
    )
    key = forms.CharField(
        required=False,
        # `new-password` keeps browsers from filling in a password that they saved for this site.
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        error_messages={
            "null_characters_not_allowed": _("This doesn't look like a key for this API. Check the key.")
        },
    )
    token = forms.Field(required=False, widget=forms.HiddenInput)
    model = forms.Field(required=False, widget=forms.HiddenInput)
    prompt = Text(
        PARAMETER["prompt"].max_length or 0,
        _LONG_PROMPT,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
        error_messages={"required": _("Describe the image you want.")},
    )
    # The sentence about a pinned palette, which is sent before the prompt.
    palette = Text(PARAMETER["prompt"].max_length or 0, _LONG_PROMPT, required=False)
    own_size = forms.Field(required=False)
    safety_identifier = Text(PARAMETER["safety_identifier"].max_length or 0, _LONG_TEXT, required=False)
    user = Text(PARAMETER["user"].max_length or 0, _LONG_TEXT, required=False)
    output_compression = WholeNumber(PARAMETER["output_compression"])
    frame_count = WholeNumber(PARAMETER["frame_count"])
    frame_duration_ms = WholeNumber(PARAMETER["frame_duration_ms"])

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        chosen: ImageApi,
        has_key: bool = False,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """Take limits and choices from the model of the API `chosen`; with `has_key` the session has a key for it."""
        self.chosen = chosen
        self.capabilities = chosen.profile.capabilities(
            str((data if data is not None else initial or {}).get("model"))
        )
        self.has_key = has_key
        self.api_defaults = {name: PARAMETER[name].default_for(self.ENDPOINT) for name in self.OPTIONAL}
        values = _offered_choices(
            {name: value for name, value in (initial or {}).items() if value is not None},
            self.capabilities,
            self.ENDPOINT,
        )
        super().__init__(data, initial={**self.api_defaults, **self.PAGE_DEFAULTS, "api": chosen.id, **values})
        # Django would put a colon after each label.
        self.label_suffix = ""
        if len(chosen.profile.models) > 1:
            self.fields["model"] = Choice(chosen.profile.models, forms.Select)
        sizes = self._sizes()
        self.fields["size"] = Choice(sizes)
        self.fields["size"].choices = [(size, size.replace("x", "×")) for size in sizes]  # type: ignore[attr-defined]
        self.fields["quality"] = Choice(self.capabilities.model.qualities)
        self.fields["n"] = Choice(self.capabilities.values("n", self.ENDPOINT))
        self.fields["api"].choices = [(api_id, api_id) for api_id in settings.IMAGE_APIS]  # type: ignore[attr-defined]
        for name in self.OPTIONAL:
            if name not in self.capabilities.fields:
                self.fields.pop(name, None)
            elif accepted := self.capabilities.values(name, self.ENDPOINT):
                # Without a default of the API, the form can leave the parameter out.
                choices = accepted if self.api_defaults[name] else ("", *accepted)
                self.fields[name] = Choice(choices, forms.Select if name in ADVANCED else forms.RadioSelect)

    @classmethod
    def stored_entries(cls, values: Mapping[str, object]) -> dict[str, str]:
        return {name: str(value) for name, value in values.items() if name in cls.STORED_FIELDS}

    def clean_key(self) -> str:
        """Return a key in the form of this API's keys; empty when none was entered and none is needed."""
        key = str(self.cleaned_data["key"])
        if key and not self.chosen.profile.accepts_key(key):
            raise ValidationError(_("This doesn't look like a key for this API. Check the key."), "invalid")
        if not key and not self.has_key and not self.chosen.is_builtin:
            raise ValidationError(
                _("Enter your key for this API, or use the built-in demo, which needs no key."), "required"
            )
        return key

    def clean(self) -> dict[str, Any]:
        """Fill in defaults and reject combinations that the API does not take."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # Programs may post the form without these fields.
        for name, default in self.PAGE_DEFAULTS.items():
            cleaned[name] = cleaned.get(name) or default
        if cleaned.get("model") and cleaned["model"] not in self.chosen.profile.models:
            self.add_error(None, ValidationError(_("This API doesn't offer that model."), "model"))
        if own_size := normalize_size(str(cleaned.get("own_size") or "")):
            if self.capabilities.accepts_size(own_size):
                cleaned["size"] = own_size
            else:
                self.add_error("size", ValidationError(custom_size_rules(), "size"))
        self._check_format(cleaned, cleaned.get("output_format") or OUTPUT_FORMATS[0])
        # What is sent before the prompt shares the API's limit with it.
        limit, length = PARAMETER["prompt"].max_length or 0, prompt_length(self.sent_prompt())
        if length > limit and not {"prompt", "preface", "palette"} & set(self.errors):
            self.add_error("prompt", ValidationError(_LONG_PROMPT % {"length": length, "most": limit}, "too_long"))
        return cleaned

    def _check_format(self, cleaned: dict[str, Any], name: str) -> None:
        if cleaned.get("background") == "transparent" and name not in ALPHA_FORMATS:
            message = _(
                "%(format)s doesn't support transparency. Choose PNG or WebP as the format, or another background."
            )
            self.add_error("background", ValidationError(message % {"format": name.upper()}, "transparent"))
        if name == VECTOR and cleaned.get("n") not in (None, "1"):
            message = _("An SVG request generates exactly one image. Choose 1 here, or another format.")
            self.add_error("n", ValidationError(message, "svg"))

    def to_request(
        self,
        images: tuple[SourceImage, ...] = (),
        mask: SourceImage | None = None,
        markup: SourceImage | None = None,
    ) -> ImageRequest:
        """Return the request; optional parameters are set only where they differ from the API's defaults."""
        cleaned = self.cleaned_data
        profile = self.chosen.profile
        # Official endpoints refuse to stream several pictures, animations and SVG.
        streams = (
            profile.streams
            and (profile.streams_many or int(cleaned["n"]) == 1)
            and cleaned.get("output_format") not in (ANIMATION, VECTOR)
        )
        return ImageRequest(
            self.ENDPOINT,
            self.sent_prompt(),
            model=self.capabilities.model_name,
            size=cleaned["size"],
            quality=cleaned["quality"],
            n=int(cleaned["n"]),
            stream=True if streams else None,
            partial_images=PARTIAL_IMAGES if streams else None,
            images=images,
            mask=mask,
            markup=markup,
            **self._changed_parameters(),
        )

    def sent_prompt(self) -> str:
        """Put what is sent before the prompt on lines of its own."""
        palette, prompt = (str(self.cleaned_data.get(name) or "") for name in ("palette", "prompt"))
        return f"{palette.strip()}\n{prompt}".rstrip("\n") if palette.strip() else prompt

    def default_text(self, name: str) -> str:
        """Return the API's default for an optional setting; empty when there is none."""
        default = self.api_defaults[name]
        return "" if default is None else str(default)

    @property
    def changed_settings(self) -> dict[str, str]:
        """The settings under "Advanced" that are not the API's defaults."""
        values = {name: str(self[name].value() or "") for name in ADVANCED if name in self.fields}
        return {name: value for name, value in values.items() if value.strip() and value != self.default_text(name)}

    @property
    def has_advanced_error(self) -> bool:
        """True when a setting under "Advanced" has to be corrected."""
        return any(name in self.errors for name in ADVANCED)

    def _sizes(self) -> tuple[str, ...]:
        offered = self.capabilities.values("size", self.ENDPOINT)
        wanted = str(self.data.get("size") or self.initial.get("size") or "")
        # A size of the visitor's own stays among the choices when the form is shown again.
        if wanted not in offered and self.capabilities.accepts_size(wanted):
            offered = (*offered, wanted)
        return offered

    def _changed_parameters(self) -> dict[str, Any]:
        values = {name: self.cleaned_data.get(name) for name in self.OPTIONAL}
        # The API compresses JPEG and WebP only.
        if (values["output_format"] or "png") not in COMPRESSED_FORMATS:
            values["output_compression"] = None
        if values["output_format"] != ANIMATION:
            values |= dict.fromkeys(FRAME_FIELDS)
        return {name: value for name, value in values.items() if value not in (None, "", self.api_defaults[name])}


def _offered_choices(values: Mapping[str, Any], capabilities: Capabilities, endpoint: Endpoint) -> dict[str, Any]:
    """Drop or adjust the initial values that the chosen model does not offer."""
    offered = dict(values)
    # An API may take fewer images than the one that was chosen before.
    if (count := str(offered.get("n", ""))).isdecimal():
        # The length first: Python converts no text of more than 4,300 digits to a number (CVE-2020-10735).
        offered["n"] = str(min(int(count[:4]), capabilities.profile.max_n))
    for name in ("model", "quality", "input_fidelity", *_CHOICES):
        if offered.get(name) not in (None, "", *capabilities.values(name, endpoint)):
            del offered[name]
    if offered.get("size") not in (None, AUTO) and not capabilities.accepts_size(str(offered["size"])):
        del offered["size"]
    return offered


class GenerateForm(BriefForm):
    """Text to image."""

    ENDPOINT = "generations"


class EditForm(BriefForm):
    """Edit pictures. The `preface` gives each picture a role and is sent before the prompt."""

    ENDPOINT = "edits"
    # An edit keeps the shape of its first source unless the visitor asks for another.
    PAGE_DEFAULTS = {**PAGE_DEFAULTS, "size": AUTO}
    # The official SDK has no moderation for edits.
    OPTIONAL = (*(name for name in ADVANCED if name != "moderation"), "input_fidelity")
    STORED_FIELDS = (*BriefForm.STORED_FIELDS, "input_fidelity", "preface")

    # An empty prompt asks for a variation; the API takes it on edits.
    prompt = Text(
        PARAMETER["prompt"].max_length or 0,
        _LONG_PROMPT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
    )
    preface = Text(PARAMETER["prompt"].max_length or 0, _LONG_PROMPT, required=False, widget=forms.Textarea)
    # Placeholders for error messages; `collect_sources` reads the files from the request.
    image = forms.Field(required=False)
    mask = forms.Field(required=False)
    # The same for the frame of the first picture, which is stored with that picture.
    frame = forms.Field(required=False)
    annotations = forms.Field(required=False)

    def clean(self) -> dict[str, Any]:
        """The official API needs a preface or a prompt."""
        cleaned = super().clean()
        if self.chosen.profile.is_official and not self.sent_prompt().strip() and "prompt" not in self.errors:
            message = _("Describe the change. This API requires a prompt.")
            self.add_error("prompt", ValidationError(message, "required"))
        return cleaned

    def sent_prompt(self) -> str:
        preface, prompt = str(self.cleaned_data.get("preface") or "").strip(), super().sent_prompt()
        return f"{preface}\n{prompt}".rstrip("\n") if preface else prompt


BRIEF_FORMS: Final[Mapping[Endpoint, type[BriefForm]]] = {"generations": GenerateForm, "edits": EditForm}


def normalize_size(text: str) -> str:
    """Return a typed size as the API writes it: people copy sizes as `1280 × 720`."""
    return "".join(text.lower().replace("×", "x").split())


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


def build_form[F: BriefForm](
    request: PageRequest,
    form_class: type[F],
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> F:
    """Return a form, bound to `data` or filled with `initial`, for the API in it or the last one."""
    api = api_keys.chosen_api(request, str((data if data is not None else initial).get("api") or ""))
    has_key = api_keys.stored_key(request, api.profile.account) is not None
    return form_class(data, chosen=api, has_key=has_key, initial=initial)
