"""The description of each parameter, for the OpenAPI document and for the reference, which translates it."""

from typing import Final

from playground.imageapi.catalog import (
    DEFAULT_MODEL,
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
    SNAPSHOTS,
    URL_LIFETIME_SECONDS,
    Endpoint,
)
from playground.imageapi.pricing import PREVIEW_TOKENS

# Marks a text for translation.
_: Final = str
# Values of the placeholders in the descriptions.
PLACEHOLDERS: Final = {
    "model": DEFAULT_MODEL,
    "snapshot": next(iter(SNAPSHOTS)),
    "file_mb": MAX_FILE_BYTES // MIB,
    "total_mb": MAX_TOTAL_BYTES // MIB,
    "minutes": URL_LIFETIME_SECONDS // 60,
    "tokens": PREVIEW_TOKENS,
}
_ALWAYS: Final[dict[str, str]] = {
    "model": _("Must be %(model)s. Its dated name %(snapshot)s means the same model (built-in API)."),
    "prompt": _("A description of the image, in Chinese, English or both."),
    "image": _(
        "Source images: PNG, JPEG or WebP, up to %(file_mb)d MB each and %(total_mb)d MB in total. To send several, "
        "repeat the field: -F image=@a.png -F image=@b.png. image[] and image[0], image[1] also work."
    ),
    "mask": _(
        "PNG with an alpha channel. Transparent areas are repainted, opaque areas are kept. Applies to the first "
        "image and is scaled to fit it. Doesn't affect the price. mask[] also works."
    ),
    "size": _("Width × height in pixels."),
    "quality": _(
        "Higher quality takes longer and costs more. With auto, the model decides: we reserve the highest price and "
        "bill the quality actually rendered."
    ),
    "n": _("Number of images to generate. Cost scales linearly."),
    "background": _("transparent requires PNG or WebP as output_format."),
    "output_format": _("File format of the images."),
    "output_compression": _("For JPEG and WebP. Ignored for PNG."),
    "input_fidelity": _(
        "high preserves faces, logos, text and product details of the source images: use it for portraits, and for "
        "products in a new scene. low allows bigger style changes."
    ),
    "complexity": _(
        "How much the model plans the image before it generates it. If you leave it out, the model's own default "
        "applies."
    ),
    "frame_count": _("How many frames a GIF has. Only with output_format=gif."),
    "frame_duration_ms": _(
        "How long a GIF shows each frame, in milliseconds, rounded to 10. Only with output_format=gif."
    ),
    "markup": _(
        "A transparent PNG with marks that guide the edit, the same size as the first image in its "
        "upright orientation. Can't be combined with mask."
    ),
    "moderation": _("Content-moderation level. Validated, but ignored by the demo."),
    "response_format": _(
        "b64_json: the image in the response. url: a link to the image, valid for %(minutes)d minutes."
    ),
    "stream": _("Send the response as server-sent events instead of a single JSON object."),
    "partial_images": _(
        "Number of previews per image in a stream. Each counts as %(tokens)d output tokens in usage."
    ),
    "safety_identifier": _(
        "A stable identifier for your end user, passed through for abuse detection and returned in the response. "
        "Hash names and emails."
    ),
    "user": _("The older name of safety_identifier. Used when safety_identifier is missing or empty."),
    "webhook_url": _(
        "Jobs only (header Prefer: respond-async): an https:// URL on the public internet that receives one signed "
        "POST when the job ends. Requires a key with a webhook secret."
    ),
}
# Descriptions that are different for edits.
_ON_EDITS: Final[dict[str, str]] = {
    "prompt": _("A description of the change, in Chinese, English or both. Leave it empty to get a variation."),
    "size": _(
        "Width × height in pixels. auto picks whichever of the first three sizes best matches the first image's "
        "aspect ratio; the response reports it in size."
    ),
}


def describe_parameter(name: str, endpoint: Endpoint) -> str:
    """Return the English description of a parameter, with placeholders."""
    return (_ON_EDITS if endpoint == "edits" else {}).get(name) or _ALWAYS[name]


def full_description(name: str, endpoint: Endpoint) -> str:
    """Return the English description of a parameter, with its values filled in."""
    return describe_parameter(name, endpoint) % PLACEHOLDERS
