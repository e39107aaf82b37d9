"""The preface of an edit: a generated sentence before the prompt that gives each picture a role."""

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
    """Return common roles."""
    return [_("scene"), _("product"), _("person"), _("style"), _("logo"), _("background")]


def role_preface(roles: Sequence[str]) -> str:
    """Return the sentence for these roles, in the language of the page; empty when no picture has one."""
    parts = [
        str(words) % {"role": _without_article(role)}
        for words, role in zip(_NUMBERED, roles, strict=False)
        if role.strip()
    ]
    if not parts:
        return ""
    sentence = pgettext("between the parts of a preface", "; ").join(parts) + pgettext("ends a preface", ".")
    return sentence[:1].upper() + sentence[1:]


def updated_preface(preface: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Return the preface after roles changed; a preface that the visitor rewrote stays."""
    return role_preface(after) if is_generated_preface(preface, before) else preface


def is_generated_preface(preface: str, roles: Sequence[str]) -> bool:
    """Tell whether the preface was generated from these roles, in any language."""
    return preface.strip() in _prefaces(roles)


def split_preface(prompt: str, roles: Sequence[str]) -> tuple[str, str]:
    """Split a sent prompt into preface and prompt; the preface is empty when it was not generated from `roles`."""
    for preface in filter(None, _prefaces(roles)):
        if prompt == preface:
            return preface, ""
        if prompt.startswith(f"{preface}\n"):
            return preface, prompt[len(preface) + 1 :]
    return "", prompt


def _prefaces(roles: Sequence[str]) -> list[str]:
    """Return the preface in every language: the visitor may have changed the language since."""
    return [_preface_in_language(code, roles) for code in _languages()]


def _preface_in_language(code: str, roles: Sequence[str]) -> str:
    with override(code):
        return role_preface(roles)


def _languages() -> Iterable[str]:
    return dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)])


def _without_article(role: str) -> str:
    words = role.strip()
    # "image 1 is the the scene" otherwise, for a visitor who typed the article.
    return words[4:] if words.lower().startswith("the ") else words
