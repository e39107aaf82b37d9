"""A car seen from the side, open when the prompt asks for a convertible, on a road by the sea or before hills.

Places are shares of half the car's length, from the middle of the wheelbase on the ground, y upwards.
"""

import math

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.curves import parse_outline, ridge_heights, ridge_outline
from ...paint.effects import draw_precipitation
from ...paint.palette import named_colour
from ...paint.skies import draw_sky

_PAINTS = ("c8332b", "d98a2b", "2f5f8f", "3c7a68", "e4e0d8")
_BODY = (
    "-1,0.17 -1.02,0.33 -0.98,0.45 -0.8,0.5 -0.45,0.515 0.1,0.52 0.4,0.5 0.72,0.45 0.93,0.37 1.01,0.27 1,0.16 "
    "0.9,0.115 0,0.105 -0.92,0.115"
)
_ROOF = "-0.8,0.49 -0.56,0.68 -0.3,0.775 -0.05,0.785 0.13,0.73 0.44,0.49"
_SIDE_WINDOWS = (
    "-0.64,0.53 -0.5,0.67 -0.3,0.735 -0.22,0.74 -0.22,0.53",
    "-0.18,0.53 -0.18,0.745 -0.04,0.745 0.1,0.695 0.32,0.53",
)
_WHEELS = (-0.6, 0.61)
_RADIUS = 0.17


class Car:
    """The position of the car: middle and ground in pixels, half its length, its direction (1 right)."""

    def __init__(self, x: float, ground: float, half: float, way: int) -> None:
        self.x, self.ground, self.half, self.way = x, ground, half, way

    def point(self, dx: float, dy: float) -> Point:
        return (self.x + self.way * dx * self.half, self.ground - dy * self.half)

    def path(self, text: str) -> list[Point]:
        """Return an outline of the car in pixels, from points written as "x,y x,y"."""
        return [self.point(dx, dy) for dx, dy in parse_outline(text)]


def paint(art: Art) -> None:
    """Paint the surroundings, then the car; quoted words become a title."""
    rng = art.rng("car")
    way = rng.choice((-1, 1))
    # The car takes 80 % of the width, unless the picture is a low panorama.
    half = min(art.width * 0.4, art.height * 0.62)
    car = Car(art.width / 2, art.height * 0.5 + half * (0.36 if art.clear else 0.5), half, way)
    tint = named_colour(art.scene.colours[0]) if art.scene.colours else colour(rng.choice(_PAINTS))
    if not art.clear:
        _draw_surroundings(art, car)
    shadow = art.stencil().ellipse(car.x, car.ground, half * 1.04, half * 0.05)
    art.canvas.shadow(shadow, half * 0.04, 0.75)
    _draw_body(art, car, tint)
    for place in _WHEELS:
        _draw_wheel(art, car, place)
    _draw_lights(art, car)
    if not art.clear and art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)
    draw_title(art, (0.14,))


def _draw_surroundings(art: Art, car: Car) -> None:
    """Draw sky, then the sea or hills, a guard rail, and asphalt with a broken line."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    horizon, kerb = car.ground - car.half * 0.62, car.ground - car.half * 0.16
    draw_sky(art, horizon + 2, lamp=(width * (0.5 - car.way * 0.32), horizon - height * 0.2))
    if art.scene.shows("sea"):
        sea = art.stencil().rectangle(0, horizon, width, kerb + 2)
        deep = mix(palette.sky[0], palette.accents[2], 0.45)
        canvas.paint(sea, Ramp([mix(deep, palette.haze, 0.55), deep]))
        rng, glints = art.rng("glints"), art.stencil()
        for _ in range(art.more(40, 140, 260)):
            depth = rng.random() ** 1.5
            y = horizon + (kerb - horizon) * depth
            glints.ellipse(rng.uniform(0, width), y, unit * rng.uniform(0.005, 0.03), unit * 0.0012)
        canvas.light(glints, mix(palette.glow, WHITE, 0.3), 0.5)
    else:
        for layer in range(3):
            heights = ridge_heights(art.rng(f"hill {layer}"), 0.45, 6)
            base = horizon - height * (0.05 - 0.04 * layer)
            hill = mix(mix(palette.far, palette.haze, 0.45 - 0.2 * layer), palette.ground, 0.3 * layer)
            shape = art.stencil().polygon(ridge_outline(heights, width, base, height * 0.06, kerb + 2))
            canvas.paint(shape, Ramp([hill, mix(hill, palette.haze, 0.35)]))
    # The rail hides the edge where the road ends and the far view begins.
    rail = art.stencil().rectangle(0, kerb - car.half * 0.17, width, kerb - car.half * 0.12)
    for post in range(-6, 7):
        x = width / 2 + post * car.half * 0.42
        rail.rectangle(x - car.half * 0.012, kerb - car.half * 0.14, x + car.half * 0.012, kerb)
    canvas.paint(rail, Ramp([mix((226, 226, 224), palette.haze, 0.4), mix((120, 122, 126), palette.near, 0.3)]))
    asphalt = mix((92, 93, 99), palette.near, 0.6 if palette.dark else 0.12)
    road = art.stencil().rectangle(0, kerb, width, height)
    canvas.paint(road, Ramp([mix(asphalt, palette.haze, 0.35), asphalt, mix(asphalt, BLACK, 0.25)]))
    lines = art.stencil().rectangle(0, kerb + unit * 0.006, width, kerb + unit * 0.012)
    for dash in range(-3, 4):
        x, y = width / 2 + dash * car.half * 0.8, car.ground + car.half * 0.2
        lines.polygon(
            [(x, y), (x + car.half * 0.4, y), (x + car.half * 0.42, y + car.half * 0.025), (x, y + car.half * 0.025)]
        )
    canvas.paint(lines, mix(WHITE, asphalt, 0.2), 0.85)


def _draw_body(art: Art, car: Car, tint: Colour) -> None:
    """Draw roof or open cockpit, then the painted body with its shoulder line, doors and wheel arches."""
    if art.scene.shows("convertible"):
        _draw_cockpit(art, car)
    else:
        roof = art.polygon(smooth_curve(car.path(_ROOF), 8))
        art.canvas.paint(roof, Ramp([tone(tint, light=0.14), tint, tone(tint, light=-0.08)]))
        glass = art.stencil()
        for text in _SIDE_WINDOWS:
            glass.polygon(car.path(text))
        _draw_glass(art, glass.mask())
    whole = art.stencil().polygon(smooth_curve(car.path(_BODY), 8, closed=True))
    for place in _WHEELS:
        # Wheel arches are cut out of the body; the dark inside shows behind the wheels.
        whole.ellipse(*car.point(place, _RADIUS), car.half * _RADIUS * 1.16, ink=0)
    body = whole.mask()
    inside = art.stencil()
    for place in _WHEELS:
        inside.ellipse(*car.point(place, _RADIUS), car.half * _RADIUS * 1.18)
    art.canvas.paint(inside, (20, 20, 24))
    shades = [tone(tint, light=0.2), tone(tint, light=0.04), tint, tone(tint, light=-0.12), tone(tint, light=-0.24)]
    art.canvas.paint(body, Ramp(shades, "down", (0, 0.2, 0.45, 0.75, 1)))
    shoulder = art.stencil().line(
        smooth_curve(car.path("-0.95,0.41 -0.4,0.44 0.3,0.435 0.9,0.33"), 8), car.half * 0.012
    )
    art.canvas.light(shoulder.mask().soft(car.half * 0.006).times(body), WHITE, 0.6)
    seams = art.stencil().line(car.path("-0.24,0.5 -0.27,0.3 -0.22,0.14"), car.half * 0.007)
    seams.line(car.path("0.34,0.5 0.36,0.3 0.3,0.14"), car.half * 0.007)
    seams.rectangle(*car.point(-0.18, 0.4), *car.point(-0.08, 0.385), car.half * 0.006)
    art.canvas.paint(seams.mask().times(body), tone(tint, light=-0.3), 0.7)
    sill = art.stencil().rectangle(*car.point(-0.42, 0.145), *car.point(0.42, 0.11))
    art.canvas.paint(sill.mask().times(body), mix(tint, BLACK, 0.7), 0.8)
    art.canvas.light(body.rim(0, car.half * 0.012, car.half * 0.008), mix(art.palette.glow, WHITE, 0.4), 0.55)


def _draw_cockpit(art: Art, car: Car) -> None:
    """Draw seats, a raked windscreen and the folded roof."""
    leather = mix((150, 104, 70), art.palette.near, 0.3 if art.palette.dark else 0.0)
    for text in (
        "-0.5,0.5 -0.5,0.64 -0.42,0.68 -0.34,0.64 -0.32,0.5",
        "-0.12,0.5 -0.13,0.62 -0.06,0.66 0.01,0.62 0.02,0.5",
    ):
        seat = art.polygon(smooth_curve(car.path(text), 6, closed=True))
        art.canvas.paint(seat, Ramp([tone(leather, light=0.08), tone(leather, light=-0.12)]))
    _draw_glass(art, art.polygon(car.path("0.4,0.51 0.17,0.7 0.13,0.7 0.27,0.51")))
    frame = art.stencil().line(car.path("0.41,0.5 0.17,0.71 0.12,0.71"), car.half * 0.018)
    frame.polygon(smooth_curve(car.path("-0.86,0.49 -0.8,0.555 -0.6,0.565 -0.52,0.5"), 6, closed=True))
    frame.line(car.path("0.14,0.5 0.09,0.58"), car.half * 0.016)
    art.canvas.paint(frame, (38, 36, 40))


def _draw_glass(art: Art, shape: Mask) -> None:
    palette = art.palette
    dark = mix((36, 46, 58), palette.sky[0], 0.35)
    art.canvas.paint(shape, Ramp([mix(palette.sky[-1], dark, 0.35), mix(palette.sky[0], dark, 0.6), dark]), 0.94)


def _on_canvas(art: Art, mask: Mask) -> Mask:
    return mask.within((0, 0, art.width, art.height))


def _draw_wheel(art: Art, car: Car, place: float) -> None:
    (x, y), radius = car.point(place, _RADIUS), car.half * _RADIUS
    art.canvas.paint(art.ellipse(x, y, radius), Ramp([(52, 52, 56), (18, 18, 20)]))
    art.canvas.paint(art.ellipse(x, y, radius * 0.7), Ramp([(206, 208, 212), (120, 122, 128)]))
    art.canvas.paint(art.ellipse(x, y, radius * 0.62), (40, 41, 46))
    spokes = art.stencil()
    for index in range(10):
        angle = math.tau * index / 10 + 0.2
        spokes.line(
            [(x, y), (x + math.cos(angle) * radius * 0.66, y + math.sin(angle) * radius * 0.66)], radius * 0.09
        )
    art.canvas.paint(spokes, Ramp([(232, 234, 238), (150, 152, 158)]))
    art.canvas.paint(art.ellipse(x, y, radius * 0.13), (90, 92, 98))


def _draw_lights(art: Art, car: Car) -> None:
    head = art.polygon(smooth_curve(car.path("0.82,0.385 0.95,0.315 0.985,0.265 0.9,0.31"), 6, closed=True))
    tail = art.polygon(car.path("-1,0.43 -0.93,0.43 -0.95,0.37 -1.015,0.37"))
    art.canvas.paint(head, (250, 246, 230))
    art.canvas.paint(tail, (206, 34, 36))
    if art.palette.dark and not art.clear:
        art.canvas.glow(head, (255, 244, 210), car.half * 0.08, 1.0)
        beam = art.polygon([car.point(0.97, 0.3), car.point(2.6, 0.22), car.point(2.6, -0.12)])
        art.canvas.light(beam.soft(car.half * 0.06), (255, 240, 200), 0.35)
        art.canvas.glow(tail, (255, 60, 50), car.half * 0.06, 0.9)
