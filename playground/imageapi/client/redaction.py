"""What may be repeated of a provider's own words: one short line of plain text without keys."""

import re
import unicodedata

LONGEST = 300
HIDDEN = "[key]"

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_SECRETS = re.compile(
    r"(?i:bearer|basic)\s+[\w.~+/=-]{6,}"
    r"|\b(?:cr|sk|pk|rk|ak)[_-][\w*.…-]{3,}"
    r"|\bAIza[\w-]{10,}"
    r"|\beyJ[\w-]{10,}(?:\.[\w-]+)*"
    r"|\b[\w-]{40,}"
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_DOCUMENT = re.compile(r"\s*<|.*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def is_markup(text: str) -> bool:
    """Whether `text` is a page rather than a message."""
    return _DOCUMENT.match(text) is not None


def redact_key(text: str, key: str) -> str:
    """`text` without `key` and without anything else that looks like one."""
    if key:
        text = text.replace(key, HIDDEN)
    return _SECRETS.sub(HIDDEN, text)


def plain_text(text: str) -> str:
    """`text` on one line, without terminal codes, control and invisible characters."""
    text = _ANSI.sub("", text)
    # Removed, not replaced: a key that a zero-width character splits must still be found.
    visible = (one if one.isspace() or unicodedata.category(one) not in _INVISIBLE else "" for one in text)
    return " ".join("".join(visible).split())


def provider_line(text: str, key: str) -> str:
    """What the provider said, fit to be shown and logged: at most 300 characters, never HTML, never a key."""
    line = plain_text(text)
    if is_markup(line):
        return ""
    line = redact_key(" ".join(_TAG.sub("", line).split()), key)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def header_word(text: str, longest: int = 100) -> str:
    """A header's value fit to be kept: printable ASCII, cut."""
    return "".join(one for one in text[:longest] if "!" <= one <= "~" or one == " ").strip()
