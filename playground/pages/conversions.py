"""What a picture's address may ask for: its format, quality and matte."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from playground.imageapi.options import ALPHA_FORMATS, OUTPUT_FORMATS
from playground.pixels.encode import Conversion
from playground.runs.models import Picture


class BadParameter(Exception):
    """A parameter of the address is wrong; its text is a sentence for people."""


def conversion(picture: Picture, asked: Mapping[str, str], *, locked: bool = False) -> Conversion | None:
    """The conversion that the address asks for; None for the bytes as they are. Raises BadParameter.

    `locked`: of the picture that keeps what is outside the mask, a PNG that may be as transparent as its source.
    """
    made_as = "png" if locked else picture.format
    name = asked.get("format") or made_as
    if name not in OUTPUT_FORMATS:
        raise BadParameter(_("The format must be png, jpeg or webp."))
    quality, matte = _quality(asked.get("quality", "")), _matte(asked.get("matte", ""))
    if name == made_as and quality is None and matte is None:
        return None
    plain = Conversion(name)
    # What has no effect is left out, so that one result is one file.
    return Conversion(
        name,
        plain.quality if quality is None or name == "png" else quality,
        plain.matte if matte is None or name in ALPHA_FORMATS or not (locked or picture.has_alpha) else matte,
    )


def _quality(said: str) -> int | None:
    if not said:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", said, re.ASCII) or int(said) > 100:
        raise BadParameter(_("The quality must be a whole number from 0 to 100."))
    return int(said)


def _matte(said: str) -> str | None:
    if not said:
        return None
    # Browsers' colour fields write a hash sign before it.
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", said, re.ASCII):
        raise BadParameter(_("The matte must be six hexadecimal digits, such as ffffff."))
    return said.removeprefix("#").lower()
