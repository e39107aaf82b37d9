"""Reads a prompt clause by clause: each has a verb of its own, or carries on with the one before."""

import re
from dataclasses import dataclass, field
from typing import Final

from ..reading import read
from ..words import Vocabulary
from . import vocabulary as say
from .finding import colour_of, find, find_all

_MANY_BY_PLURAL: Final = frozenset({"star", "heart", "balloon", "flower"})
_VERB: Final = re.compile(rf"{say.REPLACING}|{say.ADDING}|{say.RECOLOURING}")
# A colour that belongs to the thing right behind it.
_PAINT: Final = (
    r"(?:(?:red|gold|golden|yellow|green|blue|purple|pink|black|white|silver|orange)\s+"
    r"|[红金黄绿蓝紫粉黑白橙银]色?的?)?"
)
# What the clauses would cut apart, and what it is called instead.
_JOINED: Final = re.compile(r"black[ -](?:and|&)[ -]white")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing to draw: its name in `vocabulary.THINGS`, a colour's name or None, how many, how large (1 usual)."""

    name: str
    colour: str | None = None
    count: int = 1
    size: float = 1.0


@dataclass(slots=True)
class Findings:
    """What the clauses read so far ask for; `targets` are the words that say what shall be there."""

    removes: bool = False
    replaces: bool = False
    adds: bool = False
    recolours: bool = False
    alters: bool = False
    surface: bool = False
    cut_out: bool = False
    things: list[Wanted] = field(default_factory=list)
    colour: str | None = None
    ground: str = ""
    targets: list[str] = field(default_factory=list)


def clauses_of(text: str) -> list[str]:
    """The clauses that wish for something; those that say what to keep are dropped."""
    parts = re.split(say.CLAUSES, text)
    trimmed = (re.sub(say.WITHOUT, " ", part).strip() for part in parts)
    return [part for part in trimmed if part and not re.search(say.KEEPING, part)]


def joined(text: str) -> str:
    """The text with one word for what must not be cut apart."""
    return _JOINED.sub("monochrome", text)


def read_clause(clause: str, found: Findings) -> None:
    """Add what one clause asks for."""
    removes = bool(re.search(say.REMOVING, clause))
    ground = find(say.GROUNDS, clause)
    if removes and ground == "background":
        found.cut_out = True
    elif removes:
        found.removes = True
    elif not (found.removes and not found.things and not _VERB.search(clause)):
        _read_addition(clause, found, ground)


def _read_addition(clause: str, found: Findings, ground: str | None) -> None:
    replaces = bool(re.search(say.REPLACING, clause))
    target = _target(clause) if replaces else clause
    found.replaces |= replaces
    found.adds |= bool(re.search(say.ADDING, clause))
    found.alters |= bool(re.search(say.RECOLOURING, clause))
    names = find_all(say.THINGS, target)
    if "flower" in names and re.search(say.FLOWERS_IN, target):
        names.remove("flower")
    found.things += [_wanted(name, target) for name in names]
    rest = _spare(target, say.THINGS, names, _PAINT)
    if ground and find(say.LOOKS, clause) != "blur":
        found.ground = found.ground or ground
    _read_colour(clause, rest, replaces, found)
    found.targets.append(_spare(rest, say.GROUNDS, list(say.GROUNDS)))


def _read_colour(clause: str, rest: str, replaces: bool, found: Findings) -> None:
    """A colour that belongs to no thing; "change it to a red chair" wants a chair, "to red" a colour."""
    colour = colour_of(rest)
    if colour and not found.colour:
        found.colour = colour
        found.surface = bool(re.search(say.SURFACES, clause))
        found.recolours = bool(re.search(say.RECOLOURING, clause)) and not (replaces and read(rest).understood)


def _wanted(name: str, target: str) -> Wanted:
    """How many of a thing, in which colour and how large: what stands right before it says so."""
    match = re.search(rf"(.{{0,24}})(?:{_either(say.THINGS[name])})(s?)", target)
    before, plural = (match.group(1), match.group(2)) if match else ("", "")
    count = next((int(number) for number, pattern in say.MANY.items() if re.search(pattern, before)), 1)
    if count == 1 and plural and name in _MANY_BY_PLURAL:
        count = 3
    size = 0.6 if re.search(say.SMALL, before) else 1.3 if re.search(say.LARGE, before) else 1.0
    return Wanted(name, colour_of(before), count, size)


def _target(clause: str) -> str:
    """What stands behind "into", or else the first "with", "to", 换成 …: what shall be there."""
    match = re.search(r"\binto\b", clause) or re.search(say.TARGETS, clause)
    return clause[match.end() :] if match else clause


def _spare(text: str, vocabulary: Vocabulary, names: list[str], before: str = "") -> str:
    """The text without the words of these entries and what `before` matches in front of them."""
    for name in names:
        text = re.sub(rf"{before}(?:{_either(vocabulary[name])})(?:e?s)?(?![a-z])", " ", text)
    return text


def _either(entry: str) -> str:
    return "|".join(re.escape(word) for word in sorted(entry.split("|"), key=len, reverse=True))
