"""Reads what an edit's prompt asks for, clause by clause, into a wish."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from ..quotes import quotes, without_quotes
from ..reading import Scene, clean, read
from ..words import Vocabulary
from . import vocabulary as say
from .finding import colour_of, find, find_all
from .roles import roles_of

_READ_MOST: Final = 8_000
_TEXT: Final = re.compile(
    r"\b(?:text|word|words|lettering|sign|says?|caption|title|label|logo)\b|文字|字|招牌|标题|标签"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing to draw: its name in `vocabulary.THINGS`, a colour's name or None, how many, how large (1 usual)."""

    name: str
    colour: str | None = None
    count: int = 1
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a prompt asks for; empty everywhere for an empty prompt, which wishes for a variation.

    `ground` is "background" or "sky" when that is to be exchanged, for `colour` or for `scene`. `roles` are
    those of the images in order, "" where the prompt gives none.
    """

    scene: Scene
    removes: bool = False
    replaces: bool = False
    adds: bool = False
    recolours: bool = False
    cut_out: bool = False
    things: tuple[Wanted, ...] = ()
    looks: tuple[str, ...] = ()
    colour: str | None = None
    ground: str = ""
    letters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    is_variation: bool = False


@dataclass(slots=True)
class _Findings:
    removes: bool = False
    replaces: bool = False
    adds: bool = False
    recolours: bool = False
    cut_out: bool = False
    things: list[Wanted] = field(default_factory=list)
    colour: str | None = None
    ground: str = ""
    targets: list[str] = field(default_factory=list)


def understand(prompt: str) -> Wish:
    """Read any prompt at all; what is not understood is left for the scene painter."""
    text = clean(prompt[: _READ_MOST * 5])
    if not text:
        return Wish(read(""), is_variation=True)
    plain = without_quotes(text)[:_READ_MOST].lower()
    roles, rest = roles_of(plain)
    clauses = _clauses(_joined(rest))
    wanted = " ; ".join(clauses)
    looks = _looks(wanted)
    found = _Findings()
    for clause in clauses:
        _read_clause(_without_looks(clause, looks), found)
    scene = replace(read(" ; ".join(found.targets)), chinese=read(text).chinese, quotes=quotes(text))
    return Wish(
        scene=replace(scene, style=next((look for look in looks if look in _SCENE_STYLES), None)),
        removes=found.removes,
        replaces=found.replaces,
        adds=found.adds,
        recolours=found.recolours,
        cut_out=found.cut_out or scene.cut_out or "transparent" in plain or "透明" in plain,
        things=tuple(found.things[:6]),
        looks=looks,
        colour=found.colour,
        ground=found.ground,
        letters=quotes(text) if not found.removes else (),
        roles=roles,
    )


_SCENE_STYLES: Final = frozenset({"pixel", "pencil", "ink", "watercolour", "oil", "mono", "vintage"})
# A colour that belongs to the thing right behind it.
_PAINT: Final = (
    r"(?:(?:red|gold|golden|yellow|green|blue|purple|pink|black|white|silver|orange)\s+"
    r"|[红金黄绿蓝紫粉黑白橙银]色?的?)?"
)
_JOINED: Final = {
    "black and white": "monochrome",
    "black-and-white": "monochrome",
    "black & white": "monochrome",
}


def _joined(text: str) -> str:
    """Keep together what the clauses must not cut apart."""
    for apart, together in _JOINED.items():
        text = text.replace(apart, together)
    return text


def _clauses(text: str) -> list[str]:
    """The clauses that wish for something; those that say what to keep are dropped."""
    parts = (re.sub(say.WITHOUT, " ", part).strip() for part in re.split(say.CLAUSES, text))
    return [part for part in parts if part and not re.search(say.KEEPING, part)]


def _looks(text: str) -> tuple[str, ...]:
    """Looks in the order of the vocabulary; light that belongs to a named place is painted with it instead."""
    looks = find_all(say.LOOKS, text)
    if "night" in looks and "neon" in looks:
        looks.remove("neon")
    return tuple(looks[:3])


def _without_looks(clause: str, looks: tuple[str, ...]) -> str:
    """Take out "black and white" before its colours are read, and the word of a style before its scene."""
    for look in looks:
        if look in ("mono", "sepia", "ink", "oil", "flat", "autumn"):
            for word in say.LOOKS[look].split("|"):
                clause = clause.replace(word, " ")
    return clause


def _read_clause(clause: str, found: _Findings) -> None:
    removes = bool(re.search(say.REMOVING, clause))
    replaces = bool(re.search(say.REPLACING, clause))
    carries_on = found.removes and not (
        replaces or re.search(say.ADDING, clause) or re.search(r"\bmake\b|让|把", clause)
    )
    ground = find(say.GROUNDS, clause)
    if removes and ground == "background":
        found.cut_out = True
    elif removes or (carries_on and not found.things):
        found.removes = found.removes or removes
    else:
        _read_addition(clause, found, replaces, ground)


def _read_addition(clause: str, found: _Findings, replaces: bool, ground: str | None) -> None:
    target = _target(clause) if replaces else clause
    found.replaces |= replaces
    found.adds |= bool(re.search(say.ADDING, clause))
    for name in find_all(say.THINGS, target):
        found.things.append(_wanted(name, target, found))
    rest = _spare(target, say.THINGS, [thing.name for thing in found.things])
    if ground and find(say.LOOKS, clause) != "blur":
        found.ground = found.ground or ground
    colour = colour_of(rest)
    if colour and not found.colour:
        found.colour = colour
        found.recolours = bool(re.search(say.RECOLOURING, clause)) and not (replaces and read(rest).understood)
    found.targets.append(_spare(rest, say.GROUNDS, list(say.GROUNDS)))


def _wanted(name: str, target: str, found: _Findings) -> Wanted:
    words = "|".join(re.escape(word) for word in say.THINGS[name].split("|"))
    match = re.search(rf"(.{{0,24}})(?:{words})(s?)", target)
    before, plural = (match.group(1), match.group(2)) if match else ("", "")
    count = next((int(number) for number, pattern in say.MANY.items() if re.search(pattern, before)), 1)
    if count == 1 and plural and name in ("star", "heart", "balloon", "flower"):
        count = 3
    size = 0.6 if re.search(say.SMALL, before) else 1.3 if re.search(say.LARGE, before) else 1.0
    return Wanted(name, colour_of(before), count, size)


def _target(clause: str) -> str:
    """What stands behind the last "with", "into", 换成 …: what shall be there."""
    places = list(re.finditer(say.TARGETS, clause))
    return clause[places[0].end() :] if places else clause


def _spare(text: str, vocabulary: Vocabulary, names: list[str]) -> str:
    """The text without the words of these entries, and without a colour right before them."""
    for name in names:
        words = "|".join(re.escape(word) for word in vocabulary[name].split("|"))
        paint = "" if vocabulary is say.GROUNDS else _PAINT
        text = re.sub(rf"{paint}(?:{words})(?:e?s)?(?![a-z])", " ", text)
    return text
