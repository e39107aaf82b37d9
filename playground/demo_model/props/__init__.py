"""Single things that an edit can add, each drawn to fill a clear canvas of its own shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..paint.art import Art
from ..paint.colour import Colour, colour
from . import ornaments, worn


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing to add: its painter, its width divided by its height, its usual colour, its names."""

    paint: Callable[[Art, Colour], None]
    aspect: float
    usual: Colour
    english: str
    chinese: str


PROPS: Final[Mapping[str, Prop]] = {
    "crown": Prop(worn.draw_crown, 1.3, colour("e8b23a"), "a crown", "皇冠"),
    "hat": Prop(worn.draw_hat, 1.7, colour("3b3f55"), "a hat", "帽子"),
    "glasses": Prop(worn.draw_glasses, 2.7, colour("23242b"), "glasses", "眼镜"),
    "heart": Prop(ornaments.draw_heart, 1.08, colour("e0334c"), "a heart", "爱心"),
    "balloon": Prop(ornaments.draw_balloon, 0.56, colour("e8443f"), "a balloon", "气球"),
    "flower": Prop(ornaments.draw_flower, 1.0, colour("f27ca0"), "a flower", "花"),
    "star": Prop(ornaments.draw_star, 1.05, colour("f7c948"), "a star", "星星"),
    "moon": Prop(ornaments.draw_moon, 1.0, colour("f6e7b4"), "a moon", "月亮"),
}
