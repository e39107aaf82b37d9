"""A street in one-point perspective: walls of windows, signs, and a road that reflects them when wet."""

from dataclasses import dataclass
from random import Random

from ...paint import BLACK, WHITE, Art, Mask, Point, Ramp, mix, tone
from ...paint.effects import band_mask, draw_bokeh, draw_mist, draw_precipitation
from ...paint.fills import cloud_noise, stretch_levels
from ...paint.skies import draw_sky
from .pedestrians import draw_pedestrians
from .road import StreetView, draw_road
from .signs import draw_gate, draw_signs


@dataclass(frozen=True, slots=True)
class House:
    """One building of a row, from its near scale to its far one; `roof` is a share of the wall's height."""

    side: int
    near: float
    far: float
    roof: float
    lit: float


def paint(art: Art) -> None:
    """Paint the street; quoted words become a lit sign over the road."""
    width, height = art.width, art.height
    rng = art.rng("street")
    view = StreetView(width * rng.uniform(0.44, 0.56), height * 0.56, width * 0.62, height * 0.46, height * 1.05)
    draw_sky(art, height * 0.6)
    _draw_skyline(art, view)
    houses = _houses(rng)
    for house in houses:
        _draw_house(art, view, house)
    _draw_haze(art, view)
    draw_signs(art, view.wall)
    _draw_cables(art, view)
    draw_road(art, view)
    draw_gate(art, view.x, view.y)
    draw_pedestrians(art, view)
    _draw_air(art, view)


def _houses(rng: Random) -> list[House]:
    """Return both rows, the far ones first so that near ones cover them."""
    houses = []
    for side in (-1, 1):
        # The walls are 1 at the edge of the picture: the first house must begin outside of it.
        near = 1.5
        while near > 0.06:
            far = near * rng.uniform(0.56, 0.74)
            houses.append(House(side, near, far, rng.uniform(0.62, 1.1), rng.uniform(0.3, 0.75)))
            near = far
    return sorted(houses, key=lambda house: house.near)


def _draw_skyline(art: Art, view: StreetView) -> None:
    """Draw towers far down the street, barely darker than the haze."""
    rng = art.rng("skyline")
    for layer in range(3):
        towers = art.stencil()
        tint = mix(art.palette.haze, art.palette.far, 0.25 + 0.25 * layer)
        x = view.x - art.width * 0.3
        while x < view.x + art.width * 0.3:
            wide = art.width * rng.uniform(0.02, 0.06)
            top = view.y - art.height * rng.uniform(0.08, 0.34 - 0.07 * layer)
            towers.rectangle(x, top, x + wide, view.y + 2)
            if rng.random() < 0.3:
                towers.rectangle(x + wide * 0.45, top - art.height * 0.04, x + wide * 0.5, top)
            x += wide * rng.uniform(0.8, 1.6)
        art.canvas.paint(towers, Ramp([tint, mix(tint, art.palette.haze, 0.8)]))
    lamp = art.stencil().ellipse(view.x, view.y, art.unit * 0.05, art.unit * 0.03)
    art.canvas.glow(lamp, art.palette.glow, art.unit * 0.07, 0.9)


def _draw_house(art: Art, view: StreetView, house: House) -> None:
    side = house.side
    base = tone(mix(art.palette.near, art.palette.far, 0.55), turn=24 * (house.lit - 0.5))
    away = 1 - min(house.near, 1.0)
    wall = mix(base, art.palette.haze, 0.62 * away**2.2)
    outline = [
        view.wall(side, house.near, 0),
        view.wall(side, house.near, house.roof),
        view.wall(side, house.far, house.roof),
        view.wall(side, house.far, 0),
    ]
    low = mix(wall, art.palette.accents[house.roof > 0.85], 0.38 if art.palette.dark else 0.08)
    x, top = view.wall(side, house.near, house.roof)
    # The wall that faces the viewer, visible where the next house is lower.
    front = art.stencil().rectangle(x, top, 0 if side < 0 else art.width, view.y)
    art.canvas.paint(front, mix(wall, BLACK, 0.3))
    shape = art.polygon(outline)
    art.canvas.paint(shape, Ramp([mix(wall, BLACK, 0.15), wall, low]))
    # Nearer houses lie outside the picture.
    if house.far < 1.02:
        _draw_windows(art, view, house)
        _draw_shopfront(art, view, house)


def _draw_windows(art: Art, view: StreetView, house: House) -> None:
    """Draw rows of windows in perspective, in three colours of light; unlit ones mirror the sky."""
    # Named by place, so that the windows of one house do not depend on the number of the others.
    rng = art.rng(f"windows {house.side} {house.near:.4f}")
    rows = round(house.roof * art.more(15, 22, 30))
    columns = art.more(4, 6, 8)
    glow, accents, lively = art.palette.glow, art.palette.accents, art.palette.dark
    warm = mix(glow, (255, 190, 110), 0.55)
    inks = [(warm, art.stencil()), (mix(accents[1], WHITE, 0.3), art.stencil()), (accents[0], art.stencil())]
    unlit = art.stencil()
    # The lowest rows are the shop's.
    for row in range(3, rows):
        for column in range(columns):
            quad = _pane(
                view, house, row / rows * house.roof, house.roof / rows * 0.55, column / columns, 0.62 / columns
            )
            if rng.random() < (house.lit * 0.62 if lively else 0.08):
                inks[rng.choices((0, 1, 2), (6, 3, 1))[0]][1].polygon(quad, rng.randint(90, 255))
            elif art.detail:
                unlit.polygon(quad, rng.randint(30, 110))
    away = min(house.near, 1.0)
    art.canvas.paint(unlit, mix(art.palette.sky[0], art.palette.haze, 0.3), 0.5)
    for tint, panes in inks:
        shape = panes.mask()
        art.canvas.paint(shape, mix(tint, art.palette.haze, 0.5 * (1 - away)), 0.85)
        if art.detail and lively:
            art.canvas.glow(shape, tint, art.unit * 0.006 * (0.4 + away), 0.5)


def _pane(view: StreetView, house: House, low: float, tall: float, along: float, wide: float) -> list[Point]:
    """Return a window from shares along the house's depth, which shrinks as 1 / scale does."""

    def scale(share: float) -> float:
        return 1 / (1 / house.near + (1 / house.far - 1 / house.near) * share)

    near, far = scale(along + 0.06), scale(along + 0.06 + wide)
    return [
        view.wall(house.side, near, low),
        view.wall(house.side, near, low + tall),
        view.wall(house.side, far, low + tall),
        view.wall(house.side, far, low),
    ]


def _draw_shopfront(art: Art, view: StreetView, house: House) -> None:
    """Draw the lit ground floor, with posts before it and an awning above."""
    rng = art.rng(f"shop {house.side} {house.near:.4f}")
    tint = rng.choice([mix(art.palette.glow, (255, 176, 96), 0.6), art.palette.accents[2], art.palette.accents[1]])
    front = art.stencil()
    for column in range(4):
        front.polygon(_pane(view, house, 0.012, 0.085, column / 4, 0.2))
    shape = front.mask()
    bright = 0.9 if art.palette.dark else 0.35
    art.canvas.paint(shape, Ramp([mix(tint, WHITE, 0.5), tint, mix(tint, BLACK, 0.35)]), bright)
    if art.palette.dark:
        art.canvas.glow(shape, tint, art.unit * 0.03 * min(house.near, 1), 0.55)
    if art.detail:
        goods = art.stencil()
        for _ in range(art.more(0, 10, 22)):
            goods.polygon(_pane(view, house, 0.012, rng.uniform(0.01, 0.06), rng.uniform(0, 0.9), 0.03))
        art.canvas.paint(goods, mix(art.palette.near, tint, 0.25), 0.7)
        awning = art.stencil().polygon(_pane(view, house, 0.1, 0.014, -0.05, 0.98))
        art.canvas.paint(awning, mix(art.palette.near, art.palette.accents[0], 0.35))


def _draw_haze(art: Art, view: StreetView) -> None:
    """Drown the far end in lit air."""
    spot = art.ellipse(view.x, view.y - art.height * 0.05, art.width * 0.11, art.height * 0.2)
    art.canvas.paint(spot.soft(art.unit * 0.09), mix(art.palette.haze, art.palette.sky[-1], 0.5), 0.6)


def _draw_cables(art: Art, view: StreetView) -> None:
    rng = art.rng("cables")
    for _ in range(art.more(2, 5, 8)):
        scale, height = rng.uniform(0.35, 1.0), rng.uniform(0.3, 0.75)
        (ax, ay), (bx, by) = view.wall(-1, scale, height), view.wall(1, scale, height * rng.uniform(0.8, 1.1))
        sag = art.height * 0.05 * scale
        points = [
            # A parabola hangs nearly as a cable does; 4 t (1 - t) is 1 in the middle.
            (ax + (bx - ax) * t, ay + (by - ay) * t + sag * 4 * t * (1 - t))
            for t in (n / 24 for n in range(25))
        ]
        art.canvas.paint(art.line(points, art.unit * 0.0022 * scale), mix(art.palette.near, BLACK, 0.4), 0.85)


def _draw_air(art: Art, view: StreetView) -> None:
    height, palette, canvas = art.height, art.palette, art.canvas
    if art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)
    elif art.scene.weather == "fog":
        draw_mist(art, art.rng("fog"), height * 0.25, height * 0.95, palette.haze, 0.8)
    if palette.dark and art.detail:
        tints = [*palette.accents, palette.glow]
        draw_bokeh(art, art.rng("bokeh"), art.more(0, 7, 12), (0, height * 0.12, art.width, height * 0.6), tints)
    if art.detail == 2:
        drift = stretch_levels(cloud_noise(canvas.size, art.rng("steam"), 3, 4), 120, 220)
        veil = band_mask(art, view.y - height * 0.2, view.y + height * 0.2)
        canvas.light(Mask(drift, 0, 0).times(veil), palette.haze, 0.5)
