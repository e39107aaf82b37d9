"""The drawing toolkit. What nearly every scene needs is exported here, the rest stands in the modules."""

from .art import Art
from .colour import BLACK, WHITE, Colour, mix, tone
from .curves import Point, smooth_curve
from .fills import Ramp
from .mask import Mask

__all__ = ["BLACK", "WHITE", "Art", "Colour", "Mask", "Point", "Ramp", "mix", "smooth_curve", "tone"]
