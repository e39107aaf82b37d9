"""The description of each parameter, for the OpenAPI document and for the reference, which translates it."""

from typing import Final

from playground.imageapi.catalog import (
    DEFAULT_MODEL,
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
    URL_LIFETIME_SECONDS,
    Endpoint,
)
from playground.imageapi.pricing import PREVIEW_TOKENS

# Marks a text for translation.
_: Final = str
# Values of the placeholders in the descriptions.
PLACEHOLDERS: Final = {
    "model": DEFAULT_MODEL,
    "file_mb": MAX_FILE_BYTES // MIB,
    "total_mb": MAX_TOTAL_BYTES // MIB,
    "minutes": URL_LIFETIME_SECONDS // 60,
    "tokens": PREVIEW_TOKENS,
}
_ALWAYS: Final[dict[str, str]] = {
    "model": _("Must be %(model)s."),
    "prompt": _("What the picture should show. Chinese, English or both."),
    "image": _(
        "Source pictures: PNG, JPEG or WebP, each at most %(file_mb)d MB, all files together at most "
        "%(total_mb)d MB. For several, repeat the field: -F image=@a.png -F image=@b.png; image[] "
        "and image[0], image[1] are understood too."
    ),
    "mask": _(
        "A PNG with an alpha channel: what is transparent is repainted, what is opaque stays. It applies to the "
        "first picture; another size than the picture's is scaled to it. It does not change the price. "
        "mask[] is understood too."
    ),
    "size": _("Width × height in pixels."),
    "quality": _(
        "More quality takes longer and costs more. With auto the renderer decides; the dearest price is reserved and "
        "what was rendered is billed."
    ),
    "n": _("Pictures per call. The price grows with it."),
    "background": _("transparent needs PNG or WebP as output_format."),
    "output_format": _("The file format of the pictures."),
    "output_compression": _("For JPEG and WebP; PNG ignores it."),
    "input_fidelity": _(
        "high keeps faces, logos, text and product details of the sources: for portraits and for products in a new "
        "scene. low leaves room for sweeping changes of style."
    ),
    "moderation": _("How strict the content policy is. Checked and accepted; the demo draws the same."),
    "response_format": _(
        "b64_json: the picture in the answer. url: an address on this server that lives %(minutes)d minutes."
    ),
    "stream": _("Answer with server-sent events instead of one JSON object."),
    "partial_images": _(
        "How many previews of each picture a stream sends; each counts %(tokens)d output tokens in usage."
    ),
    "user": _("An identifier of your end user, handed on so that abuse can be traced."),
}
# Descriptions that are different for edits.
_ON_EDITS: Final[dict[str, str]] = {
    "prompt": _("What should change. Chinese, English or both. Empty asks for a variation."),
    "size": _(
        "Width × height in pixels. auto takes, of the first three sizes, the one nearest to the shape of the first "
        "picture; the answer names it."
    ),
}


def describe_parameter(name: str, endpoint: Endpoint) -> str:
    """Return the English description of a parameter, with placeholders."""
    return (_ON_EDITS if endpoint == "edits" else {}).get(name) or _ALWAYS[name]


def full_description(name: str, endpoint: Endpoint) -> str:
    """Return the English description of a parameter, with its values filled in."""
    return describe_parameter(name, endpoint) % PLACEHOLDERS
