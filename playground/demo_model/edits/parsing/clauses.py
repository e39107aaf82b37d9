"""Parse the prompt of an edit clause by clause: each has its own verb, or continues the one before."""

import re
from dataclasses import dataclass, field
from typing import Final

from ...prompt_parser import parse_prompt
from ...vocabulary import COLOURS
from ...word_search import Vocabulary, find_all, find_earliest, find_first
from . import edit_vocabulary as words

# In plural these mean several; glasses are a plural that means one.
_MANY_BY_PLURAL: Final = frozenset({"star", "heart", "balloon", "flower"})
_VERB: Final = re.compile(rf"{words.REPLACING}|{words.ADDING}|{words.RECOLOURING}")
# A colour that belongs to the prop right behind it.
_PAINT: Final = (
    r"(?:(?:red|gold|golden|yellow|green|blue|purple|pink|black|white|silver|orange)\s+"
    r"|[红金黄绿蓝紫粉黑白橙银]色?的?)?"
)
# Phrases that the clauses would cut apart.
_JOINED: Final = re.compile(r"black[ -](?:and|&)[ -]white")


@dataclass(frozen=True, slots=True)
class PropRequest:
    """A prop to draw: its name in `PROPS`, a colour's name or None, how many, and its size (1 is usual)."""

    name: str
    colour: str | None = None
    count: int = 1
    size: float = 1.0


@dataclass(slots=True)
class EditActions:
    """The changes that the clauses of a prompt ask for; `parse_clause` adds to them.

    `backdrop` is "background" or "sky" when that is replaced, by `colour` or by the scene. `alters` changes what is
    there; `surface` gives the colour to a wall or floor behind the subject. `targets` name what to draw.
    """

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
    """Split into clauses and drop those that name things to keep."""
    parts = re.split(words.CLAUSES, text)
    trimmed = (re.sub(words.WITHOUT, " ", part).strip() for part in parts)
    return [part for part in trimmed if part and not re.search(words.KEEPING, part)]


def join_phrases(text: str) -> str:
    """Replace phrases that the clauses would cut apart by one word."""
    return _JOINED.sub("monochrome", text)


def parse_clause(clause: str, actions: EditActions) -> None:
    removes = bool(re.search(words.REMOVING, clause))
    ground = find_first(words.BACKDROPS, clause)
    if removes and ground == "background":
        actions.cut_out = True
    elif removes:
        actions.removes = True
    elif not (actions.removes and not actions.props and not _VERB.search(clause)):
        _parse_addition(clause, actions, ground)


def _parse_addition(clause: str, actions: EditActions, ground: str | None) -> None:
    replaces = bool(re.search(words.REPLACING, clause))
    target = _target_phrase(clause) if replaces else clause
    actions.replaces |= replaces
    actions.adds |= bool(re.search(words.ADDING, clause))
    actions.alters |= bool(re.search(words.RECOLOURING, clause))
    names = find_all(words.PROPS, target)
    # "A vase with flowers" is a scene of its own, not a vase and a flower beside it.
    if "flower" in names and re.search(words.FLOWERS_IN, target):
        names.remove("flower")
    actions.props += [_prop_request(name, target) for name in names]
    rest = _remove_words(target, words.PROPS, names, _PAINT)
    if ground and find_first(words.LOOKS, clause) != "blur":
        actions.backdrop = actions.backdrop or ground
    _parse_colour(clause, rest, replaces, actions)
    actions.targets.append(_remove_words(rest, words.BACKDROPS, list(words.BACKDROPS)))


def _parse_colour(clause: str, rest: str, replaces: bool, actions: EditActions) -> None:
    """Find a colour that belongs to no prop: "to a red chair" asks for a chair, "to red" for a colour."""
    colour = find_earliest(COLOURS, rest)
    if colour and not actions.colour:
        actions.colour = colour
        actions.surface = bool(re.search(words.SURFACES, clause))
        actions.recolours = bool(re.search(words.RECOLOURING, clause)) and not (
            replaces and parse_prompt(rest).understood
        )


def _prop_request(name: str, target: str) -> PropRequest:
    """Read count, colour and size from the words right before the prop."""
    # Count, colour and size stand right before the prop; what stands further away belongs to something else.
    match = re.search(rf"(.{{0,24}})(?:{_alternatives(words.PROPS[name])})(s?)", target)
    before, plural = (match.group(1), match.group(2)) if match else ("", "")
    count = next((int(number) for number, pattern in words.MANY.items() if re.search(pattern, before)), 1)
    if count == 1 and plural and name in _MANY_BY_PLURAL:
        count = 3
    size = 0.6 if re.search(words.SMALL, before) else 1.3 if re.search(words.LARGE, before) else 1.0
    return PropRequest(name, find_earliest(COLOURS, before), count, size)


def _target_phrase(clause: str) -> str:
    """Return the text after "into", or else after the first "with", "to", 换成 …"""
    match = re.search(r"\binto\b", clause) or re.search(words.TARGETS, clause)
    return clause[match.end() :] if match else clause


def _remove_words(text: str, vocabulary: Vocabulary, names: list[str], before: str = "") -> str:
    """Remove the words of these entries, each with the match of `before` in front of it."""
    for name in names:
        text = re.sub(rf"{before}(?:{_alternatives(vocabulary[name])})(?:e?s)?(?![a-z])", " ", text)
    return text


def _alternatives(entry: str) -> str:
    return "|".join(re.escape(word) for word in sorted(entry.split("|"), key=len, reverse=True))
