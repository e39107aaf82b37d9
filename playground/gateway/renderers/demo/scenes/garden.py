"""A garden around a pond: layered foliage, a red bridge and a lantern when Japanese, koi, lilies, stones."""

from PIL import Image

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..curves import ridge
from ..effects import fall, mirrored, mist, rays
from ..fills import Ramp
from ..mask import Mask
from ..skies import sky
from ..trees import bough, crown
from .garden_things import bridge, lantern, stones
from .koi import koi

type _Greens = tuple[Colour, Colour, Colour]


def paint(art: Art) -> None:
    """Paint the garden from the far trees to the near stones."""
    dice = art.dice("garden")
    shore = art.height * dice.uniform(0.47, 0.52)
    japanese = art.scene.shows("japanese", "koi") or dice.random() < 0.3
    sky(art, shore, lamp=(art.width * 0.72, art.height * 0.12) if art.palette.dark else None)
    air = art.stencil().rectangle(0, 0, art.width, shore)
    art.canvas.paint(air, mix(art.palette.haze, art.palette.glow, 0.3), 0.15 if art.palette.dark else 0.5)
    _trees(art, shore, japanese)
    _bank(art, shore)
    if japanese:
        lantern(art, art.width * dice.choice((0.2, 0.8)), shore + art.height * 0.005, art.unit * 0.2)
    if art.scene.shows("bridge") or japanese:
        bridge(art, art.width * dice.uniform(0.45, 0.55), shore + art.height * 0.012, art.unit * 0.44)
    if not japanese or art.scene.shows("flower", "sunflower"):
        _flowers(art, shore)
    _pond(art, shore)
    _lilies(art, shore)
    if art.scene.shows("koi", "pond") or japanese:
        _shoal(art, shore)
    stones(art, art.dice("stones"))
    _overhang(art, japanese)
    if art.detail and not art.palette.dark:
        rays(art, (art.width * 0.95, -art.height * 0.1), art.dice("rays"), 7, art.palette.glow, 0.16)
    _weather(art, shore)


def greens(art: Art, depth: float) -> _Greens:
    """Leaf colours, dark, middle and lit; `depth` 0 is far in the haze and 1 near."""
    leaf = mix((74, 118, 70), art.palette.accents[2], 0.14)
    leaf = mix(leaf, art.palette.near, 0.62 if art.palette.dark else 0.12)
    base = mix(mix(leaf, art.palette.haze, 0.55), leaf, depth)
    return (tone(base, light=-0.11), base, mix(tone(base, turn=-14, light=0.1), art.palette.glow, 0.12))


def _trees(art: Art, shore: float, japanese: bool) -> None:
    dice = art.dice("trees")
    for layer in range(3):
        depth = 0.1 + 0.4 * layer
        count = 7 - layer
        for index in range(count):
            x = art.width * ((index + dice.uniform(0.1, 0.9)) / count)
            size = art.unit * dice.uniform(0.13, 0.19) * (1 - 0.12 * layer)
            y = shore - art.height * (0.2 - 0.065 * layer) + dice.uniform(-0.03, 0.03) * art.height
            tints = greens(art, depth)
            if layer == 1 and index in (1, 4) and (japanese or art.scene.shows("flower")):
                tints = _blaze(art)
            crown(art, art.dice(f"tree {layer} {index}"), x, y, size, tints)
        if art.detail:
            mist(
                art, art.dice(f"air {layer}"), shore - art.height * 0.22, shore, art.palette.haze, 0.3 - 0.08 * layer
            )


def _blaze(art: Art) -> _Greens:
    """A maple in autumn, or cherry blossom when that is asked for."""
    base = (238, 168, 184) if art.scene.shows("flower") else (205, 74, 48)
    base = mix(base, art.palette.haze, 0.22 if not art.palette.dark else 0.1)
    base = mix(base, art.palette.near, 0.4 if art.palette.dark else 0.0)
    return (tone(base, light=-0.1), base, tone(base, turn=10, light=0.08))


def _bank(art: Art, shore: float) -> None:
    dark, middle, lit = greens(art, 0.85)
    heights = ridge(art.dice("bank"), 0.2, 6)
    step = art.width / (len(heights) - 1)
    top = [(index * step, shore - art.height * (0.035 + 0.012 * height)) for index, height in enumerate(heights)]
    lawn = art.stencil().polygon([*top, (art.width, shore + 3), (0, shore + 3)])
    art.canvas.paint(lawn, Ramp([lit, middle, dark]))
    for index in range(art.more(7, 9, 11)):
        dice = art.dice(f"bush {index}")
        x, size = dice.uniform(0, 1) * art.width, art.unit * dice.uniform(0.035, 0.065)
        crown(art, dice, x, shore - size * 0.35, size, greens(art, dice.uniform(0.6, 1)))


def _flowers(art: Art, shore: float) -> None:
    dice = art.dice("flowers")
    for tint in (*art.palette.accents, (250, 240, 235)):
        heads, hearts = art.stencil(), art.stencil()
        for _ in range(art.more(22, 45, 80)):
            x, y = dice.uniform(0, art.width), shore - art.height * dice.uniform(0.0, 0.055)
            size = art.unit * dice.uniform(0.004, 0.009)
            heads.ellipse(x, y, size, size * 0.75)
            hearts.ellipse(x, y, size * 0.3)
        art.canvas.paint(heads, mix(tint, art.palette.near, 0.3 if art.palette.dark else 0.0))
        art.canvas.paint(hearts, mix(tint, BLACK, 0.35))


def _pond(art: Art, shore: float) -> None:
    """The pond mirrors the garden and darkens towards us, where one sees into it."""
    water = mirrored(art.canvas, shore, art.height, art.dice("pond"), ripple=art.unit * 0.004, smear=0.35)
    area = Mask(Image.new("L", water.size, 255), 0, round(shore))
    art.canvas.paint(area, water)
    deep = mix((22, 74, 78), art.palette.near, 0.55 if art.palette.dark else 0.2)
    veil = Ramp([(70,) * 3, (150,) * 3, (215,) * 3]).image(water.size).convert("L")
    art.canvas.paint(
        Mask(veil, 0, round(shore)), Ramp([mix(deep, art.palette.haze, 0.25), deep, mix(deep, BLACK, 0.25)])
    )
    edge = art.stencil().rectangle(0, shore - 1, art.width, shore + art.unit * 0.004).mask()
    art.canvas.paint(edge, mix(greens(art, 1)[0], BLACK, 0.5), 0.8)
    lanes, dice = art.stencil(), art.dice("lanes")
    for _ in range(art.more(12, 40, 80)):
        depth = dice.random()
        y = shore + (art.height - shore) * (0.02 + 0.9 * depth)
        lanes.ellipse(
            dice.uniform(0, art.width),
            y,
            art.unit * dice.uniform(0.03, 0.16),
            art.unit * (0.0008 + 0.0014 * depth),
            ink=dice.randint(30, 120),
        )
    art.canvas.light(lanes, mix(art.palette.haze, WHITE, 0.3), 0.4)


def _lilies(art: Art, shore: float) -> None:
    _, middle, lit = greens(art, 1)
    for cluster in range(art.more(3, 4, 5)):
        dice = art.dice(f"lilies {cluster}")
        blooms = dice.random() < 0.8
        cx = art.width * dice.choice((dice.uniform(0.04, 0.24), dice.uniform(0.74, 0.96)))
        cy = shore + (art.height - shore) * (0.14 + 0.6 * (cluster + dice.random() * 0.5) / 5)
        near = (cy - shore) / (art.height - shore)
        for _ in range(art.more(4, 6, 8)):
            size = art.unit * (0.016 + 0.03 * near) * dice.uniform(0.7, 1.2)
            x, y = cx + dice.gauss(0, 1.8) * size, cy + dice.gauss(0, 0.7) * size
            pad = art.stencil().ellipse(x, y, size, size * 0.42)
            pad.polygon([(x, y), (x + size * 1.1, y - size * 0.16), (x + size * 1.1, y + size * 0.12)], ink=0)
            shape = pad.mask()
            art.canvas.shadow(shape.moved(0, size * 0.12), size * 0.08, 0.4)
            art.canvas.paint(shape, Ramp([lit, middle]))
            art.canvas.light(shape.rim(0, size * 0.05), art.palette.glow, 0.35)
        if blooms:
            _lotus(art, cx, cy - art.unit * 0.012, art.unit * (0.02 + 0.025 * near))


def _lotus(art: Art, x: float, y: float, size: float) -> None:
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


def _shoal(art: Art, shore: float) -> None:
    count = 6
    for index in range(count):
        dice = art.dice(f"koi {index}")
        depth = (index + 0.5) / count
        y = shore + (art.height - shore) * (0.22 + 0.64 * depth)
        x = art.width * (0.32 + 0.36 * dice.random())
        koi(art, dice, x, y, art.unit * (0.07 + 0.12 * depth), dice.uniform(-0.9, 0.9) + dice.choice((0, 3.14)))


def _overhang(art: Art, japanese: bool) -> None:
    """A bough in an upper corner, out of the light."""
    dice = art.dice("bough")
    left = dice.random() < 0.5
    tints = [*_blaze(art), tone(_blaze(art)[1], light=-0.05)] if japanese else [*greens(art, 1)]
    x, turn = (-art.unit * 0.03, 0.45) if left else (art.width + art.unit * 0.03, 2.7)
    bough(art, dice, x, art.height * 0.03, art.unit * 0.42, turn, tints)


def _weather(art: Art, shore: float) -> None:
    if art.scene.weather == "fog":
        mist(art, art.dice("fog"), shore - art.height * 0.3, shore + art.height * 0.2, art.palette.haze, 0.8)
    elif art.scene.weather:
        fall(art, art.dice("fall"), art.scene.weather)
