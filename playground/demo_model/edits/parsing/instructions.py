"""Parse the prompt of an edit into an Instruction."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from ...prompt_parser import MAX_CHARACTERS, clean_text, parse_prompt
from ...quotes import find_quotes, remove_quotes
from ...scene import Scene
from ...word_search import find_all, find_first
from . import edit_vocabulary as words
from .clauses import EditActions, join_phrases, parse_clause, split_clauses
from .edit_vocabulary import ORDINALS, ROLES

# More props would cover the picture, more filters would leave nothing of it.
_MAX_PROPS, _MAX_FILTERS = 6, 3
_SCENE_STYLES: Final = frozenset({"pixel", "pencil", "ink", "watercolour", "oil", "mono", "vintage"})
# Filters whose words also name colours or places: those words are removed before colours and places are sought.
_AMBIGUOUS_FILTERS: Final = frozenset({"mono", "sepia", "ink", "oil", "flat", "autumn"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """A parsed prompt. An empty prompt asks for a variation.

    `scene` is the new content. `roles` are those of the images in order, "" where the prompt gives none. `notes` are
    the indices of images that are copies of the first one with annotations.
    """

    scene: Scene
    actions: EditActions = field(default_factory=EditActions)
    looks: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    notes: tuple[int, ...] = ()
    is_variation: bool = False

    @property
    def names_a_scene(self) -> bool:
        """Return whether the prompt names something that the demo can draw."""
        return self.scene.understood and self.scene.kind != "abstract"


def parse_instruction(prompt: str) -> Instruction:
    """Parse any prompt; words that name no action are left to the scene painter."""
    # Cut before cleaning, as in `parse_prompt`.
    text = clean_text(prompt[: MAX_CHARACTERS * 5])
    text, notes = _split_notes(text)
    if not text:
        return Instruction(parse_prompt(""), notes=notes, is_variation=True)
    plain = remove_quotes(text)[:MAX_CHARACTERS].lower()
    roles, rest = parse_image_roles(join_phrases(plain))
    clauses = split_clauses(rest)
    looks = tuple(find_all(words.LOOKS, " ; ".join(clauses))[:_MAX_FILTERS])
    actions = EditActions()
    for clause in clauses:
        parse_clause(_remove_filter_words(clause, looks), actions)
    del actions.props[_MAX_PROPS:]
    actions.cut_out |= "transparent" in plain or "透明" in plain
    # "Remove the word “Sale”" quotes what goes, not what comes.
    letters = find_quotes(text) if not actions.removes else ()
    return Instruction(_target_scene(text, actions, looks), actions, looks, letters, roles, notes)


def _split_notes(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the text without the sentences about copies with annotations, and the indices of these images."""
    found = re.findall(words.NOTES, text, re.IGNORECASE)
    indices = tuple(int(english or chinese) - 1 for english, chinese in found)
    return re.sub(words.NOTES, " ", text, flags=re.IGNORECASE).strip(), indices


def _target_scene(text: str, actions: EditActions, looks: tuple[str, ...]) -> Scene:
    whole = parse_prompt(text)
    style = next((look for look in looks if look in _SCENE_STYLES), None)
    quoted = () if actions.removes else whole.quotes
    return replace(parse_prompt(" ; ".join(actions.targets)), chinese=whole.chinese, quotes=quoted, style=style)


def _remove_filter_words(clause: str, looks: tuple[str, ...]) -> str:
    for look in looks:
        if look in _AMBIGUOUS_FILTERS:
            for word in words.LOOKS[look].split("|"):
                clause = clause.replace(word, " ")
    return clause


_PIECES = re.compile(r"[,;.，；。、\n]|\band\b|和")


def parse_image_roles(text: str) -> tuple[tuple[str, ...], str]:
    """Return the roles of the images in order ("" where none is given), and the text without those phrases."""
    parsed: dict[int, str] = {}
    rest = []
    for piece in _PIECES.split(text):
        place = _first_image_index(piece)
        role = find_first(ROLES, _role_phrase(piece, place)) if place is not None else None
        if place is None or role is None or place in parsed:
            rest.append(piece)
        else:
            parsed[place] = role
    roles = tuple(parsed.get(index, "") for index in range(max(parsed, default=-1) + 1))
    return roles, " , ".join(rest)


def _first_image_index(piece: str) -> int | None:
    """Return the index of the image that the piece names first."""
    starts = {match.start(): index for index, ordinal in enumerate(ORDINALS) if (match := re.search(ordinal, piece))}
    return starts[min(starts)] if starts else None


def _role_phrase(piece: str, place: int | None) -> str:
    """Return the text after the ordinal, up to another image or a purpose."""
    if place is None:
        return ""
    match = re.search(ORDINALS[place], piece)
    behind = piece[match.end() :] if match else piece
    return re.split(r"\bto (?:place|put|be)\b|\b(?:into|onto)\b|放[入进到在]", behind)[0]
