"""A skyline in layers over water, with windows lit when it is dark."""

from random import Random

from PIL import Image

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix
from ...paint.effects import draw_mist, draw_precipitation, mirror_strip
from ...paint.skies import draw_sky
from ...paint.stencil import Stencil

type _Tower = tuple[float, float, float]  # left, width, top


def paint(art: Art) -> None:
    """Paint sky, four rows of towers, and the water that mirrors them."""
    rng = art.rng("city")
    shore = art.height * 0.76
    lamp = (art.width * rng.choice((0.28, 0.7)), art.height * rng.uniform(0.2, 0.4))
    draw_sky(art, shore, lamp=lamp, size=0.06)
    rows = 4
    for row in range(rows):
        _draw_row(art, art.rng(f"row {row}"), row / (rows - 1), shore)
        if art.scene.weather == "fog" or (art.detail and row < rows - 1):
            thick = 0.8 if art.scene.weather == "fog" else 0.35
            draw_mist(art, art.rng(f"mist {row}"), shore - art.height * 0.25, shore, art.palette.haze, thick)
    _draw_water(art, shore)
    if art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)


def _draw_row(art: Art, rng: Random, near: float, shore: float) -> None:
    towers = _towers(art, rng, near, shore)
    shape = art.stencil()
    for left, wide, top in towers:
        _tower(shape, rng, left, wide, top, shore)
    tint = mix(mix(art.palette.far, art.palette.haze, 0.6), art.palette.near, near**1.2 * 0.9)
    mask = shape.mask()
    art.canvas.paint(mask, Ramp([tint, tint, mix(tint, art.palette.haze, 0.4)]))
    if art.detail:
        art.canvas.light(mask.rim(art.unit * 0.002, art.unit * 0.002), art.palette.glow, 0.12)
    # The farthest of the four rows is a silhouette in the haze.
    if near > 0.2:
        _draw_windows(art, rng, towers, near, shore, tint)


def _towers(art: Art, rng: Random, near: float, shore: float) -> list[_Tower]:
    """Return towers from left to right, tallest in the middle of far rows and at the sides of the near one."""
    towers = []
    x = -art.width * 0.03
    while x < art.width:
        wide = art.unit * rng.uniform(0.05, 0.1) * (0.75 + 0.55 * near)
        middle = 1 - abs((x + wide / 2) / art.width - 0.5) * 1.3
        swell = middle if near < 0.9 else 1.1 - middle
        tall = art.height * (0.1 + 0.42 * swell * rng.uniform(0.5, 1.05) * (1 - 0.25 * near))
        towers.append((x, wide, shore - tall))
        # Far rows are closed; gaps between near towers show them.
        x += wide * rng.uniform(1.0, 1.35 if near > 0.5 else 1.1)
    return towers


def _tower(shape: Stencil, rng: Random, left: float, wide: float, top: float, shore: float) -> None:
    shape.rectangle(left, top, left + wide, shore + 2)
    kind = rng.random()
    # A block with a mast, a slanting roof, a gable with a mast, a dome; three in ten stay plain.
    if kind < 0.25:
        shape.rectangle(left + wide * 0.2, top - wide * 0.4, left + wide * 0.8, top + 1)
        shape.rectangle(left + wide * 0.46, top - wide * 1.4, left + wide * 0.54, top)
    elif kind < 0.45:
        shape.polygon([(left, top + 1), (left + wide, top + 1), (left + wide, top - wide * 0.5)])
    elif kind < 0.6:
        shape.polygon([(left, top + 1), (left + wide / 2, top - wide * 0.7), (left + wide, top + 1)])
        shape.rectangle(left + wide * 0.48, top - wide * 1.3, left + wide * 0.52, top)
    elif kind < 0.7:
        shape.ellipse(left + wide / 2, top, wide / 2, wide * 0.35)


def _draw_windows(art: Art, rng: Random, towers: list[_Tower], near: float, shore: float, tint: Colour) -> None:
    lively = art.palette.dark
    warm = mix(art.palette.glow, (255, 196, 120), 0.5)
    inks = [(warm, art.stencil()), (mix(art.palette.accents[1], WHITE, 0.35), art.stencil())]
    panes = art.stencil()
    # At low quality half as large again: fewer shapes, and no specks.
    cell = art.unit * (0.011 + 0.006 * near) * (1.5 if not art.detail else 1)
    for left, wide, top in towers:
        columns, rows = max(int(wide * 0.84 / cell), 2), max(int((shore - top) / (cell * 1.35)), 1)
        busy = rng.uniform(0.15, 0.6)
        for column in range(columns):
            for row in range(rows):
                x = left + wide * 0.08 + column * wide * 0.84 / columns
                y = top + cell * 0.7 + row * cell * 1.35
                if y > shore - cell:
                    continue
                if lively and rng.random() < busy:
                    inks[rng.random() < 0.25][1].rectangle(
                        x, y, x + cell * 0.55, y + cell * 0.7, ink=rng.randint(90, 255)
                    )
                elif art.detail and not lively:
                    panes.rectangle(x, y, x + cell * 0.6, y + cell * 0.75, ink=rng.randint(40, 150))
    art.canvas.paint(panes, mix(art.palette.sky[-1], tint, 0.45), 0.5)
    for ink, stencil in inks:
        shape = stencil.mask()
        art.canvas.paint(shape, mix(ink, art.palette.haze, 0.4 * (1 - near)), 0.9)
        if art.detail and lively:
            art.canvas.glow(shape, ink, art.unit * 0.006, 0.5)


def _draw_water(art: Art, shore: float) -> None:
    # Restless water: the mirror image is drawn out to less than a quarter of its detail.
    image = mirror_strip(art.canvas, shore, art.height, art.rng("water"), ripple=art.unit * 0.006, smear=0.22)
    art.canvas.paint(Mask(Image.new("L", image.size, 255), 0, round(shore)), image)
    veil = Ramp([(60,) * 3, (150,) * 3]).image(image.size).convert("L")
    art.canvas.paint(Mask(veil, 0, round(shore)), mix(art.palette.sky[0], art.palette.near, 0.5))
    quay = art.stencil().rectangle(0, shore - art.unit * 0.006, art.width, shore + art.unit * 0.004)
    art.canvas.paint(quay, mix(art.palette.near, BLACK, 0.3))
    rng, lanes, lamps = art.rng("lanes"), art.stencil(), art.stencil()
    for _ in range(art.more(20, 70, 140)):
        depth = rng.random() ** 1.3
        y = shore + (art.height - shore) * (0.05 + 0.9 * depth)
        lanes.ellipse(
            rng.uniform(0, art.width),
            y,
            art.unit * rng.uniform(0.01, 0.07),
            art.unit * (0.0008 + 0.0014 * depth),
            ink=rng.randint(40, 140),
        )
    art.canvas.light(lanes, mix(art.palette.haze, WHITE, 0.3), 0.5)
    if art.palette.dark:
        for index in range(12):
            lamps.ellipse(art.width * (index + 0.5) / 12, shore - art.unit * 0.01, art.unit * 0.0035)
        art.canvas.paint(lamps, art.palette.glow)
        art.canvas.glow(lamps, art.palette.accents[0], art.unit * 0.014, 1.0)
