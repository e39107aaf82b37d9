"""The texts sent before a prompt: a sentence that gives each picture of an edit a role, and that of the palette."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override, pgettext
from django.utils.translation import gettext as _

# Translators: how a preface names a picture and its role, such as "image 1 is the scene".
_NUMBERED: Final[tuple[Promise, ...]] = (
    gettext_lazy("image 1 is the %(role)s"),
    gettext_lazy("image 2 is the %(role)s"),
    gettext_lazy("image 3 is the %(role)s"),
    gettext_lazy("image 4 is the %(role)s"),
    gettext_lazy("image 5 is the %(role)s"),
    gettext_lazy("image 6 is the %(role)s"),
    gettext_lazy("image 7 is the %(role)s"),
    gettext_lazy("image 8 is the %(role)s"),
    gettext_lazy("image 9 is the %(role)s"),
    gettext_lazy("image 10 is the %(role)s"),
    gettext_lazy("image 11 is the %(role)s"),
    gettext_lazy("image 12 is the %(role)s"),
    gettext_lazy("image 13 is the %(role)s"),
    gettext_lazy("image 14 is the %(role)s"),
    gettext_lazy("image 15 is the %(role)s"),
    gettext_lazy("image 16 is the %(role)s"),
)


# Translators: "Notes" is the name of the picture.
_NOTES: Final = gettext_lazy(
    "Image %(number)d, the notes, is a copy of image 1 with annotations on it. Apply them to image 1, and "
    "leave the annotations themselves out of the result."
)

_PALETTE: Final = gettext_lazy("Use this color palette: %(colours)s.")
_COLOUR: Final = re.compile("#[0-9a-f]{6}")


def palette_sentence(colours: Sequence[str], label: str = "") -> str:
    """Return the sentence that asks for these colours, which `label` names."""
    codes = pgettext("between colours", ", ").join(colours)
    named = _("%(name)s (%(codes)s)") % {"name": label, "codes": codes} if label else codes
    return str(_PALETTE) % {"colours": named}


def palette_colours(sentence: str) -> list[str]:
    """Return the colours that a sentence about a palette names."""
    return _COLOUR.findall(sentence)


def split_palette(prompt: str) -> tuple[str, str]:
    """Split a sent prompt into the sentence about a palette and the rest; the sentence may be empty."""
    line, _newline, rest = prompt.partition("\n")
    for code in _languages():
        before, after = _in_language(code, lambda: str(_PALETTE)).split("%(colours)s")
        if line.startswith(before) and line.endswith(after) and palette_colours(line):
            return line, rest
    return "", prompt


def role_suggestions() -> list[str]:
    """Return common roles."""
    return [_("scene"), _("product"), _("person"), _("style"), _("logo"), _("background"), _("notes")]


def role_preface(roles: Sequence[str], notes: int = 0) -> str:
    """Return the sentences for these roles, in the language of the page; empty when no picture has one.

    `notes` is the number of the copy with annotations, 0 without one.
    """
    marked = [number for number, role in enumerate(roles, start=1) if number > 1 and _is_notes(role)]
    parts = [
        str(words) % {"role": _without_article(role)}
        for number, (words, role) in enumerate(zip(_NUMBERED, roles, strict=False), start=1)
        if role.strip() and number not in marked
    ]
    sentence = pgettext("between the parts of a preface", "; ").join(parts)
    sentence = sentence[:1].upper() + sentence[1:] + pgettext("ends a preface", ".") if parts else ""
    return "\n".join(filter(None, (sentence, *(notes_sentence(number) for number in (*marked, notes)))))


def notes_sentence(number: int) -> str:
    """Return the sentence about the copy with annotations, picture `number`; empty for 0."""
    return str(_NOTES) % {"number": number} if number else ""


def updated_preface(
    preface: str, before: Sequence[str], after: Sequence[str], *, notes: int = 0, notes_before: int = 0
) -> str:
    """Return the preface after roles or the copy with annotations changed.

    In a preface that the visitor rewrote, only the sentence about that copy changes: it comes with the copy, and a
    visitor who deleted it does not get it again.
    """
    if is_generated_preface(preface, before, notes_before):
        return role_preface(after, notes)
    for sentence in _notes_sentences():
        if sentence in preface:
            return preface.replace(sentence, notes_sentence(notes)).strip()
    added = notes_sentence(notes) if not notes_before else ""
    return "\n".join(filter(None, (preface, added)))


def is_generated_preface(preface: str, roles: Sequence[str], notes: int = 0) -> bool:
    """Tell whether the preface was generated from these roles, in any language."""
    return preface.strip() in _prefaces(roles, notes)


def split_preface(prompt: str, roles: Sequence[str], notes: int = 0) -> tuple[str, str]:
    """Split a sent prompt into preface and prompt; the preface is empty when it was not generated from `roles`."""
    for preface in filter(None, _prefaces(roles, notes)):
        if prompt == preface:
            return preface, ""
        if prompt.startswith(f"{preface}\n"):
            return preface, prompt[len(preface) + 1 :]
    return "", prompt


def _prefaces(roles: Sequence[str], notes: int) -> list[str]:
    """Return the preface in every language: the visitor may have changed the language since."""
    return [_in_language(code, lambda: role_preface(roles, notes)) for code in _languages()]


def _notes_sentences() -> list[str]:
    """Return the sentence about the copy in every language, for every place that it can have."""
    numbers = range(1, len(_NUMBERED) + 2)
    return [_in_language(code, partial(notes_sentence, number)) for code in _languages() for number in numbers]


def _in_language(code: str, write: Callable[[], str]) -> str:
    with override(code):
        return write()


def _languages() -> Iterable[str]:
    return dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)])


def _is_notes(role: str) -> bool:
    """Tell whether a visitor gave a marked picture of their own the role of the copy with annotations."""
    word = role.strip().lower()
    return bool(word) and word in [_in_language(code, lambda: _("notes")) for code in _languages()]


def _without_article(role: str) -> str:
    words = role.strip()
    # "image 1 is the the scene" otherwise, for a visitor who typed the article.
    return words[4:] if words.lower().startswith("the ") else words
