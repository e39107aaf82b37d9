"""Reads a prompt: what to show, when, in which weather, style and colours, and which words to set."""

import re
from dataclasses import dataclass

from .quotes import quotes, without_quotes
from .words import (
    COLOURS,
    FORMATS,
    PEOPLE,
    PLACES,
    STYLES,
    SUBJECTS,
    THINGS,
    TIMES,
    WEATHERS,
    Vocabulary,
)

_READ_MOST = 8_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a prompt asks for. Names are those of `words`; None and empty mean it does not say."""

    kind: str
    things: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()
    time: str | None = None
    weather: str | None = None
    style: str | None = None
    colours: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    chinese: bool = False
    understood: bool = True
    cut_out: bool = False
    inner: str | None = None

    def shows(self, *names: str) -> bool:
        """Whether the prompt names one of these things outside its quotes."""
        return not self.things.isdisjoint(names)


def clean(text: str) -> str:
    """Text without lone surrogates and control characters, spaces joined."""
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def read(prompt: str) -> Scene:
    """Read any prompt at all; what is not understood becomes an abstract picture."""
    text = clean(prompt[: _READ_MOST * 5])
    words = quotes(text)
    plain = without_quotes(text)[:_READ_MOST].lower()
    kind = _kind(plain)
    quoted = " ".join(words)[:_READ_MOST].lower()
    return Scene(
        kind=kind or ("poster" if words else "abstract"),
        things=frozenset(_found(THINGS, plain)),
        hints=frozenset(_found(THINGS, quoted)),
        time=_first(TIMES, plain),
        weather=_first(WEATHERS, _pattern(THINGS["snowcap"]).sub(" ", plain)),
        style=_first(STYLES, plain),
        colours=tuple(sorted(_found(COLOURS, plain), key=_found(COLOURS, plain).__getitem__)),
        quotes=words,
        chinese=bool(_HAN.search(text)) and not _KANA.search(text),
        understood=kind is not None,
        inner=_inner(plain) if kind in FORMATS else None,
        cut_out="transparent" in plain or "透明" in plain,
    )


def _kind(text: str) -> str | None:
    """Formats before subjects before places before people; among equals the first named."""
    for vocabulary in (FORMATS, SUBJECTS, PLACES):
        found = _found(vocabulary, text)
        if vocabulary is SUBJECTS and _PLACE_OF_FOOD.search(text):
            found.pop("table", None)
        if "animal" in found:
            # A portrait of a cat shows the cat.
            found.pop("portrait", None)
        if found:
            return min(found, key=found.__getitem__)
    return "portrait" if _found(PEOPLE, text) else None


def _inner(text: str) -> str | None:
    """What a poster shows: the first subject or place named, if any."""
    for entry in FORMATS.values():
        text = _pattern(entry).sub(" ", text)
    found = _found(SUBJECTS, text) or _found(PLACES, text)
    found.pop("abstract", None)
    return min(found, key=found.__getitem__) if found else None


def _found(vocabulary: Vocabulary, text: str) -> dict[str, int]:
    """Which entries the text names, and where first."""
    places = {}
    for name, entry in vocabulary.items():
        match = _pattern(entry).search(text)
        if match:
            places[name] = match.start()
    return places


def _first(vocabulary: Vocabulary, text: str) -> str | None:
    """The first entry of the vocabulary (not of the text) that the text names."""
    return next((name for name, entry in vocabulary.items() if _pattern(entry).search(text)), None)


def _pattern(entry: str) -> re.Pattern[str]:
    """One pattern for an entry; `re` keeps it, so reading twice costs nothing."""
    words = entry.split("|")
    latin = "|".join(re.escape(word) for word in words if word.isascii() or word == "café")
    other = "|".join(re.escape(word) for word in words if not (word.isascii() or word == "café"))
    return re.compile(rf"(?<![a-z])(?:{latin})(?:e?s)?(?![a-z])" + (f"|{other}" if other else ""))


_PLACE_OF_FOOD = re.compile(r"(?:coffee|tea|noodle|ramen|cake)[ -](?:shop|house|bar)|咖啡[馆店厅]|茶馆|面馆")
