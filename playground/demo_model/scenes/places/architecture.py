"""A house of plain volumes among trees: slabs, glass lit from inside, slats of wood, and a pool before it."""

from random import Random

from PIL import Image

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.curves import ridge_heights, ridge_outline
from ...paint.effects import draw_mist, draw_precipitation, mirror_strip
from ...paint.skies import draw_sky
from ..nature.trees import add_pine, draw_tree_crown


def paint(art: Art) -> None:
    rng = art.rng("house")
    ground = art.height * 0.68
    side = rng.choice((-1, 1))
    # The sun stands on the side that the upper storey does not reach over.
    draw_sky(art, ground, lamp=(art.width * (0.5 - side * 0.3), art.height * 0.2))
    _draw_hills(art, ground)
    _draw_trees(art, rng, ground)
    _draw_lawn(art, ground)
    _draw_house(art, rng, ground, side)
    _draw_pool(art, ground)
    if art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)
    elif art.scene.weather == "fog":
        draw_mist(art, art.rng("fog"), art.height * 0.35, art.height * 0.8, art.palette.haze, 0.7)


def _draw_hills(art: Art, ground: float) -> None:
    for layer in range(3):
        heights = ridge_heights(art.rng(f"hill {layer}"), 0.45, 6)
        base = ground - art.height * (0.16 - 0.05 * layer)
        tint = mix(mix(art.palette.far, art.palette.haze, 0.45), art.palette.near, 0.22 * layer)
        shape = art.stencil().polygon(ridge_outline(heights, art.width, base, art.height * 0.06, ground + 2))
        art.canvas.paint(shape, Ramp([tint, mix(tint, art.palette.haze, 0.5)]))


def _draw_trees(art: Art, rng: Random, ground: float) -> None:
    green = mix((70, 112, 76), art.palette.near, 0.55 if art.palette.dark else 0.15)
    pines = art.stencil()
    for _ in range(art.more(9, 14, 18)):
        # At the sides: in the middle the house would hide them.
        share = rng.choice((rng.uniform(0, 0.22), rng.uniform(0.78, 1)))
        add_pine(pines, rng, art.width * share, ground + 2, art.height * rng.uniform(0.16, 0.34))
    art.canvas.paint(pines, Ramp([mix(green, art.palette.haze, 0.25), mix(green, BLACK, 0.35)]))
    for share in (0.03, 0.13, 0.9, 0.98):
        size = art.unit * rng.uniform(0.07, 0.11)
        draw_tree_crown(
            art,
            rng,
            art.width * share,
            ground - size * 0.7,
            size,
            (tone(green, light=-0.1), green, tone(green, light=0.09)),
        )


def _draw_lawn(art: Art, ground: float) -> None:
    green = mix((112, 140, 84), art.palette.near, 0.55 if art.palette.dark else 0.1)
    lawn = art.stencil().rectangle(0, ground - art.height * 0.008, art.width, art.height)
    art.canvas.paint(lawn, Ramp([tone(green, light=0.06), green, tone(green, light=-0.1)]))


def _draw_house(art: Art, rng: Random, ground: float, side: int) -> None:
    """Draw two storeys: a glazed one below, and a long white one that reaches out above it."""
    middle, unit = art.width / 2, art.unit
    low, high = unit * 0.17, unit * 0.17
    floor = ground - low

    def spot(dx: float) -> float:
        return middle + side * dx * unit

    white = mix((244, 241, 235), art.palette.near, 0.48 if art.palette.dark else 0.03)
    white = mix(white, art.palette.glow, 0.12)
    art.canvas.shadow(art.stencil().ellipse(middle, ground, unit * 0.4, unit * 0.012), unit * 0.012, 0.5)
    _draw_glass(art, rng, (spot(-0.3), floor, spot(0.2), ground), 6)
    _draw_slats(art, (spot(0.2), floor - unit * 0.005, spot(0.36), ground))
    stone = art.rectangle(spot(-0.36), floor - unit * 0.24, spot(-0.3), ground)
    art.canvas.paint(
        stone,
        Ramp(
            [
                mix((150, 144, 138), art.palette.near, 0.4 if art.palette.dark else 0.05),
                mix((104, 100, 98), art.palette.near, 0.4),
            ]
        ),
    )
    # The shadow that the overhang throws on the glass below.
    shade = art.stencil().rectangle(spot(-0.3), floor, spot(0.36), floor + unit * 0.03)
    art.canvas.shadow(shade, unit * 0.012, 0.5)
    _draw_box(art, (spot(-0.22), floor - high, spot(0.44), floor), white, side)
    _draw_glass(art, rng, (spot(-0.1), floor - high + unit * 0.03, spot(0.4), floor - unit * 0.03), 5)
    roof = art.rectangle(spot(-0.26), floor - high - unit * 0.016, spot(0.48), floor - high + unit * 0.006)
    art.canvas.paint(roof, tone(white, light=-0.3))
    slab = art.stencil().rectangle(spot(-0.44), ground - unit * 0.006, spot(0.5), ground + unit * 0.012)
    art.canvas.paint(slab, tone(white, light=-0.06))


def _draw_box(art: Art, box: tuple[float, float, float, float], tint: Colour, side: int) -> None:
    shape = art.rectangle(*box)
    tints = [tint, tone(tint, light=-0.07)]
    art.canvas.paint(shape, Ramp(tints if side < 0 else tints[::-1], "across"))
    art.canvas.light(shape.rim(0, art.unit * 0.003), WHITE, 0.4)


def _draw_glass(art: Art, rng: Random, box: tuple[float, float, float, float], panes: int) -> None:
    """Draw a glazed front: warm rooms behind it, the sky mirrored in it, thin frames."""
    left, top, right, bottom = min(box[0], box[2]), box[1], max(box[0], box[2]), box[3]
    shape = art.rectangle(left, top, right, bottom)
    warm: Colour = (255, 206, 140) if art.palette.dark else (226, 196, 156)
    cool = mix(art.palette.sky[0], art.palette.sky[-1], 0.5)
    art.canvas.paint(
        shape,
        Ramp(
            [mix(warm, BLACK, 0.18), warm, mix(warm, (120, 74, 40), 0.4)]
            if art.palette.dark
            else [mix(cool, warm, 0.25), mix(cool, warm, 0.5), mix(warm, BLACK, 0.45)]
        ),
    )
    # Dark blocks at the foot of the panes: furniture, without which the house looks like a model.
    things = art.stencil()
    for _ in range(art.more(2, 4, 7)):
        x, wide = rng.uniform(left, right), (right - left) * rng.uniform(0.03, 0.09)
        things.rectangle(x, bottom - (bottom - top) * rng.uniform(0.15, 0.4), min(x + wide, right), bottom)
    art.canvas.paint(things.mask().times(shape), mix(warm, BLACK, 0.62), 0.6)
    # Slanted stripes of sky are what tells glass from a lit opening.
    sheen = art.stencil()
    for share in (0.12, 0.55):
        x = left + (right - left) * share
        sheen.polygon(
            [
                (x, bottom),
                (x + (bottom - top) * 0.5, bottom),
                (x + (bottom - top) * 1.1, top),
                (x + (bottom - top) * 0.6, top),
            ]
        )
    art.canvas.light(sheen.mask().times(shape), mix(cool, WHITE, 0.4), 0.22)
    bars = art.stencil()
    for index in range(panes + 1):
        x = left + (right - left) * index / panes
        bars.rectangle(x - art.unit * 0.0022, top, x + art.unit * 0.0022, bottom)
    art.canvas.paint(bars, (46, 44, 46))
    if art.palette.dark:
        art.canvas.glow(shape, warm, art.unit * 0.035, 0.8)


def _draw_slats(art: Art, box: tuple[float, float, float, float]) -> None:
    left, right = min(box[0], box[2]), max(box[0], box[2])
    wood = mix((158, 104, 64), art.palette.near, 0.5 if art.palette.dark else 0.05)
    art.canvas.paint(art.rectangle(left, box[1], right, box[3]), wood)
    gaps = art.stencil()
    count = art.more(12, 18, 26)
    for index in range(count):
        x = left + (right - left) * (index + 0.7) / count
        gaps.rectangle(x, box[1], x + (right - left) / count * 0.3, box[3])
    art.canvas.paint(gaps, mix(wood, BLACK, 0.45))


def _draw_pool(art: Art, ground: float) -> None:
    """Draw a pool along the terrace that mirrors the house."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    top = ground + height * 0.05
    image = mirror_strip(canvas, ground + unit * 0.012, height, art.rng("pool"), ripple=unit * 0.003, smear=0.6)
    water = Image.new("RGB", canvas.size)
    water.paste(image, (0, round(top)))
    shape = art.polygon(
        [(width * 0.14, top), (width * 0.86, top), (width * 1.02, height * 0.96), (-width * 0.02, height * 0.96)]
    )
    rim = art.stencil().polygon(
        [
            (width * 0.12, top - unit * 0.01),
            (width * 0.88, top - unit * 0.01),
            (width * 1.06, height * 0.98),
            (-width * 0.06, height * 0.98),
        ]
    )
    canvas.paint(rim, mix((222, 216, 206), palette.near, 0.5 if palette.dark else 0.05))
    canvas.paint(shape, water)
    veil = Ramp([(70,) * 3, (175,) * 3]).image(shape.image.size).convert("L")
    blue = mix((54, 132, 150), palette.near, 0.5 if palette.dark else 0.1)
    canvas.paint(shape.times(Mask(veil, shape.left, shape.top)), blue)
    rng, lanes = art.rng("lanes"), art.stencil()
    for _ in range(art.more(12, 40, 80)):
        depth = rng.random()
        lanes.ellipse(
            rng.uniform(0, width),
            top + (height * 0.96 - top) * depth,
            unit * rng.uniform(0.01, 0.08),
            unit * (0.0008 + 0.0016 * depth),
            ink=rng.randint(40, 150),
        )
    canvas.light(lanes.mask().times(shape), mix(palette.haze, WHITE, 0.4), 0.5)
