"""The sea: a low sun or moon, its track on the water, a beach with foam, a boat, palms or a lighthouse."""

from PIL import Image

from ..art import Art
from ..colour import BLACK, WHITE, mix
from ..curves import Point, smooth
from ..effects import fall, mist
from ..fills import Ramp
from ..mask import Mask
from ..skies import sky
from .shore import beach, palm


def paint(art: Art) -> None:
    """Paint sky, water and shore."""
    dice = art.dice("sea")
    horizon = art.height * dice.uniform(0.46, 0.54)
    x = art.width * dice.choice((0.33, 0.5, 0.66))
    high = 0.5 if _is_day(art) else dice.uniform(0.08, 0.2)
    sky(art, horizon + 2, lamp=(x, horizon - art.height * high * 0.7), size=0.05 if _is_day(art) else 0.075)
    _islands(art, horizon)
    _water(art, horizon)
    _track(art, x, horizon)
    if art.scene.shows("lighthouse"):
        _lighthouse(art, horizon)
    if art.scene.shows("boat") or (dice.random() < 0.7 and not art.scene.shows("lighthouse")):
        _boat(art, _clear_spot(art, x), horizon + art.height * 0.02)
    beach(art)
    if art.scene.shows("palm") or (dice.random() < 0.45 and not art.scene.shows("lighthouse")):
        palm(art, art.dice("palm"), -1 if x > art.width * 0.5 else 1)
    if art.scene.weather == "fog":
        mist(art, art.dice("fog"), horizon - art.height * 0.2, horizon + art.height * 0.2, art.palette.haze, 0.9)
    elif art.scene.weather:
        fall(art, art.dice("fall"), art.scene.weather)


def _clear_spot(art: Art, lamp_x: float) -> float:
    """Where a boat sails: on the lamp's side, since a palm stands on the other."""
    share = lamp_x / art.width
    return art.width * (0.15 if share < 0.4 else 0.28 if share < 0.6 else 0.85)


def _is_day(art: Art) -> bool:
    return sum(art.palette.sky[0]) > 330


def _islands(art: Art, horizon: float) -> None:
    dice = art.dice("islands")
    for layer in range(2):
        middle, wide = dice.uniform(0.05, 0.95) * art.width, art.width * dice.uniform(0.12, 0.3)
        tall = art.height * dice.uniform(0.02, 0.055)
        hill: list[Point] = [(middle - wide, horizon)]
        hill += [
            (middle + wide * t, horizon - tall * (1 - t * t) * dice.uniform(0.75, 1.1))
            for t in (-0.6, -0.25, 0.1, 0.4, 0.7)
        ]
        hill.append((middle + wide, horizon))
        tint = mix(art.palette.far, art.palette.haze, 0.45 - 0.25 * layer)
        art.canvas.paint(art.stencil().polygon(smooth(hill, 8)), Ramp([tint, mix(tint, art.palette.haze, 0.5)]))


def _water(art: Art, horizon: float) -> None:
    """Water takes the sky's colours, deeper towards us, with waves that widen as they come."""
    top = round(horizon)
    area = Mask(Image.new("L", (art.width, art.height - top), 255), 0, top)
    far = mix(art.palette.sky[-1], art.palette.sky[-2], 0.5)
    deep = mix(art.palette.sky[0], BLACK, 0.15)
    if _is_day(art):
        deep = mix(mix(art.palette.sky[0], (28, 118, 140), 0.75), art.palette.accents[2], 0.2)
    light = mix(deep, far, 0.45)
    art.canvas.paint(area, Ramp([mix(far, deep, 0.25), mix(deep, far, 0.12), deep, light], stops=(0, 0.2, 0.6, 1)))
    dice = art.dice("waves")
    crests, troughs = art.stencil(), art.stencil()
    for _ in range(art.more(70, 260, 520)):
        depth = dice.random() ** 1.7
        y = horizon + (art.height - horizon) * (0.01 + 0.8 * depth)
        x, long = dice.uniform(-0.05, 1.05) * art.width, art.width * (0.012 + 0.11 * depth) * dice.uniform(0.4, 1.3)
        thick = art.unit * (0.0006 + 0.0035 * depth)
        (crests if dice.random() < 0.5 else troughs).ellipse(x, y, long, thick, ink=dice.randint(60, 200))
    art.canvas.light(crests, mix(far, WHITE, 0.25), 0.35)
    art.canvas.shade(troughs, mix(deep, BLACK, 0.3), 0.5)


def _track(art: Art, x: float, horizon: float) -> None:
    """The lamp's track: broken strips of light that spread towards us."""
    dice, strips = art.dice("track"), art.stencil()
    for _ in range(art.more(120, 260, 480)):
        depth = dice.random() ** 1.3
        y = horizon + (art.height * 0.8 - horizon) * depth + art.unit * 0.003
        spread = art.width * (0.025 + 0.1 * depth)
        long = art.unit * (0.008 + 0.035 * depth) * dice.uniform(0.4, 1.2)
        ink = round(255 * (1 - 0.65 * depth) * dice.uniform(0.4, 1))
        strips.ellipse(x + dice.gauss(0, 0.5) * spread, y, long, art.unit * (0.001 + 0.0028 * depth), ink=ink)
    shape = strips.mask()
    art.canvas.light(shape, art.palette.glow, 0.9)
    art.canvas.glow(shape, art.palette.glow, art.unit * 0.02, 0.5)


def _boat(art: Art, x: float, y: float) -> None:
    tall = art.unit * art.dice("boat").uniform(0.11, 0.16)
    sail = mix(WHITE, art.palette.glow, 0.5)
    mirror = art.stencil().polygon(
        [(x - tall * 0.3, y + tall * 0.05), (x + tall * 0.3, y + tall * 0.05), (x + tall * 0.04, y + tall * 0.75)]
    )
    art.canvas.light(mirror.mask().soft(tall * 0.06, art.canvas.size), sail, 0.3)
    main = [(x, y - tall), (x + tall * 0.1, y - tall * 0.55), (x + tall * 0.36, y - tall * 0.1), (x, y - tall * 0.1)]
    jib = [
        (x - tall * 0.04, y - tall * 0.9),
        (x - tall * 0.04, y - tall * 0.1),
        (x - tall * 0.34, y - tall * 0.1),
        (x - tall * 0.16, y - tall * 0.45),
    ]
    art.canvas.paint(
        art.stencil().polygon(smooth(main, 6, closed=False)),
        Ramp([sail, mix(sail, art.palette.accents[0], 0.25)], "across"),
    )
    art.canvas.paint(
        art.stencil().polygon(smooth(jib, 6, closed=False)),
        Ramp([mix(sail, art.palette.accents[0], 0.35), sail], "across"),
    )
    hull = [
        (x - tall * 0.36, y - tall * 0.07),
        (x + tall * 0.4, y - tall * 0.08),
        (x + tall * 0.28, y + tall * 0.05),
        (x - tall * 0.24, y + tall * 0.05),
    ]
    art.canvas.paint(art.stencil().polygon(hull), mix(art.palette.near, art.palette.accents[0], 0.25))


def _lighthouse(art: Art, horizon: float) -> None:
    x, foot, tall = art.width * 0.78, horizon + art.height * 0.03, art.height * 0.33
    rock = art.stencil().polygon(
        smooth(
            [
                (x - tall * 0.6, foot),
                (x - tall * 0.3, foot - tall * 0.1),
                (x, foot - tall * 0.16),
                (x + tall * 0.4, foot - tall * 0.1),
                (x + tall * 0.9, foot),
            ],
            6,
        )
    )
    art.canvas.paint(rock, Ramp([mix(art.palette.near, art.palette.far, 0.4), art.palette.near]))
    for index in range(5):
        low, high = index / 5, (index + 1) / 5
        half = [tall * (0.075 - 0.028 * share) for share in (low, high)]
        y = [foot - tall * (0.12 + 0.72 * share) for share in (low, high)]
        tint = mix(WHITE, art.palette.haze, 0.25) if index % 2 else mix((190, 60, 52), art.palette.near, 0.25)
        band_ = art.stencil().polygon(
            [(x - half[0], y[0]), (x - half[1], y[1]), (x + half[1], y[1]), (x + half[0], y[0])]
        )
        art.canvas.paint(band_, Ramp([tint, mix(tint, art.palette.near, 0.5)], "across"))
    top = foot - tall * 0.84
    room = art.stencil().rectangle(x - tall * 0.035, top - tall * 0.08, x + tall * 0.035, top)
    cap = art.stencil().polygon(
        [(x - tall * 0.06, top - tall * 0.08), (x, top - tall * 0.15), (x + tall * 0.06, top - tall * 0.08)]
    )
    art.canvas.paint(room, art.palette.glow)
    art.canvas.paint(
        cap.rectangle(x - tall * 0.06, top - tall * 0.01, x + tall * 0.06, top + tall * 0.012), art.palette.near
    )
    art.canvas.glow(room, art.palette.glow, art.unit * 0.03, 1.0)
    beam = art.stencil().polygon([(x, top - tall * 0.04), (0, top - tall * 0.3), (0, top + tall * 0.02)])
    art.canvas.light(
        beam.mask().soft(art.unit * 0.01, art.canvas.size), art.palette.glow, 0.3 if art.palette.dark else 0.12
    )
