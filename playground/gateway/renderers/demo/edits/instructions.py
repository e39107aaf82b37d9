"""Parse the prompt of an edit into an Instruction."""

import re
from dataclasses import dataclass, replace
from typing import Final

from ..prompt_parser import MAX_CHARACTERS, clean_text, parse_prompt
from ..quotes import find_quotes, remove_quotes
from ..scene import Scene
from ..word_search import find_all, find_first
from . import edit_vocabulary as words
from .clauses import ParsedClauses, PropRequest, joined, read_clause, split_clauses
from .edit_vocabulary import ORDINALS, ROLES

_MOST_PROPS, _MOST_LOOKS = 6, 3
_SCENE_STYLES: Final = frozenset({"pixel", "pencil", "ink", "watercolour", "oil", "mono", "vintage"})
# Their words name colours or places, which are not wished for.
_WORDY_LOOKS: Final = frozenset({"mono", "sepia", "ink", "oil", "flat", "autumn"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a prompt asks for; empty everywhere for an empty prompt, which wishes for a variation.

    `scene` is what shall be there. `ground` is "background" or "sky" when that is to be exchanged, for `colour`
    or for `scene`. `alters` is a wish to make what is there otherwise; `surface`, that the colour is for a wall or
    floor behind what stands out. `roles` are those of the images in order, "" where the prompt gives none.
    """

    scene: Scene
    removes: bool = False
    replaces: bool = False
    adds: bool = False
    recolours: bool = False
    alters: bool = False
    surface: bool = False
    cut_out: bool = False
    props: tuple[PropRequest, ...] = ()
    looks: tuple[str, ...] = ()
    colour: str | None = None
    backdrop: str = ""
    letters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    is_variation: bool = False

    @property
    def names_a_scene(self) -> bool:
        """Whether the prompt names something that the drawing demo can draw."""
        return self.scene.understood and self.scene.kind != "abstract"


def parse_instruction(prompt: str) -> Instruction:
    """Read any prompt at all; what is not understood is left for the scene painter."""
    text = clean_text(prompt[: MAX_CHARACTERS * 5])
    if not text:
        return Instruction(parse_prompt(""), is_variation=True)
    plain = remove_quotes(text)[:MAX_CHARACTERS].lower()
    roles, rest = parse_image_roles(joined(plain))
    clauses = split_clauses(rest)
    looks = tuple(find_all(words.LOOKS, " ; ".join(clauses))[:_MOST_LOOKS])
    found = ParsedClauses()
    for clause in clauses:
        read_clause(_without_looks(clause, looks), found)
    return Instruction(
        scene=_scene(text, found, looks),
        removes=found.removes,
        replaces=found.replaces,
        adds=found.adds,
        recolours=found.recolours,
        alters=found.alters,
        surface=found.surface,
        cut_out=found.cut_out or "transparent" in plain or "透明" in plain,
        props=tuple(found.props[:_MOST_PROPS]),
        looks=looks,
        colour=found.colour,
        backdrop=found.backdrop,
        letters=find_quotes(text) if not found.removes else (),
        roles=roles,
    )


def _scene(text: str, found: ParsedClauses, looks: tuple[str, ...]) -> Scene:
    whole = parse_prompt(text)
    style = next((look for look in looks if look in _SCENE_STYLES), None)
    quoted = () if found.removes else whole.quotes
    return replace(parse_prompt(" ; ".join(found.targets)), chinese=whole.chinese, quotes=quoted, style=style)


def _without_looks(clause: str, looks: tuple[str, ...]) -> str:
    for look in looks:
        if look in _WORDY_LOOKS:
            for word in words.LOOKS[look].split("|"):
                clause = clause.replace(word, " ")
    return clause


_PIECES = re.compile(r"[,;.，；。、\n]|\band\b|和")


def parse_image_roles(text: str) -> tuple[tuple[str, ...], str]:
    """The roles of the images in order ("" where none is given), and the text without the pieces that gave them."""
    found: dict[int, str] = {}
    rest = []
    for piece in _PIECES.split(text):
        place = _first_named(piece)
        role = find_first(ROLES, _said(piece, place)) if place is not None else None
        if place is None or role is None or place in found:
            rest.append(piece)
        else:
            found[place] = role
    roles = tuple(found.get(index, "") for index in range(max(found, default=-1) + 1))
    return roles, " , ".join(rest)


def _first_named(piece: str) -> int | None:
    """The index of the image that the piece names first."""
    starts = {match.start(): index for index, ordinal in enumerate(ORDINALS) if (match := re.search(ordinal, piece))}
    return starts[min(starts)] if starts else None


def _said(piece: str, place: int | None) -> str:
    """What the piece says about its image: behind the ordinal, up to another image or a purpose."""
    if place is None:
        return ""
    match = re.search(ORDINALS[place], piece)
    behind = piece[match.end() :] if match else piece
    return re.split(r"\bto (?:place|put|be)\b|\b(?:into|onto)\b|放[入进到在]", behind)[0]
