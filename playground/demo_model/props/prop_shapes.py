"""Placing points on a thing's own canvas, and the shading that all things share."""

from collections.abc import Sequence

from ..paint import WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone


def canvas_points(art: Art, points: Sequence[Point]) -> list[Point]:
    """Convert points from shares (0 to 1) of the canvas's width and height to pixels."""
    return [(x * art.width, y * art.height) for x, y in points]


def shape(art: Art, points: Sequence[Point], *, round_off: bool = True) -> Mask:
    """Return a closed outline given in shares of the canvas, its corners rounded off if wanted."""
    placed = canvas_points(art, points)
    return art.polygon(smooth_curve(placed, 10, closed=True) if round_off else placed)


def draw_body(art: Art, form: Mask, tint: Colour, *, axis: str = "across") -> None:
    """Paint a form as something round: lit from the upper left, darker to the right and below."""
    bright, deep = tone(tint, light=0.1), tone(tint, light=-0.16, rich=0.04)
    # The brightest line lies a quarter in, not at the edge: that makes a form look round.
    ramp = Ramp([tint, bright, tint, deep], "down" if axis == "down" else "across", (0, 0.28, 0.6, 1))
    art.canvas.paint(form, ramp)
    reach = art.unit * 0.02
    art.canvas.light(form.rim(reach, reach, reach * 0.8), mix(tint, WHITE, 0.5), 0.55)
    dark = form.rim(-reach, -reach, reach * 0.9)
    art.canvas.shade(dark, tone(tint, light=-0.22), 0.6)


def draw_gloss(art: Art, x: float, y: float, rx: float, ry: float, turn: float = 0.0, strength: float = 0.75) -> None:
    """Draw a soft reflection of a window; centre and radii in shares of the canvas."""
    spot = art.ellipse(x * art.width, y * art.height, rx * art.width, ry * art.height, turn=turn)
    art.canvas.paint(spot.soft(art.unit * 0.012).times(_covered(art, spot)), WHITE, strength)


def _covered(art: Art, near: Mask) -> Mask:
    """Mask the pixels painted so far."""
    cover = art.canvas.cover
    return Mask(cover, 0, 0) if cover is not None else near
