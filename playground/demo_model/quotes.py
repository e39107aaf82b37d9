"""Finds the words that a prompt puts in quotation marks."""

import re

# A picture has room for a headline and two lines below it.
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
    # A single quotation mark also is an apostrophe: no letter may touch it from outside, and it ends in its line.
    r"(?<![\w’'])‘([^‘’\n]+)’(?!\w)",
    r"(?<![\w'])'([^'\n]*[^'\s])'(?!\w)",
    r"`([^`\n]+)`",
)
_QUOTED = re.compile("|".join(_PAIRS))


def find_quotes(text: str) -> tuple[str, ...]:
    """Return the quoted passages in order, spaces tidied, at most three; an apostrophe quotes nothing."""
    passages = []
    for match in _QUOTED.finditer(text):
        words = " ".join(next(group for group in match.groups() if group).split())
        if words and words not in passages:
            passages.append(words)
        if len(passages) == _MAX_PASSAGES:
            break
    return tuple(passages)


def remove_quotes(text: str) -> str:
    """Return the text with its quoted passages taken out."""
    return _QUOTED.sub(" ", text)
