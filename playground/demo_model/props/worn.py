"""Props that are worn: a hat, glasses and a crown."""

import math

from ..paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ..paint.colour import colour
from ..paint.curves import parse_outline
from .prop_shapes import canvas_points, draw_gloss, shape


def draw_hat(art: Art, tint: Colour) -> None:
    """Draw a felt hat with a dented crown, a ribbon and a curved brim."""
    height, unit, canvas = art.height, art.unit, art.canvas
    brim = [(0.01, 0.7), (0.12, 0.66), (0.3, 0.63), (0.7, 0.63), (0.88, 0.66), (0.99, 0.7), (0.9, 0.86), (0.7, 0.95)]
    brim += [(0.5, 0.97), (0.3, 0.95), (0.1, 0.86)]
    plate = shape(art, brim)
    canvas.paint(plate, Ramp([tone(tint, light=0.02), tone(tint, light=-0.1)]))
    canvas.light(plate.rim(0, height * 0.03, unit * 0.02), WHITE, 0.12)
    top = parse_outline("0.23,0.8 0.245,0.45 0.3,0.16 0.38,0.05 0.5,0.1 0.62,0.05 0.7,0.16 0.755,0.45")
    top += [(0.77, 0.8), (0.65, 0.865), (0.5, 0.885), (0.35, 0.865)]
    # The crown is drawn over the brim, and throws its shadow on it.
    crown_of_hat = shape(art, top)
    canvas.shadow(crown_of_hat.moved(0, height * 0.03).times(plate), unit * 0.03, 0.5)
    sides = [tone(tint, light=-0.06), tone(tint, light=0.13), tone(tint, light=0.03), tone(tint, light=-0.14)]
    canvas.paint(crown_of_hat, Ramp(sides, "across", (0, 0.3, 0.6, 1)))
    dent = shape(art, parse_outline("0.4,0.07 0.5,0.12 0.6,0.07 0.56,0.3 0.5,0.38 0.44,0.3"))
    soft = dent.soft(unit * 0.03).times(crown_of_hat)
    canvas.shade(soft, tone(tint, light=-0.2), 0.75)
    whole = art.polygon(canvas_points(art, _ribbon())).times(crown_of_hat)
    # Mostly red, with a quarter of the hue opposite to the felt's.
    cloth = mix(tone(tint, turn=180, rich=0.25), colour("c8433f"), 0.75)
    canvas.paint(whole, Ramp([tone(cloth, light=-0.06), tone(cloth, light=0.07), tone(cloth, light=-0.12)], "across"))
    reach = unit * 0.012
    canvas.light(crown_of_hat.rim(reach, reach, reach), WHITE, 0.22)


def _ribbon() -> list[Point]:
    upper = [(0.2 + 0.6 * k / 12, 0.62 + 0.075 * math.sin(math.pi * k / 12)) for k in range(13)]
    under = [(x, y + 0.17) for x, y in reversed(upper)]
    return [*upper, *under]


def draw_glasses(art: Art, tint: Colour) -> None:
    """Draw sunglasses: rounded dark lenses that mirror the sky, a bridge and the roots of the arms."""
    frames, lenses = art.stencil(), art.stencil()
    for side in (-1, 1):
        outer = _lens(side, 1.0)
        frames.polygon(smooth_curve(canvas_points(art, outer), 10, closed=True))
        lenses.polygon(smooth_curve(canvas_points(art, _lens(side, 0.84)), 10, closed=True))
        arm = canvas_points(art, [(0.5 + side * 0.44, 0.2), (0.5 + side * 0.495, 0.17), (0.5 + side * 0.495, 0.34)])
        frames.polygon([*arm, *canvas_points(art, [(0.5 + side * 0.44, 0.4)])])
    bridge = [(0.42, 0.36), (0.46, 0.24), (0.5, 0.21), (0.54, 0.24), (0.58, 0.36)]
    frames.line(smooth_curve(canvas_points(art, bridge), 8), art.height * 0.085)
    frame = frames.mask()
    art.canvas.paint(frame, Ramp([tone(tint, light=0.08), tint, mix(tint, BLACK, 0.4)]))
    reach = art.height * 0.02
    art.canvas.light(frame.rim(reach * 0.5, reach, reach * 0.6), WHITE, 0.45)
    glass = lenses.mask()
    smoke = mix(tint, colour("1a2233"), 0.75)
    art.canvas.paint(glass, Ramp([mix(smoke, BLACK, 0.35), smoke, mix(smoke, colour("7f93ad"), 0.5)]))
    for side in (-1, 1):
        x = 0.5 + side * 0.245
        streak = [(x - 0.1, 0.2), (x - 0.045, 0.16), (x - 0.085, 0.72), (x - 0.125, 0.6)]
        art.canvas.paint(shape(art, streak, round_off=False).times(glass), WHITE, 0.2)
        thin = [(x - 0.025, 0.15), (x - 0.008, 0.15), (x - 0.05, 0.78), (x - 0.064, 0.76)]
        art.canvas.paint(shape(art, thin, round_off=False).times(glass), WHITE, 0.16)


def _lens(side: int, share: float) -> list[Point]:
    """Return the outline of one lens around its centre, scaled by a share."""
    x, y = 0.5 + side * 0.245, 0.48
    inner = parse_outline("-0.2,-0.36 0,-0.4 0.2,-0.36 0.215,0.02 0.14,0.36 0,0.44 -0.15,0.38 -0.21,0.04")
    return [(x + side * dx * share, y + dy * share) for dx, dy in inner]


_JEWELS = ("c7263e", "2f6fc9", "2f9d6b")


def draw_crown(art: Art, tint: Colour) -> None:
    """Draw a crown of five points with pearls, a band with jewels, and the dark inside of its far rim."""
    dark, light = tone(tint, light=-0.24), tone(tint, light=0.2)
    far = art.ellipse(art.width * 0.5, art.height * 0.66, art.width * 0.415, art.height * 0.11)
    # The far half, which shows between the near points.
    back = shape(art, _points(0.60, (0.2, 0.34, 0.5, 0.66, 0.8), 0.3), round_off=False)
    art.canvas.paint(back, Ramp([tone(tint, light=-0.12), tone(tint, light=-0.3)]))
    art.canvas.paint(far, tone(tint, light=-0.34))
    front = art.polygon(_front(art))
    metal = [tone(tint, light=-0.14), tint, light, tint, tone(tint, light=-0.06), light, tone(tint, light=-0.2)]
    art.canvas.paint(front, Ramp(metal, "across"))
    edge = art.unit * 0.014
    art.canvas.light(front.rim(edge, edge, edge * 0.6), mix(light, WHITE, 0.6), 0.8)
    art.canvas.shade(front.rim(-edge, -edge, edge), dark, 0.6)
    _draw_band(art, tint, front)
    for index, (x, y) in enumerate(_tips()):
        radius = art.width * (0.038 if index != 2 else 0.046)
        pearl = art.ellipse(x * art.width, y * art.height, radius)
        art.canvas.paint(pearl, Ramp([mix(light, WHITE, 0.5), tint, dark], "down"))
        draw_gloss(art, x - 0.012, y - 0.018, 0.011, 0.014)


def _tips() -> list[Point]:
    return [(0.075, 0.27), (0.28, 0.15), (0.5, 0.075), (0.72, 0.15), (0.925, 0.27)]


def _front(art: Art) -> list[Point]:
    """Return the near wall: points on top, a bowed foot below."""
    left, second, middle, fourth, right = _tips()
    top = [left, (0.2, 0.56), second, (0.39, 0.52), middle, (0.61, 0.52), fourth, (0.8, 0.56), right]
    foot = [(0.5 + 0.405 * math.cos(a), 0.84 + 0.115 * math.sin(a)) for a in (math.pi * k / 16 for k in range(17))]
    return canvas_points(art, [*top, *foot])


def _points(base: float, tips: tuple[float, ...], tall: float) -> list[Point]:
    line: list[Point] = [(0.1, base)]
    for tip in tips:
        line += [(tip - 0.06, base - 0.05), (tip, tall), (tip + 0.06, base - 0.05)]
    return [*line, (0.9, base), (0.88, base + 0.12), (0.12, base + 0.12)]


def _draw_band(art: Art, tint: Colour, front: Mask) -> None:
    """Draw two bowed ridges along the foot, and jewels between them."""
    for down, thick in ((0.72, 0.02), (0.9, 0.028)):
        path = [
            (0.5 + 0.4 * math.cos(a), down - 0.055 + 0.075 * math.sin(a))
            for a in (math.pi * k / 20 for k in range(21))
        ]
        ridge = art.line(canvas_points(art, path), art.height * thick).times(front)
        art.canvas.paint(ridge, tone(tint, light=0.16))
        art.canvas.shade(ridge.moved(0, art.height * 0.022).times(front), tone(tint, light=-0.22), 0.7)
    for index, x in enumerate((0.2, 0.35, 0.5, 0.65, 0.8)):
        # Jewels follow the bow of the band: a half ellipse 0.84 wide.
        y = 0.805 + 0.075 * math.sin(math.acos(min(max((x - 0.5) / 0.42, -1), 1))) - 0.05
        stone = colour(_JEWELS[(index + 1) % 3 if index != 2 else 0])
        wide = (0.034 if index != 2 else 0.05) * (1.1 - abs(x - 0.5))
        rim = art.stencil().ellipse(x * art.width, y * art.height, wide * art.width * 1.25, wide * art.width * 1.35)
        art.canvas.paint(rim, tone(tint, light=-0.2))
        gem = art.stencil().ellipse(x * art.width, y * art.height, wide * art.width, wide * art.width * 1.1)
        art.canvas.paint(gem, Ramp([tone(stone, light=0.18), stone, tone(stone, light=-0.14)]))
        draw_gloss(art, x - wide * 0.3, y - wide * 0.5, wide * 0.28, wide * 0.3, strength=0.85)
