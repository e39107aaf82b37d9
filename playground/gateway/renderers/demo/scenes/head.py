"""The head of a portrait: its place, size and colours."""

from dataclasses import dataclass

from ..colour import Colour
from ..curves import Point

SKINS = ("f3cdb0", "e6b18c", "c98a62", "9a6242", "6d4530")


HAIRS = ("2a2021", "4a2f26", "7a4a2c", "b5793f", "3a3a44", "a8442c")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the face is: its middle and half sizes in pixels, the lit side, and its colours."""

    x: float
    y: float
    wide: float
    tall: float
    light: int
    skin: Colour
    hair: Colour
    style: str

    def at(self, dx: float, dy: float) -> Point:
        """A point of the face from shares of its half sizes."""
        return (self.x + dx * self.wide, self.y + dy * self.tall)

    def path(self, points: tuple[Point, ...] | list[Point]) -> list[Point]:
        """Several points of the face."""
        return [self.at(dx, dy) for dx, dy in points]
