"""Which composition draws which kind of scene, and how it behaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..art import Art
from . import (
    abstract,
    animal,
    architecture,
    city,
    desert,
    emblem,
    forest,
    garden,
    interior,
    mountains,
    pattern,
    portrait,
    poster,
    sea,
    space,
    street,
    table,
    vessel,
)


@dataclass(frozen=True, slots=True)
class Composition:
    """`times` are its usual times of day; `stands_free` says its subject can do without a background."""

    paint: Callable[[Art], None]
    times: tuple[str, ...]
    letters_itself: bool = False
    stands_free: bool = False


def _poster(art: Art) -> None:
    """A poster of shapes, or of the scene that the prompt wants on it."""
    inner = art.scene.inner
    if inner is None or art.scene.style == "bauhaus":
        poster.paint(art)
    else:
        poster.frame(art, COMPOSITIONS[inner].paint)


COMPOSITIONS: Mapping[str, Composition] = {
    "street": Composition(street.paint, ("neon",), letters_itself=True),
    "mountains": Composition(mountains.paint, ("dawn", "day", "sunset")),
    "poster": Composition(_poster, ("day", "sunset", "dawn"), letters_itself=True),
    "vessel": Composition(vessel.paint, ("day",), letters_itself=True, stands_free=True),
    "table": Composition(table.paint, ("day",), letters_itself=True, stands_free=True),
    "garden": Composition(garden.paint, ("day", "dawn"), letters_itself=False),
    "portrait": Composition(portrait.paint, ("day",), letters_itself=True, stands_free=True),
    "animal": Composition(animal.paint, ("day",), letters_itself=True, stands_free=True),
    "emblem": Composition(emblem.paint, ("day",), letters_itself=True, stands_free=True),
    "pattern": Composition(pattern.paint, ("day",), letters_itself=True),
    "interior": Composition(interior.paint, ("day",), letters_itself=True),
    "architecture": Composition(architecture.paint, ("sunset", "day", "night")),
    "city": Composition(city.paint, ("night", "sunset", "dawn")),
    "forest": Composition(forest.paint, ("day", "dawn")),
    "desert": Composition(desert.paint, ("sunset", "day")),
    "space": Composition(space.paint, ("night",)),
    "abstract": Composition(abstract.paint, ("day",), letters_itself=True),
    "sea": Composition(sea.paint, ("day", "sunset", "dawn")),
}
