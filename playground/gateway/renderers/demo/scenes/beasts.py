"""What tells animals apart, and where their faces lie."""

from dataclasses import dataclass

from ..colour import Colour, colour
from ..curves import Point


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells animals apart; colours are fur, light fur, dark marks and eyes."""

    ear: str
    cheeks: float
    fur: Colour
    light: Colour
    dark: Colour
    eye: Colour
    marks: str = ""
    slit: bool = False


def _traits(ear: str, cheeks: float, codes: str, marks: str = "", slit: bool = False) -> Traits:
    fur, light, dark, eye = (colour(code) for code in codes.split())
    return Traits(ear, cheeks, fur, light, dark, eye, marks, slit)


ANIMALS: dict[str, tuple[Traits, ...]] = {
    "dog": (
        _traits("flop", 0.95, "c98f55 f2e2c8 5a3a26 3a2418", "muzzle"),
        _traits("flop", 0.95, "6b4a36 e8d8c4 2e201a 3a2418", "muzzle"),
    ),
    "fox": (_traits("point", 1.14, "d9703a f8ece0 4a2a22 6a3f1a", "fox"),),
    "rabbit": (
        _traits("long", 0.98, "d8c8b8 f8f2ec 8a7468 3a2420", "muzzle"),
        _traits("long", 0.98, "f2eeea ffffff c8b8b0 b04a50", "muzzle"),
    ),
    "panda": (_traits("round", 1.12, "f4f2ee ffffff 26242a 1c1614", "panda"),),
    "bear": (_traits("round", 1.08, "8a5c3c d8b890 4a2e20 241610", "muzzle"),),
    "tiger": (_traits("round", 1.12, "e08a36 f8eedf 2a1c18 b88a2a", "tiger"),),
    "owl": (_traits("tuft", 1.06, "8a6a4e e8d8bc 4a3628 f0b030", "owl"),),
    "cat": (
        _traits("point", 1.1, "e0904a f8e6cf a85a26 7a9a3c", "tabby", True),
        _traits("point", 1.1, "8f8a86 e6e2dc 4c4846 c8a43a", "tabby", True),
        _traits("point", 1.1, "2c2a30 4a4850 161418 d8b23a", "", True),
        _traits("point", 1.1, "f0e8dc ffffff c8a88a 5a8ab8", "", True),
    ),
}


@dataclass(frozen=True, slots=True)
class Face:
    """Where the head is: middle and radius in pixels."""

    x: float
    y: float
    size: float

    def at(self, dx: float, dy: float) -> Point:
        """A point from shares of the radius."""
        return (self.x + dx * self.size, self.y + dy * self.size)

    def path(self, points: list[Point]) -> list[Point]:
        """Several points."""
        return [self.at(dx, dy) for dx, dy in points]
