"""A garden around a pond: layered foliage, a red bridge and a lantern when Japanese, koi, lilies, stones."""

from PIL import Image

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.curves import ridge_heights
from ...paint.effects import draw_mist, draw_precipitation, draw_rays, mirror_strip
from ...paint.skies import draw_sky
from .garden_props import draw_bridge, draw_koi, draw_lantern, draw_stones
from .trees import draw_bough, draw_tree_crown

type _Greens = tuple[Colour, Colour, Colour]


def paint(art: Art) -> None:
    """Paint the garden from the far trees to the near stones."""
    rng = art.rng("garden")
    shore = art.height * rng.uniform(0.47, 0.52)
    japanese = art.scene.shows("japanese", "koi") or rng.random() < 0.3
    draw_sky(art, shore, lamp=(art.width * 0.72, art.height * 0.12) if art.palette.dark else None)
    air = art.stencil().rectangle(0, 0, art.width, shore)
    art.canvas.paint(air, mix(art.palette.haze, art.palette.glow, 0.3), 0.15 if art.palette.dark else 0.5)
    _draw_trees(art, shore, japanese)
    _draw_bank(art, shore)
    if japanese:
        draw_lantern(art, art.width * rng.choice((0.2, 0.8)), shore + art.height * 0.005, art.unit * 0.2)
    if art.scene.shows("bridge") or japanese:
        draw_bridge(art, art.width * rng.uniform(0.45, 0.55), shore + art.height * 0.012, art.unit * 0.44)
    if not japanese or art.scene.shows("flower", "sunflower"):
        _draw_flowers(art, shore)
    _draw_pond(art, shore)
    _draw_lilies(art, shore)
    if art.scene.shows("koi", "pond") or japanese:
        _draw_shoal(art, shore)
    draw_stones(art, art.rng("stones"))
    _draw_overhang(art, japanese)
    if art.detail and not art.palette.dark:
        draw_rays(art, (art.width * 0.95, -art.height * 0.1), art.rng("rays"), 7, art.palette.glow, 0.16)
    _draw_weather(art, shore)


def greens(art: Art, depth: float) -> _Greens:
    """Return leaf colours, dark, middle and lit; `depth` 0 is far in the haze and 1 near."""
    leaf = mix((74, 118, 70), art.palette.accents[2], 0.14)
    leaf = mix(leaf, art.palette.near, 0.62 if art.palette.dark else 0.12)
    base = mix(mix(leaf, art.palette.haze, 0.55), leaf, depth)
    return (tone(base, light=-0.11), base, mix(tone(base, turn=-14, light=0.1), art.palette.glow, 0.12))


def _draw_trees(art: Art, shore: float, japanese: bool) -> None:
    rng = art.rng("trees")
    for layer in range(3):
        depth = 0.1 + 0.4 * layer
        count = 7 - layer
        for index in range(count):
            x = art.width * ((index + rng.uniform(0.1, 0.9)) / count)
            size = art.unit * rng.uniform(0.13, 0.19) * (1 - 0.12 * layer)
            y = shore - art.height * (0.2 - 0.065 * layer) + rng.uniform(-0.03, 0.03) * art.height
            tints = greens(art, depth)
            # Two trees of the middle row: more would be autumn everywhere.
            if layer == 1 and index in (1, 4) and (japanese or art.scene.shows("flower")):
                tints = _blaze(art)
            draw_tree_crown(art, art.rng(f"tree {layer} {index}"), x, y, size, tints)
        if art.detail:
            draw_mist(
                art, art.rng(f"air {layer}"), shore - art.height * 0.22, shore, art.palette.haze, 0.3 - 0.08 * layer
            )


def _blaze(art: Art) -> _Greens:
    """Return the colours of a maple in autumn, or of cherry blossom when the prompt names it."""
    base = (238, 168, 184) if art.scene.shows("flower") else (205, 74, 48)
    base = mix(base, art.palette.haze, 0.22 if not art.palette.dark else 0.1)
    base = mix(base, art.palette.near, 0.4 if art.palette.dark else 0.0)
    return (tone(base, light=-0.1), base, tone(base, turn=10, light=0.08))


def _draw_bank(art: Art, shore: float) -> None:
    dark, middle, lit = greens(art, 0.85)
    heights = ridge_heights(art.rng("bank"), 0.2, 6)
    step = art.width / (len(heights) - 1)
    top = [(index * step, shore - art.height * (0.035 + 0.012 * height)) for index, height in enumerate(heights)]
    lawn = art.stencil().polygon([*top, (art.width, shore + 3), (0, shore + 3)])
    art.canvas.paint(lawn, Ramp([lit, middle, dark]))
    for index in range(art.more(7, 9, 11)):
        rng = art.rng(f"bush {index}")
        x, size = rng.uniform(0, 1) * art.width, art.unit * rng.uniform(0.035, 0.065)
        draw_tree_crown(art, rng, x, shore - size * 0.35, size, greens(art, rng.uniform(0.6, 1)))


def _draw_flowers(art: Art, shore: float) -> None:
    rng = art.rng("flowers")
    for tint in (*art.palette.accents, (250, 240, 235)):
        heads, hearts = art.stencil(), art.stencil()
        for _ in range(art.more(22, 45, 80)):
            x, y = rng.uniform(0, art.width), shore - art.height * rng.uniform(0.0, 0.055)
            size = art.unit * rng.uniform(0.004, 0.009)
            heads.ellipse(x, y, size, size * 0.75)
            hearts.ellipse(x, y, size * 0.3)
        art.canvas.paint(heads, mix(tint, art.palette.near, 0.3 if art.palette.dark else 0.0))
        art.canvas.paint(hearts, mix(tint, BLACK, 0.35))


def _draw_pond(art: Art, shore: float) -> None:
    """Draw the pond: it mirrors the garden and darkens towards us, where one sees into it."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    water = mirror_strip(canvas, shore, height, art.rng("pond"), ripple=unit * 0.004, smear=0.35)
    area = Mask(Image.new("L", water.size, 255), 0, round(shore))
    canvas.paint(area, water)
    deep = mix((22, 74, 78), palette.near, 0.55 if palette.dark else 0.2)
    veil = Ramp([(70,) * 3, (150,) * 3, (215,) * 3]).image(water.size).convert("L")
    canvas.paint(Mask(veil, 0, round(shore)), Ramp([mix(deep, palette.haze, 0.25), deep, mix(deep, BLACK, 0.25)]))
    edge = art.rectangle(0, shore - 1, width, shore + unit * 0.004)
    canvas.paint(edge, mix(greens(art, 1)[0], BLACK, 0.5), 0.8)
    lanes, rng = art.stencil(), art.rng("lanes")
    for _ in range(art.more(12, 40, 80)):
        depth = rng.random()
        y = shore + (height - shore) * (0.02 + 0.9 * depth)
        lanes.ellipse(
            rng.uniform(0, width),
            y,
            unit * rng.uniform(0.03, 0.16),
            unit * (0.0008 + 0.0014 * depth),
            ink=rng.randint(30, 120),
        )
    canvas.light(lanes, mix(palette.haze, WHITE, 0.3), 0.4)


def _draw_lilies(art: Art, shore: float) -> None:
    _, middle, lit = greens(art, 1)
    for cluster in range(art.more(3, 4, 5)):
        rng = art.rng(f"lilies {cluster}")
        blooms = rng.random() < 0.8
        # At the sides, since the fish swim in the middle.
        cx = art.width * rng.choice((rng.uniform(0.04, 0.24), rng.uniform(0.74, 0.96)))
        cy = shore + (art.height - shore) * (0.14 + 0.6 * (cluster + rng.random() * 0.5) / 5)
        near = (cy - shore) / (art.height - shore)
        for _ in range(art.more(4, 6, 8)):
            size = art.unit * (0.016 + 0.03 * near) * rng.uniform(0.7, 1.2)
            x, y = cx + rng.gauss(0, 1.8) * size, cy + rng.gauss(0, 0.7) * size
            pad = art.stencil().ellipse(x, y, size, size * 0.42)
            # The notch of a lily pad.
            pad.polygon([(x, y), (x + size * 1.1, y - size * 0.16), (x + size * 1.1, y + size * 0.12)], ink=0)
            shape = pad.mask()
            art.canvas.shadow(shape.moved(0, size * 0.12), size * 0.08, 0.4)
            art.canvas.paint(shape, Ramp([lit, middle]))
            art.canvas.light(shape.rim(0, size * 0.05), art.palette.glow, 0.35)
        if blooms:
            _draw_lotus(art, cx, cy - art.unit * 0.012, art.unit * (0.02 + 0.025 * near))


def _draw_lotus(art: Art, x: float, y: float, size: float) -> None:
    tint = mix((242, 176, 196), art.palette.near, 0.25 if art.palette.dark else 0.0)
    for row, (spread, tall) in enumerate(((1.0, 0.55), (0.66, 0.8), (0.3, 0.95))):
        petals = art.stencil()
        for lean in (-1, -0.45, 0.0, 0.45, 1):
            tip = (x + lean * size * spread, y - size * tall * (1 - 0.35 * abs(lean)))
            petals.polygon(
                [
                    (x - size * 0.12, y),
                    (tip[0] - size * 0.14, (y + tip[1]) / 2),
                    tip,
                    (tip[0] + size * 0.14, (y + tip[1]) / 2),
                    (x + size * 0.12, y),
                ]
            )
        art.canvas.paint(petals, Ramp([tone(tint, light=0.04 * row), mix(tint, WHITE, 0.45)]))


def _draw_shoal(art: Art, shore: float) -> None:
    count = 6
    for index in range(count):
        rng = art.rng(f"koi {index}")
        depth = (index + 0.5) / count
        y = shore + (art.height - shore) * (0.22 + 0.64 * depth)
        # Between the lilies.
        x = art.width * (0.32 + 0.36 * rng.random())
        draw_koi(art, rng, x, y, art.unit * (0.07 + 0.12 * depth), rng.uniform(-0.9, 0.9) + rng.choice((0, 3.14)))


def _draw_overhang(art: Art, japanese: bool) -> None:
    """Draw a bough in an upper corner, out of the light."""
    rng = art.rng("bough")
    left = rng.random() < 0.5
    tints = [*_blaze(art), tone(_blaze(art)[1], light=-0.05)] if japanese else [*greens(art, 1)]
    x, turn = (-art.unit * 0.03, 0.45) if left else (art.width + art.unit * 0.03, 2.7)
    draw_bough(art, rng, x, art.height * 0.03, art.unit * 0.42, turn, tints)


def _draw_weather(art: Art, shore: float) -> None:
    if art.scene.weather == "fog":
        draw_mist(art, art.rng("fog"), shore - art.height * 0.3, shore + art.height * 0.2, art.palette.haze, 0.8)
    elif art.scene.weather:
        draw_precipitation(art, art.rng("fall"), art.scene.weather)
