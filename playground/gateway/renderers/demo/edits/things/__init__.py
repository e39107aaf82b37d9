"""Single things that an edit can add, each drawn to fill a clear canvas of its own shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...art import Art
from ...colour import Colour, colour
from . import airy, heavenly, worn
from .crown import crown


@dataclass(frozen=True, slots=True)
class Thing:
    """How a thing is painted in a colour; its width divided by its height; its usual colour; its names."""

    paint: Callable[[Art, Colour], None]
    aspect: float
    usual: Colour
    english: str
    chinese: str


THINGS: Final[Mapping[str, Thing]] = {
    "crown": Thing(crown, 1.3, colour("e8b23a"), "a crown", "皇冠"),
    "hat": Thing(worn.hat, 1.7, colour("3b3f55"), "a hat", "帽子"),
    "glasses": Thing(worn.glasses, 2.7, colour("23242b"), "glasses", "眼镜"),
    "heart": Thing(airy.heart, 1.08, colour("e0334c"), "a heart", "爱心"),
    "balloon": Thing(airy.balloon, 0.56, colour("e8443f"), "a balloon", "气球"),
    "flower": Thing(airy.flower, 1.0, colour("f27ca0"), "a flower", "花"),
    "star": Thing(heavenly.star, 1.05, colour("f7c948"), "a star", "星星"),
    "moon": Thing(heavenly.moon, 1.0, colour("f6e7b4"), "a moon", "月亮"),
    "sun": Thing(heavenly.sun, 1.0, colour("ffb52e"), "a sun", "太阳"),
}

__all__ = ["THINGS", "Thing"]
