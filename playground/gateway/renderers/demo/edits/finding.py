"""Finds a vocabulary's words in a text."""

import re
from functools import cache

from ..words import COLOURS, Vocabulary


def find(vocabulary: Vocabulary, text: str) -> str | None:
    """The first entry of the vocabulary that the text names."""
    return next(iter(find_all(vocabulary, text)), None)


def find_all(vocabulary: Vocabulary, text: str) -> list[str]:
    """The entries that the text names, in the vocabulary's order; a word counts for one entry only."""
    found = []
    for name, entry in vocabulary.items():
        rest = pattern(entry).sub(" ", text)
        if rest != text:
            found.append(name)
            text = rest
    return found


def colour_of(text: str) -> str | None:
    """The first colour that the text names."""
    places = {name: match.start() for name, entry in COLOURS.items() if (match := pattern(entry).search(text))}
    return min(places, key=places.__getitem__) if places else None


@cache
def pattern(entry: str) -> re.Pattern[str]:
    """An entry's words: English ones whole or plural, Chinese ones anywhere."""
    words = sorted(entry.split("|"), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    other = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?<![a-z])(?:{latin})(?:e?s)?(?![a-z])" + (f"|{other}" if other else ""))
