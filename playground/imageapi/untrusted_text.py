"""Make untrusted texts safe to show, store, log or send: file names, headers, messages of providers."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from playground.imageapi.catalog import FILE_EXTENSIONS, PARAMETER

MAX_NAME_LENGTH: Final = 100
MAX_LINE_LENGTH: Final = 300
REDACTED: Final = "[key]"

# Control characters, lone surrogates, unassigned ones, line and paragraph separators.
_UNPRINTABLE: Final = frozenset(("Cc", "Cs", "Cn", "Zl", "Zp"))
# Zero-width characters, and those that change the direction of writing (CVE-2021-42574).
_INVISIBLE: Final = frozenset("\u061c\u200b\u200e\u200f\u2060\ufeff") | {
    chr(code) for block in (range(0x202A, 0x202F), range(0x2066, 0x206A)) for code in block
}
_EXTENSIONS: Final = {"png": (".png",), "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"), "webp": (".webp",)}
_ALL_EXTENSIONS: Final = frozenset(extension for extensions in _EXTENSIONS.values() for extension in extensions)
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_SECRETS: Final = re.compile(
    r"(?i:bearer|basic)\s+[\w.~+/=-]{6,}"
    r"|\b(?:cr|sk|pk|rk|ak)[_-][\w*.…-]{3,}"
    r"|\bAIza[\w-]{10,}"
    r"|\beyJ[\w-]{10,}(?:\.[\w-]+)*"
    r"|\b[\w-]{40,}"
)
_TAG: Final = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_DOCUMENT: Final = re.compile(r"\s*<|.*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def is_invisible(character: str) -> bool:
    """Say whether a reader cannot see the character, or it reorders the text around it."""
    return character in _INVISIBLE or unicodedata.category(character) in _UNPRINTABLE


def safe_file_name(name: str, format: str) -> str:
    """Return the base name without invisible characters, with an extension that fits `format`.

    The result has at most MAX_NAME_LENGTH characters.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(character for character in base if not is_invisible(character))
    visible = unicodedata.normalize("NFC", visible).strip(" .")
    stem, dot, extension = visible.rpartition(".")
    extension = f".{extension}"
    if not (dot and stem and extension.lower() in _EXTENSIONS[format]):
        stem = stem if stem and extension.lower() in _ALL_EXTENSIONS else visible
        extension = f".{FILE_EXTENSIONS[format]}"
    return (stem[: MAX_NAME_LENGTH - len(extension)].strip(" .") or "picture") + extension


def unique_file_names(names: Iterable[str]) -> list[str]:
    """Return the names in order; a repeated one gets a number: `cat.png`, `cat-2.png`."""
    used: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate.lower() in used:
            number += 1
            stem, dot, extension = name.rpartition(".")
            candidate = f"{stem[: MAX_NAME_LENGTH - len(extension) - 5]}-{number}{dot}{extension}"
        used.add(candidate.lower())
        result.append(candidate)
    return result


def clean_text(value: Any) -> str:
    """Return a text fit for a database: no NUL, no lone surrogates, cut; empty when `value` is no text."""
    if not isinstance(value, str):
        return ""
    return value[: PARAMETER["prompt"].max_length].replace("\0", "").encode(errors="replace").decode()


def plain_text(text: str) -> str:
    """Return `text` on one line, without terminal codes, control characters and format characters."""
    text = _ANSI.sub("", text)
    # Removed, not replaced: a key that a zero-width character splits must still be found.
    visible = "".join(character for character in text if character.isspace() or not _is_format(character))
    return " ".join(visible.split())


def provider_line(text: str, key: str) -> str:
    """Return the provider's message fit for pages and logs: at most MAX_LINE_LENGTH, no HTML, no key."""
    line = plain_text(text)
    if is_markup(line):
        return ""
    line = redact_key(" ".join(_TAG.sub("", line).split()), key)
    return line if len(line) <= MAX_LINE_LENGTH else line[: MAX_LINE_LENGTH - 1] + "…"


def redact_key(text: str, key: str) -> str:
    """Replace `key`, and everything else that looks like a key."""
    if key:
        text = text.replace(key, REDACTED)
    return _SECRETS.sub(REDACTED, text)


def is_markup(text: str) -> bool:
    """Say whether `text` is an HTML or XML document rather than a message."""
    return _DOCUMENT.match(text) is not None


def header_value(text: str, max_length: int = 100) -> str:
    """Return the printable ASCII of a header's value, cut."""
    return "".join(character for character in text[:max_length] if " " <= character <= "~").strip()


def _is_format(character: str) -> bool:
    return is_invisible(character) or unicodedata.category(character) in ("Cf", "Co")
