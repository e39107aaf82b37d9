"""Reads which image plays which role: "first image is the scene, second the product", in either order."""

import re

from .finding import find
from .vocabulary import ORDINALS, ROLES

_PIECES = re.compile(r"[,;.，；。、\n]|\band\b|和")


def roles_of(text: str) -> tuple[tuple[str, ...], str]:
    """The roles of the images in order ("" where none is given), and the text without the pieces that gave them."""
    found: dict[int, str] = {}
    rest = []
    for piece in _PIECES.split(text):
        place = _first_named(piece)
        role = find(ROLES, _said(piece, place)) if place is not None else None
        if place is None or role is None or place in found:
            rest.append(piece)
        else:
            found[place] = role
    roles = tuple(found.get(index, "") for index in range(max(found, default=-1) + 1))
    return roles, " , ".join(rest)


def _first_named(piece: str) -> int | None:
    """The index of the image that the piece names first."""
    starts = {match.start(): index for index, ordinal in enumerate(ORDINALS) if (match := re.search(ordinal, piece))}
    return starts[min(starts)] if starts else None


def _said(piece: str, place: int | None) -> str:
    """What the piece says about its image: behind the ordinal, up to another image or a purpose."""
    if place is None:
        return ""
    match = re.search(ORDINALS[place], piece)
    behind = piece[match.end() :] if match else piece
    return re.split(r"\bto (?:place|put|be)\b|\b(?:into|onto)\b|放[入进到在]", behind)[0]
