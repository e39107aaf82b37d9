"""The prompt templates: texts with slots in braces, the labels and suggestions of slots, and palettes."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a template that the visitor fills in."""

    label: Promise
    suggestions: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt with slots: each `{name}` in the text. In the templates below it is a key of SLOTS."""

    name: str
    label: Promise | str
    text: Promise | str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by name, as a prompt says them, and as swatches show them; `name` is the same in every language."""

    name: str
    label: Promise
    colours: tuple[str, ...]


SLOTS: Final = {
    "subject": Slot(_("Subject")),
    "surface": Slot(
        _("Surface"), (_("a pale oak table"), _("a block of white marble"), _("wet black slate"), _("raw linen"))
    ),
    "light": Slot(
        # Not the light theme's word, which is another one in Chinese.
        pgettext_lazy("in an image", "Light"),
        (_("soft morning light"), _("hard studio light from the left"), _("warm evening light")),
    ),
    "style": Slot(
        _("Style"), (_("Bauhaus"), _("flat vector"), _("watercolour"), _("ink wash"), _("35 mm photograph"))
    ),
    "text": Slot(_("Exact text")),
    "palette": Slot(_("Palette")),
}

PALETTES: Final = (
    Palette("orange", _("warm orange and cream"), ("#d9722e", "#f4e7cf")),
    Palette("teal", _("deep teal and sand"), ("#0d5c63", "#dcc9a3")),
    Palette("ink", _("ink black and paper white"), ("#1d1d1f", "#faf7f0")),
    Palette("vermilion", _("vermilion and gold"), ("#c8321f", "#d4a537")),
    Palette("sage", _("sage green and blush"), ("#8ba888", "#eec9c1")),
)

TEMPLATES: Final = (
    PromptTemplate(
        "product",
        _("Product on a surface"),
        _("Product photo of {subject} on {surface}, {light}, color palette: {palette}, shallow depth of field"),
    ),
    PromptTemplate(
        "poster",
        _("Poster with a headline"),
        _('A poster about {subject}, style: {style}, with the headline "{text}", color palette: {palette}'),
    ),
    PromptTemplate(
        "logo",
        _("Logo"),
        _('A minimal logo with the text "{text}" and a simple symbol of {subject}, color palette: {palette}'),
    ),
    PromptTemplate(
        "icons",
        _("Icon set"),
        _("A set of nine icons for {subject} on a grid, style: {style}, one line weight, color palette: {palette}"),
    ),
    PromptTemplate(
        "screen",
        _("App screen"),
        _('A mobile app screen for {subject}, title "{text}", clear hierarchy, color palette: {palette}'),
    ),
    PromptTemplate(
        "character",
        _("Portrait or character"),
        _("Portrait of {subject}, {light}, style: {style}, color palette: {palette}"),
    ),
    PromptTemplate(
        "solar-term",
        _("Solar term poster"),
        _(
            'A Chinese solar term poster for "{text}" with {subject}, style: {style}, color palette: {palette}, '
            "generous empty space"
        ),
    ),
)
