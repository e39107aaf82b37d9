"""The road of a street: asphalt, markings, puddles, and the walls reflected in them."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageEnhance

from ...paint import BLACK, Art, Mask, Point, Ramp, mix
from ...paint.curves import blob_outline
from ...paint.effects import ripple_rows


@dataclass(frozen=True, slots=True)
class StreetView:
    """The vanishing point, and the distance of walls and ground from there at the near end (scale 1)."""

    x: float
    y: float
    wide: float
    drop: float
    tall: float

    def wall(self, side: int, scale: float, height: float) -> Point:
        """Return a point on a wall: side -1 left or 1 right, scale 1 near to 0 far, height 0 ground to 1 roof."""
        return (self.x + side * self.wide * scale, self.y + scale * (self.drop - height * (self.drop + self.tall)))


def draw_road(art: Art, view: StreetView) -> None:
    """Draw asphalt; a wet road reflects the walls, streaked where it is damp and sharply in puddles."""
    top, bottom = round(view.y), art.height
    shape = art.polygon([(view.x, view.y), view.wall(1, 2, 0), (art.width, bottom), (0, bottom), view.wall(-1, 2, 0)])
    wet = art.palette.dark or art.scene.weather == "rain"
    reflection = _reflect_walls(art, view) if wet else None
    asphalt = mix(art.palette.ground, BLACK, 0.15) if wet else mix((96, 98, 104), art.palette.haze, 0.1)
    art.canvas.paint(shape, Ramp([mix(asphalt, art.palette.haze, 0.5), asphalt, mix(asphalt, BLACK, 0.2)]))
    _draw_markings(art, view)
    if reflection is not None:
        # Rough wet asphalt smears reflections towards the viewer: down to a fourteenth of the height and back.
        damp = reflection.resize((art.width // 2, max(reflection.height // 14, 2)), Image.Resampling.BOX)
        damp = ripple_rows(damp.resize(reflection.size, Image.Resampling.BICUBIC), art.rng("damp"), art.unit * 0.003)
        _draw_reflection(art, damp, top, shape, 0.85)
        sharp = ripple_rows(reflection, art.rng("pool"), art.unit * 0.002)
        _draw_reflection(
            art, ImageEnhance.Brightness(sharp).enhance(1.25), top, _puddles(art, view).times(shape), 0.95
        )
        _draw_rings(art, view)


def _reflect_walls(art: Art, view: StreetView) -> Image.Image:
    """Return both walls mirrored along the lines where they meet the road, for the strip below the horizon."""
    slope = view.drop / view.wide
    size = (art.width, art.height - round(view.y))
    out = Image.new("RGB", size)
    middle = round(view.x)
    for side, left, right in ((-1, 0, middle), (1, middle, art.width)):
        # On this side the wall's foot runs at y = view.y + side * slope * (x - view.x).
        rise = side * slope
        offset = 2 * (view.y + rise * (left - view.x)) - round(view.y)
        # Pillow maps places of the result to places of the source: x stays, y is mirrored at the wall's foot.
        fold = (1, 0, left, 2 * rise, -1, offset)
        half = art.canvas.picture.transform(
            (right - left, size[1]), Image.Transform.AFFINE, fold, Image.Resampling.BILINEAR
        )
        out.paste(half, (left, 0))
    return out


def _draw_reflection(art: Art, picture: Image.Image, top: int, mask: Mask, strength: float) -> None:
    """Blend a reflection into the road by "screen", so that the texture of the road stays visible."""
    area = (0, top, art.width, top + picture.height)
    lit = ImageChops.screen(art.canvas.picture.crop(area), picture)
    art.canvas.paint(mask.within(area), lit, strength)


def _puddles(art: Art, view: StreetView) -> Mask:
    rng = art.rng("puddles")
    pools = art.stencil()
    for index in range(8):
        depth = (index + 0.6) / 8
        y = view.y + (art.height - view.y) * (0.12 + 0.86 * depth)
        # The road widens evenly from the vanishing point.
        reach = view.wide * (y - view.y) / view.drop
        x = view.x + rng.uniform(-0.7, 0.7) * reach
        pools.polygon(
            blob_outline(rng, x, y, reach * rng.uniform(0.2, 0.46), (y - view.y) * rng.uniform(0.05, 0.1), 0.3)
        )
    return pools.mask().soft(art.unit * 0.0015)


def _draw_rings(art: Art, view: StreetView) -> None:
    """Draw ripples where raindrops have just fallen."""
    if art.scene.weather != "rain":
        return
    rng, rings = art.rng("rings"), art.stencil()
    for _ in range(art.more(6, 16, 30)):
        y = view.y + (art.height - view.y) * rng.uniform(0.2, 0.98)
        radius = (y - view.y) * rng.uniform(0.03, 0.08)
        x = view.x + rng.uniform(-0.7, 0.7) * view.wide * (y - view.y) / view.drop
        # Circles that lie on the road, seen at a low angle.
        rings.ring(x, y, radius, radius * 0.3, max(art.unit * 0.0013, 0.8))
    art.canvas.light(rings, mix(art.palette.glow, art.palette.haze, 0.3), 0.5)


def _draw_markings(art: Art, view: StreetView) -> None:
    lines = art.stencil()
    for near, far in ((1.1, 0.8), (0.62, 0.46), (0.36, 0.28), (0.22, 0.17), (0.14, 0.11)):
        y0, y1 = view.y + view.drop * near, view.y + view.drop * far
        half = view.wide * 0.014
        corners = ((-half * near, y0), (half * near, y0), (half * far, y1), (-half * far, y1))
        lines.polygon([(view.x + dx, y) for dx, y in corners])
    for side in (-1, 1):
        kerb = [view.wall(side, 1.2, 0.0), view.wall(side, 0.05, 0.0)]
        inner = [(view.x + (x - view.x) * 0.84, y) for x, y in kerb]
        pavement = art.stencil().polygon([*kerb, *reversed(inner)])
        art.canvas.paint(pavement, mix(art.palette.ground, art.palette.haze, 0.22), 0.55)
    art.canvas.paint(lines, mix(art.palette.glow, art.palette.ground, 0.35), 0.5)
