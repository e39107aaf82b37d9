"""People in a street, seen from behind."""

from ...paint import BLACK, Art, mix
from ...paint.curves import parse_outline
from .road import StreetView


def draw_pedestrians(art: Art, view: StreetView) -> None:
    """Draw a figure under an umbrella, seen from behind, with light around the edges."""
    rng = art.rng("walker")
    # Both get their random place before one is left out, so that quality moves nobody.
    for scale, offset in ((0.34, rng.uniform(-0.2, 0.25)), (0.2, rng.uniform(-0.5, 0.5)))[: art.more(1, 2, 2)]:
        x, foot = view.x + view.wide * scale * offset, view.y + view.drop * scale
        tall = art.height * 0.36 * scale
        body = art.stencil()
        body.ellipse(x, foot - tall * 0.9, tall * 0.065)
        body.polygon(parse_outline("-0.12,-0.8 0.12,-0.8 0.15,-0.3 -0.15,-0.3", x, foot, tall))
        body.rectangle(x - tall * 0.09, foot - tall * 0.32, x - tall * 0.015, foot)
        body.rectangle(x + tall * 0.03, foot - tall * 0.32, x + tall * 0.1, foot - tall * 0.03)
        if art.scene.weather == "rain" or art.scene.shows("umbrella"):
            body.polygon(
                [
                    (x + tall * 0.36 * dx, foot - tall * (0.98 + dy))
                    for dx, dy in parse_outline(
                        "-1,0 -0.8,0.12 -0.4,0.2 0,0.23 0.4,0.2 0.8,0.12 1,0 0.5,0.035 0,0 -0.5,0.035"
                    )
                ]
            )
        shape = body.mask()
        art.canvas.paint(shape, mix(art.palette.near, BLACK, 0.35))
        # Two colours of light from two sides: without them a dark figure is lost on a dark road.
        art.canvas.light(shape.rim(tall * 0.012, tall * 0.012), art.palette.accents[0], 0.9)
        art.canvas.light(shape.rim(-tall * 0.012, tall * 0.01), art.palette.accents[1], 0.8)
