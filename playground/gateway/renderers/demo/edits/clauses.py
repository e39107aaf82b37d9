"""Reads a prompt clause by clause: each has a verb of its own, or carries on with the one before."""

import re
from dataclasses import dataclass, field
from typing import Final

from ..prompt_parser import parse_prompt
from ..vocabulary import COLOURS
from ..word_search import Vocabulary, find_all, find_earliest, find_first
from . import edit_vocabulary as words

_MANY_BY_PLURAL: Final = frozenset({"star", "heart", "balloon", "flower"})
_VERB: Final = re.compile(rf"{words.REPLACING}|{words.ADDING}|{words.RECOLOURING}")
# A colour that belongs to the thing right behind it.
_PAINT: Final = (
    r"(?:(?:red|gold|golden|yellow|green|blue|purple|pink|black|white|silver|orange)\s+"
    r"|[红金黄绿蓝紫粉黑白橙银]色?的?)?"
)
# What the clauses would cut apart, and what it is called instead.
_JOINED: Final = re.compile(r"black[ -](?:and|&)[ -]white")


@dataclass(frozen=True, slots=True)
class PropRequest:
    """A thing to draw: its name in `vocabulary.PROPS`, a colour's name or None, how many, how large (1 usual)."""

    name: str
    colour: str | None = None
    count: int = 1
    size: float = 1.0


@dataclass(slots=True)
class ParsedClauses:
    """What the clauses read so far ask for; `targets` are the words that say what shall be there."""

    removes: bool = False
    replaces: bool = False
    adds: bool = False
    recolours: bool = False
    alters: bool = False
    surface: bool = False
    cut_out: bool = False
    props: list[PropRequest] = field(default_factory=list)
    colour: str | None = None
    backdrop: str = ""
    targets: list[str] = field(default_factory=list)


def split_clauses(text: str) -> list[str]:
    """The clauses that wish for something; those that say what to keep are dropped."""
    parts = re.split(words.CLAUSES, text)
    trimmed = (re.sub(words.WITHOUT, " ", part).strip() for part in parts)
    return [part for part in trimmed if part and not re.search(words.KEEPING, part)]


def joined(text: str) -> str:
    """The text with one word for what must not be cut apart."""
    return _JOINED.sub("monochrome", text)


def read_clause(clause: str, found: ParsedClauses) -> None:
    removes = bool(re.search(words.REMOVING, clause))
    ground = find_first(words.BACKDROPS, clause)
    if removes and ground == "background":
        found.cut_out = True
    elif removes:
        found.removes = True
    elif not (found.removes and not found.props and not _VERB.search(clause)):
        _read_addition(clause, found, ground)


def _read_addition(clause: str, found: ParsedClauses, ground: str | None) -> None:
    replaces = bool(re.search(words.REPLACING, clause))
    target = _target(clause) if replaces else clause
    found.replaces |= replaces
    found.adds |= bool(re.search(words.ADDING, clause))
    found.alters |= bool(re.search(words.RECOLOURING, clause))
    names = find_all(words.PROPS, target)
    if "flower" in names and re.search(words.FLOWERS_IN, target):
        names.remove("flower")
    found.props += [_wanted(name, target) for name in names]
    rest = _spare(target, words.PROPS, names, _PAINT)
    if ground and find_first(words.LOOKS, clause) != "blur":
        found.backdrop = found.backdrop or ground
    _read_colour(clause, rest, replaces, found)
    found.targets.append(_spare(rest, words.BACKDROPS, list(words.BACKDROPS)))


def _read_colour(clause: str, rest: str, replaces: bool, found: ParsedClauses) -> None:
    """A colour that belongs to no thing; "change it to a red chair" wants a chair, "to red" a colour."""
    colour = find_earliest(COLOURS, rest)
    if colour and not found.colour:
        found.colour = colour
        found.surface = bool(re.search(words.SURFACES, clause))
        found.recolours = bool(re.search(words.RECOLOURING, clause)) and not (
            replaces and parse_prompt(rest).understood
        )


def _wanted(name: str, target: str) -> PropRequest:
    """How many of a thing, in which colour and how large: what stands right before it says so."""
    match = re.search(rf"(.{{0,24}})(?:{_either(words.PROPS[name])})(s?)", target)
    before, plural = (match.group(1), match.group(2)) if match else ("", "")
    count = next((int(number) for number, pattern in words.MANY.items() if re.search(pattern, before)), 1)
    if count == 1 and plural and name in _MANY_BY_PLURAL:
        count = 3
    size = 0.6 if re.search(words.SMALL, before) else 1.3 if re.search(words.LARGE, before) else 1.0
    return PropRequest(name, find_earliest(COLOURS, before), count, size)


def _target(clause: str) -> str:
    """What stands behind "into", or else the first "with", "to", 换成 …: what shall be there."""
    match = re.search(r"\binto\b", clause) or re.search(words.TARGETS, clause)
    return clause[match.end() :] if match else clause


def _spare(text: str, vocabulary: Vocabulary, names: list[str], before: str = "") -> str:
    """The text without the words of these entries and what `before` matches in front of them."""
    for name in names:
        text = re.sub(rf"{before}(?:{_either(vocabulary[name])})(?:e?s)?(?![a-z])", " ", text)
    return text


def _either(entry: str) -> str:
    return "|".join(re.escape(word) for word in sorted(entry.split("|"), key=len, reverse=True))
