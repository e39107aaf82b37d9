"""What each picture of an edit is for, in a sentence before the prompt: the model reads its pictures in order."""

from collections.abc import Iterable, Sequence
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


def role_suggestions() -> list[str]:
    """Roles that are often needed."""
    return [_("scene"), _("product"), _("person"), _("style"), _("logo"), _("background")]


def role_preface(roles: Sequence[str]) -> str:
    """The sentence for pictures with these roles, in the language of the page; empty when none has a role."""
    parts = [
        str(words) % {"role": _bare(role)} for words, role in zip(_NUMBERED, roles, strict=False) if role.strip()
    ]
    if not parts:
        return ""
    sentence = pgettext("between the parts of a preface", "; ").join(parts) + pgettext("ends a preface", ".")
    return sentence[:1].upper() + sentence[1:]


def updated_preface(said: str, before: Sequence[str], after: Sequence[str]) -> str:
    """The preface after roles changed: the new sentence, unless the visitor had put it in other words."""
    return role_preface(after) if is_generated_preface(said, before) else said


def is_generated_preface(said: str, roles: Sequence[str]) -> bool:
    """Whether the text is our own sentence for these roles, in any language."""
    return said.strip() in _versions(roles)


def split_preface(prompt: str, roles: Sequence[str]) -> tuple[str, str]:
    """Preface and prompt of a text that was sent; all of it is the prompt when it does not begin as we write it."""
    for version in filter(None, _versions(roles)):
        if prompt == version:
            return version, ""
        if prompt.startswith(f"{version}\n"):
            return version, prompt[len(version) + 1 :]
    return "", prompt


def _versions(roles: Sequence[str]) -> list[str]:
    """The sentence in every language: a page may have been in another one when it was written."""
    return [_in(code, roles) for code in _languages()]


def _in(code: str, roles: Sequence[str]) -> str:
    with override(code):
        return role_preface(roles)


def _languages() -> Iterable[str]:
    return dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)])


def _bare(role: str) -> str:
    """The role without an article, which the sentence brings along."""
    words = role.strip()
    return words[4:] if words.lower().startswith("the ") else words
