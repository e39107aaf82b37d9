"""Search a text for the words of a vocabulary."""

import re
from collections.abc import Mapping
from functools import cache

# Name to words separated by "|". English words match whole or as a plural, Chinese ones anywhere.
type Vocabulary = Mapping[str, str]


def find_first(vocabulary: Vocabulary, text: str) -> str | None:
    """Return the first entry of the vocabulary (not of the text) that the text names."""
    return next((name for name, entry in vocabulary.items() if word_pattern(entry).search(text)), None)


def find_all(vocabulary: Vocabulary, text: str) -> list[str]:
    """List the entries that the text names, in the vocabulary's order; a word counts for one entry only."""
    names = []
    for name, entry in vocabulary.items():
        rest = word_pattern(entry).sub(" ", text)
        if rest != text:
            names.append(name)
            text = rest
    return names


def find_positions(vocabulary: Vocabulary, text: str) -> dict[str, int]:
    """Map each entry that the text names to its first position."""
    matches = ((name, word_pattern(entry).search(text)) for name, entry in vocabulary.items())
    return {name: match.start() for name, match in matches if match}


def find_earliest(vocabulary: Vocabulary, text: str) -> str | None:
    """Return the entry that the text names first."""
    positions = find_positions(vocabulary, text)
    return min(positions, key=positions.__getitem__) if positions else None


@cache
def word_pattern(entry: str, end: str = "") -> re.Pattern[str]:
    """Compile an entry's words to one pattern; `end` must follow the word ("$": the end of the text)."""
    # The longest first: an alternation takes the first that matches, and 花 would hide 花束.
    words = sorted(entry.split("|"), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word[0].isascii())
    other = "|".join(re.escape(word) for word in words if not word[0].isascii())
    # Not \b: Chinese characters count as letters, so there is no boundary between them and an English word.
    pattern = rf"(?<![a-z])(?:{latin})(?:e?s)?(?![a-z])" if latin else ""
    return re.compile(f"(?:{'|'.join(filter(None, (pattern, other)))}){end}")
