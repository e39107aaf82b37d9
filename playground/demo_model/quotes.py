"""Finds the words that a prompt puts in quotation marks."""

import re

_MAX_PASSAGES = 3
# No passage may hold its own opening mark: thousands of unclosed ones would take seconds.
_PAIRS = (
    r"“([^“”]+)”",
    r"「([^「」]+)」",
    r"『([^『』]+)』",
    r"«([^«»]+)»",
    r"《([^《》]+)》",
    r"„([^„“”]+)[“”]",
    r'"([^"]+)"',
    r"(?<![\w’'])‘([^‘’\n]+)’(?!\w)",
    r"(?<![\w'])'([^'\n]*[^'\s])'(?!\w)",
    r"`([^`\n]+)`",
)
_QUOTED = re.compile("|".join(_PAIRS))


def find_quotes(text: str) -> tuple[str, ...]:
    """The quoted passages in order, spaces tidied, at most three; an apostrophe quotes nothing."""
    found = []
    for match in _QUOTED.finditer(text):
        words = " ".join(next(group for group in match.groups() if group).split())
        if words and words not in found:
            found.append(words)
        if len(found) == _MAX_PASSAGES:
            break
    return tuple(found)


def remove_quotes(text: str) -> str:
    """The text with its quoted passages taken out."""
    return _QUOTED.sub(" ", text)
