"""Hair for portraits: behind the head, and around the face."""

from ...paint import BLACK, Art, Mask, Ramp, smooth_curve, tone
from ...paint.curves import parse_outline
from .facial_features import Head

_BACK: dict[str, str] = {
    "long": "0,-1.22 0.75,-1.08 1.2,-0.5 1.24,0.3 1.42,1.1 1.36,2 0.8,2.3 0.4,1.6",
    "bob": "0,-1.2 0.76,-1.06 1.22,-0.48 1.3,0.25 1.22,0.86 0.85,1.02 0.5,0.8",
    "bun": "0,-1.16 0.68,-1.02 1.05,-0.5 1.04,0.1 0.9,0.5 0.5,0.6",
    "short": "0,-1.18 0.68,-1.06 1.04,-0.6 1.06,-0.05 0.9,0.2 0.5,0.2",
    "side": "0,-1.2 0.7,-1.08 1.07,-0.62 1.05,0 0.9,0.2 0.5,0.2",
}
_FRONT: dict[str, str] = {
    "long": (
        "-1.1,0.5 -1.22,-0.4 -0.8,-1.12 0,-1.26 0.8,-1.12 1.22,-0.4 1.1,0.5 "
        "0.98,-0.12 0.55,-0.55 -0.1,-0.86 -0.62,-0.5 -0.98,-0.1"
    ),
    "bob": (
        "-1.2,0.62 -1.26,-0.4 -0.8,-1.12 0,-1.24 0.8,-1.12 1.26,-0.4 1.2,0.62 "
        "0.98,0.3 0.92,-0.34 0.3,-0.4 -0.3,-0.4 -0.92,-0.34 -0.98,0.3"
    ),
    "bun": (
        "-1,0.1 -1.06,-0.5 -0.7,-1.06 0,-1.18 0.7,-1.06 1.06,-0.5 1,0.1 "
        "0.86,-0.35 0.4,-0.72 0,-0.78 -0.4,-0.72 -0.86,-0.35"
    ),
    "short": (
        "-1.02,0.08 -1.08,-0.6 -0.7,-1.12 0,-1.24 0.7,-1.12 1.08,-0.6 1.02,0.08 "
        "0.9,-0.3 0.76,-0.56 0.2,-0.62 -0.4,-0.56 -0.8,-0.5 -0.92,-0.28"
    ),
    "side": (
        "-1.02,0.1 -1.1,-0.6 -0.72,-1.14 0.05,-1.32 0.85,-1.14 1.12,-0.55 1.02,0.08 "
        "0.92,-0.3 0.8,-0.42 0.3,-0.8 -0.5,-0.62 -0.86,-0.42 -0.92,-0.2"
    ),
}


def draw_back_hair(art: Art, head: Head) -> None:
    half = parse_outline(_BACK[head.style])
    around = [*half, *((-dx, dy) for dx, dy in reversed(half[1:]))]
    shape = art.stencil().polygon(smooth_curve(head.path(around), 8, closed=True))
    if head.style == "bun":
        # The bun itself, behind the crown.
        shape.ellipse(*head.point(0, -1.36), head.wide * 0.46, head.wide * 0.42)
    mask = shape.mask()
    art.canvas.paint(mask, Ramp([head.hair, tone(head.hair, light=-0.05), tone(head.hair, light=-0.08)]))
    _draw_strands(art, head, mask, -0.05)


def draw_front_hair(art: Art, head: Head, face: Mask) -> None:
    """Paint the hair over the forehead, its shadow on the face, and a band of shine."""
    # Only these two have a parting, which lies on the side away from the light; the others are symmetrical.
    side = -head.light if head.style in ("long", "side") else 1
    around = [(dx * side, dy) for dx, dy in parse_outline(_FRONT[head.style])]
    mask = art.polygon(smooth_curve(head.path(around), 8, closed=True))
    art.canvas.shade(mask.moved(0, head.wide * 0.07).times(face).minus(mask), (150, 96, 90), 0.55)
    art.canvas.paint(mask, Ramp([tone(head.hair, light=0.05), head.hair, tone(head.hair, light=-0.05)]))
    _draw_strands(art, head, mask, 0.09)
    shine = smooth_curve(
        [head.point(head.light * dx, dy) for dx, dy in ((0.1, -1.06), (0.5, -0.96), (0.84, -0.66))], 8
    )
    gloss = art.line(shine, head.wide * 0.1).soft(head.wide * 0.05)
    art.canvas.light(gloss.times(mask), tone(head.hair, light=0.3), 0.6)


def _draw_strands(art: Art, head: Head, mask: Mask, light: float) -> None:
    """Draw fine lines from the crown down, lighter or darker than the hair."""
    if not art.detail:
        return
    rng, lines = art.rng(f"strands {light}"), art.stencil()
    for _ in range(art.more(0, 40, 110)):
        start, bend = rng.uniform(-0.5, 0.5), rng.uniform(0.9, 1.35)
        points = [
            head.point(start * (0.4 + bend * t * 2), -1.2 + t * (1.4 + abs(start) * 2.4))
            for t in (n / 8 for n in range(9))
        ]
        lines.line(smooth_curve(points, 3), head.wide * rng.uniform(0.008, 0.022), rng.randint(60, 190))
    tint = tone(head.hair, light=light) if light > 0 else tone(head.hair, light=light / 2)
    art.canvas.paint(lines.mask().times(mask), tint if light > 0 else tone(tint, light=-0.03), 0.7)
    art.canvas.shade(
        mask.rim(0, -head.wide * 0.05, head.wide * 0.04),
        tone(head.hair, light=-0.1) if max(head.hair) > 60 else BLACK,
        0.3,
    )
