"""What an edit's prompt asks for."""

from dataclasses import dataclass, replace
from typing import Final

from ..quotes import quotes, without_quotes
from ..reading import Scene, clean, read
from . import vocabulary as say
from .clauses import Findings, Wanted, clauses_of, joined, read_clause
from .finding import find_all
from .roles import roles_of

_READ_MOST: Final = 8_000
_MOST_THINGS, _MOST_LOOKS = 6, 3
_SCENE_STYLES: Final = frozenset({"pixel", "pencil", "ink", "watercolour", "oil", "mono", "vintage"})
# Their words name colours or places, which are not wished for.
_WORDY_LOOKS: Final = frozenset({"mono", "sepia", "ink", "oil", "flat", "autumn"})


@dataclass(frozen=True, slots=True)
class Wish:
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
    things: tuple[Wanted, ...] = ()
    looks: tuple[str, ...] = ()
    colour: str | None = None
    ground: str = ""
    letters: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    is_variation: bool = False

    @property
    def names_a_scene(self) -> bool:
        """Whether the prompt names something that the drawing demo can draw."""
        return self.scene.understood and self.scene.kind != "abstract"


def understand(prompt: str) -> Wish:
    """Read any prompt at all; what is not understood is left for the scene painter."""
    text = clean(prompt[: _READ_MOST * 5])
    if not text:
        return Wish(read(""), is_variation=True)
    plain = without_quotes(text)[:_READ_MOST].lower()
    roles, rest = roles_of(joined(plain))
    clauses = clauses_of(rest)
    looks = tuple(find_all(say.LOOKS, " ; ".join(clauses))[:_MOST_LOOKS])
    found = Findings()
    for clause in clauses:
        read_clause(_without_looks(clause, looks), found)
    return Wish(
        scene=_scene(text, found, looks),
        removes=found.removes,
        replaces=found.replaces,
        adds=found.adds,
        recolours=found.recolours,
        alters=found.alters,
        surface=found.surface,
        cut_out=found.cut_out or "transparent" in plain or "透明" in plain,
        things=tuple(found.things[:_MOST_THINGS]),
        looks=looks,
        colour=found.colour,
        ground=found.ground,
        letters=quotes(text) if not found.removes else (),
        roles=roles,
    )


def _scene(text: str, found: Findings, looks: tuple[str, ...]) -> Scene:
    whole = read(text)
    style = next((look for look in looks if look in _SCENE_STYLES), None)
    quoted = () if found.removes else whole.quotes
    return replace(read(" ; ".join(found.targets)), chinese=whole.chinese, quotes=quoted, style=style)


def _without_looks(clause: str, looks: tuple[str, ...]) -> str:
    for look in looks:
        if look in _WORDY_LOOKS:
            for word in say.LOOKS[look].split("|"):
                clause = clause.replace(word, " ")
    return clause
