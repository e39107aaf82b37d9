"""File names as visitors gave them, fit to be sent on and to be written in a program."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from playground.imageapi.options import FILE_ENDINGS

LONGEST: Final = 100
_ENDINGS: Final = {"png": (".png",), "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"), "webp": (".webp",)}
# Control characters, lone surrogates, unassigned ones, line ends, and what turns the direction of writing.
_LEFT_OUT: Final = ("Cc", "Cs", "Cn", "Zl", "Zp")
_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def safe_name(name: str, format: str) -> str:
    """The base name without anything invisible, with an ending that is true of `format`; LONGEST characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = unicodedata.normalize("NFC", "".join(one for one in base if _is_shown(one))).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if f".{ending.lower()}" in _ENDINGS[format] and dot and stem:
        ending = f".{ending}"
    else:
        stem = stem if f".{ending.lower()}" in sum(_ENDINGS.values(), ()) and stem else shown
        ending = f".{FILE_ENDINGS[format]}"
    return (stem[: LONGEST - len(ending)].strip(" .") or "picture") + ending


def told_apart(names: Iterable[str]) -> list[str]:
    """The names in their order, with a number in those that came before: `cat.png`, `cat-2.png`."""
    taken: set[str] = set()
    result = []
    for name in names:
        chosen, number = name, 1
        while chosen.lower() in taken:
            number += 1
            stem, dot, ending = name.rpartition(".")
            chosen = f"{stem[: LONGEST - len(ending) - 5]}-{number}{dot}{ending}"
        taken.add(chosen.lower())
        result.append(chosen)
    return result


def _is_shown(one: str) -> bool:
    return unicodedata.category(one) not in _LEFT_OUT and one not in _TURNING
