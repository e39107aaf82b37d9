"""Plates, saucers and bowls seen from above."""

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..fills import Ramp


def plate(art: Art, x: float, y: float, radius: float, glaze: Colour) -> None:
    """A plate, saucer or bowl: shadow, rim, hollow."""
    disc = art.stencil().ellipse(x, y, radius).mask()
    art.canvas.shadow(disc.moved(radius * 0.05, radius * 0.09), radius * 0.07, 0.5)
    art.canvas.paint(disc, Ramp([tone(glaze, light=0.05), tone(glaze, light=-0.1)]))
    art.canvas.shade(disc.rim(-radius * 0.03, -radius * 0.05, radius * 0.04), mix(glaze, BLACK, 0.5), 0.5)
    hollow = art.stencil().ellipse(x, y, radius * 0.88).mask()
    art.canvas.paint(hollow, Ramp([tone(glaze, light=-0.07), tone(glaze, light=0.02)]))
    art.canvas.light(disc.rim(radius * 0.012, radius * 0.02, radius * 0.008), WHITE, 0.5)
