"""The parameter tables of the reference: facts from the list of options, one sentence beside each."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.options import (
    DEFAULT_MODEL,
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
    URL_LIFETIME_SECONDS,
    Endpoint,
    Parameter,
    parameters_of,
)
from playground.imageapi.tokens import PREVIEW_TOKENS
from playground.pages.forms import SETTINGS
from playground.pages.places import place_of

_PLACES: Final = {
    "model": DEFAULT_MODEL,
    "file_mb": MAX_FILE_BYTES // MIB,
    "total_mb": MAX_TOTAL_BYTES // MIB,
    "minutes": URL_LIFETIME_SECONDS // 60,
    "tokens": PREVIEW_TOKENS,
}
ABOUT: Final[dict[str, Promise]] = {
    "model": gettext_lazy("Must be %(model)s."),
    "prompt": gettext_lazy("What the picture should show. Chinese, English or both."),
    "image": gettext_lazy(
        "Source pictures: PNG, JPEG or WebP, each at most %(file_mb)d MB, all files together at most "
        "%(total_mb)d MB. For several, repeat the field: -F image=@a.png -F image=@b.png; image[] is understood too."
    ),
    "mask": gettext_lazy(
        "A PNG with an alpha channel: what is transparent is repainted, what is opaque stays. It applies to the "
        "first picture; another size than the picture's is scaled to it. It does not change the price."
    ),
    "size": gettext_lazy("Width × height in pixels."),
    "quality": gettext_lazy(
        "More quality takes longer and costs more. With auto the renderer decides; the dearest price is reserved and "
        "what was rendered is billed."
    ),
    "n": gettext_lazy("Pictures per call. The price grows with it."),
    "background": gettext_lazy("transparent needs PNG or WebP as output_format."),
    "output_format": gettext_lazy("The file format of the pictures."),
    "output_compression": gettext_lazy("For JPEG and WebP; PNG ignores it."),
    "input_fidelity": gettext_lazy(
        "high keeps faces, logos, text and product details of the sources: for portraits and for products in a new "
        "scene. low leaves room for sweeping changes of style."
    ),
    "moderation": gettext_lazy("How strict the content policy is. Checked and accepted; the demo draws the same."),
    "response_format": gettext_lazy(
        "b64_json: the picture in the answer. url: an address on this server that lives %(minutes)d minutes."
    ),
    "stream": gettext_lazy("Answer with server-sent events instead of one JSON object."),
    "partial_images": gettext_lazy(
        "How many previews of each picture a stream sends; each counts %(tokens)d output tokens in usage."
    ),
    "user": gettext_lazy("An identifier of your end user, handed on so that abuse can be traced."),
}
# What differs between the endpoints.
_ABOUT_EDITS: Final[dict[str, Promise]] = {
    "prompt": gettext_lazy("What should change. Chinese, English or both. Empty asks for a variation."),
    "size": gettext_lazy(
        "Width × height in pixels. auto takes, of the first three sizes, the one nearest to the shape of the first "
        "picture; the answer names it."
    ),
}
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
    about = (_ABOUT_EDITS if endpoint == "edits" else {}).get(name) or ABOUT[name]
    return ParameterRow(
        id=anchor(endpoint, name),
        name=name,
        kind=parameter.kind,
        is_required=parameter.required,
        default="" if default is None else str(default).lower() if isinstance(default, bool) else str(default),
        values=_values(parameter, endpoint),
        about=str(about) % _PLACES,
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
