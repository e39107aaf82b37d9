"""Animal faces: what tells them apart, ears, marks, eyes and muzzles. Places are shares of the head radius."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.colour import colour
from ...paint.curves import parse_outline


@dataclass(frozen=True, slots=True)
class Traits:
    """The features of one kind of animal; colours are fur, light fur, dark marks and eyes."""

    ear: str
    cheeks: float
    fur: Colour
    light: Colour
    dark: Colour
    eye: Colour
    marks: str = ""
    slit: bool = False


def _traits(ear: str, cheeks: float, codes: str, marks: str = "", slit: bool = False) -> Traits:
    fur, light, dark, eye = (colour(code) for code in codes.split())
    return Traits(ear, cheeks, fur, light, dark, eye, marks, slit)


ANIMALS: dict[str, tuple[Traits, ...]] = {
    "dog": (
        _traits("flop", 0.95, "c98f55 f2e2c8 5a3a26 3a2418", "muzzle"),
        _traits("flop", 0.95, "6b4a36 e8d8c4 2e201a 3a2418", "muzzle"),
    ),
    "fox": (_traits("point", 1.14, "d9703a f8ece0 4a2a22 6a3f1a", "fox"),),
    "rabbit": (
        _traits("long", 0.98, "d8c8b8 f8f2ec 8a7468 3a2420", "muzzle"),
        _traits("long", 0.98, "f2eeea ffffff c8b8b0 b04a50", "muzzle"),
    ),
    "panda": (_traits("round", 1.12, "f4f2ee ffffff 26242a 1c1614", "panda"),),
    "bear": (_traits("round", 1.08, "8a5c3c d8b890 4a2e20 241610", "muzzle"),),
    "cat": (
        _traits("point", 1.1, "e0904a f8e6cf a85a26 7a9a3c", "tabby", True),
        _traits("point", 1.1, "8f8a86 e6e2dc 4c4846 c8a43a", "tabby", True),
        _traits("point", 1.1, "2c2a30 4a4850 161418 d8b23a", "", True),
        _traits("point", 1.1, "f0e8dc ffffff c8a88a 5a8ab8", "", True),
    ),
}


@dataclass(frozen=True, slots=True)
class Face:
    """The position of the head: middle and radius in pixels."""

    x: float
    y: float
    size: float

    def point(self, dx: float, dy: float) -> Point:
        """Return a point from shares of the radius."""
        return (self.x + dx * self.size, self.y + dy * self.size)

    def path(self, points: Sequence[Point] | str, mirror: float = 1) -> list[Point]:
        """Return several points, or an outline written as "x,y x,y"; -1 mirrors it."""
        pairs = parse_outline(points) if isinstance(points, str) else points
        return [self.point(dx * mirror, dy) for dx, dy in pairs]


_EARS: dict[str, tuple[str, str]] = {
    "point": ("0.2,-0.66 0.78,-1.42 0.98,-0.3", "0.42,-0.68 0.76,-1.2 0.88,-0.42"),
    "flop": ("0.5,-0.82 0.92,-0.78 1.22,-0.2 1.18,0.5 0.96,0.62 0.8,0.1", ""),
    "long": (
        "0.1,-0.7 0.16,-1.5 0.36,-2 0.6,-1.9 0.62,-1.3 0.52,-0.6",
        "0.24,-0.8 0.28,-1.45 0.4,-1.8 0.5,-1.7 0.5,-1.2 0.42,-0.7",
    ),
    "round": (
        "0.36,-0.7 0.44,-1.06 0.74,-1.2 1.02,-1 1.02,-0.64 0.8,-0.4",
        "0.52,-0.74 0.58,-0.96 0.76,-1.04 0.9,-0.92 0.9,-0.7",
    ),
}


def draw_ears(art: Art, face: Face, traits: Traits) -> None:
    """Paint both ears behind the head (hanging ones lie beside it)."""
    outer, inner = (parse_outline(text) for text in _EARS[traits.ear])
    is_sharp = traits.ear == "point"
    tint = traits.dark if traits.marks == "panda" or traits.ear == "flop" else traits.fur
    for side in (-1, 1):
        points = face.path([(dx * side, dy) for dx, dy in outer])
        shape = art.polygon(points if is_sharp else smooth_curve(points, 8, closed=True))
        art.canvas.paint(shape, Ramp([tone(tint, light=0.02), tone(tint, light=-0.1)]))
        art.canvas.light(shape.rim(face.size * 0.02, face.size * 0.03, face.size * 0.015), art.palette.glow, 0.3)
        if inner and traits.marks != "panda":
            points = face.path([(dx * side, dy) for dx, dy in inner])
            lining = art.stencil().polygon(points if is_sharp else smooth_curve(points, 8, closed=True))
            art.canvas.paint(lining.mask().soft(face.size * 0.012), mix(traits.light, (216, 130, 126), 0.5), 0.9)


def draw_face_marks(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    """Paint stripes, patches and masks on the fur."""
    if traits.marks == "tabby":
        _draw_stripes(art, face, traits, head)
    elif traits.marks == "fox":
        for side in (-1, 1):
            points = [
                (0, 0.34),
                (side * 0.34, 0.02),
                (side * 0.8, -0.06),
                (side * 1.2, 0.34),
                (side * 0.7, 0.85),
                (0, 0.95),
            ]
            cheek = art.polygon(smooth_curve(face.path(points), 8, closed=True))
            art.canvas.paint(cheek.soft(face.size * 0.02).times(head), traits.light)
    elif traits.marks == "panda":
        for side in (-1, 1):
            patch = art.stencil().ellipse(
                *face.point(side * 0.42, -0.02), face.size * 0.23, face.size * 0.3, turn=side * 0.5
            )
            art.canvas.paint(patch.mask().soft(face.size * 0.015), traits.dark)


def _draw_stripes(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    stripes = art.stencil()
    for dx, low, wide in (
        (0.0, -0.3, 0.07),
        (-0.2, -0.38, 0.055),
        (0.2, -0.38, 0.055),
        (-0.4, -0.48, 0.045),
        (0.4, -0.48, 0.045),
    ):
        stripes.polygon(face.path([(dx * 0.6, low), (dx - wide, -0.72), (dx * 1.2, -0.95), (dx + wide, -0.72)]))
    for side in (-1, 1):
        for y, long in ((0.08, 0.4), (0.28, 0.46), (0.48, 0.36)):
            stripes.polygon(
                face.path([(side * 1.15, y - 0.08), (side * (1.1 - long), y + 0.03), (side * 1.15, y + 0.04)])
            )
    art.canvas.paint(stripes.mask().soft(face.size * 0.008).times(head), traits.dark, 0.7)


def draw_muzzle(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    if traits.light != traits.fur:
        for side in (-1, 1):
            puff = art.ellipse(*face.point(side * 0.2, 0.48), face.size * 0.29, face.size * 0.25)
            art.canvas.paint(puff.soft(face.size * 0.03).times(head), traits.light, 0.95)
        chin = art.ellipse(*face.point(0, 0.68), face.size * 0.22, face.size * 0.16)
        art.canvas.paint(chin.soft(face.size * 0.03).times(head), traits.light, 0.9)
    _draw_nose(art, face, traits)
    lines = art.stencil().line([face.point(0, 0.36), face.point(0, 0.5)], face.size * 0.02)
    for side in (-1, 1):
        lines.line(smooth_curve(face.path([(0, 0.5), (side * 0.1, 0.58), (side * 0.24, 0.52)]), 8), face.size * 0.022)
    art.canvas.paint(lines, mix(traits.dark, BLACK, 0.5), 0.85)
    if traits.slit or traits.marks == "fox" or traits.ear == "long":
        _draw_whiskers(art, face)


def _draw_nose(art: Art, face: Face, traits: Traits) -> None:
    # Cats and rabbits have a small pink nose, the others a broad dark one.
    is_pink = traits.slit or traits.ear == "long"
    tint = (214, 118, 116) if is_pink else (34, 28, 30)
    half = 0.1 if is_pink else 0.15
    nose = smooth_curve(
        face.path([(-half, 0.24), (0, 0.21), (half, 0.24), (half * 0.55, 0.34), (0, 0.38), (-half * 0.55, 0.34)]),
        6,
        closed=True,
    )
    art.canvas.paint(art.polygon(nose), Ramp([tone(tint, light=0.06), tone(tint, light=-0.08)]))
    shine = art.stencil().ellipse(*face.point(-half * 0.3, 0.26), face.size * half * 0.3, face.size * 0.015)
    art.canvas.light(shine, WHITE, 0.6)


def _draw_whiskers(art: Art, face: Face) -> None:
    hairs, dots = art.stencil(), art.stencil()
    for side in (-1, 1):
        for y, end in ((0.4, 0.26), (0.48, 0.46), (0.55, 0.66)):
            hairs.line(
                smooth_curve(
                    face.path([(side * 0.26, y), (side * 0.8, (y + end) / 2 - 0.03), (side * 1.36, end)]), 8
                ),
                face.size * 0.008,
            )
            dots.ellipse(*face.point(side * 0.24, y), face.size * 0.014)
    art.canvas.paint(hairs, (250, 248, 244), 0.85)
    art.canvas.paint(dots, (90, 70, 64), 0.6)


def draw_eyes(art: Art, face: Face, traits: Traits) -> None:
    """Paint both eyes, with slit or round pupils and a light in each."""
    # Cats' eyes are larger for their head than those of the others.
    size = face.size * (0.165 if traits.slit else 0.12)
    for side in (-1, 1):
        x, y = face.point(side * 0.42, -0.04)
        rim = art.ellipse(x, y, size * 1.14, size, turn=side * 0.2)
        art.canvas.paint(rim, mix(traits.dark, BLACK, 0.55))
        ball = art.ellipse(x, y, size, size * 0.88, turn=side * 0.2)
        art.canvas.paint(ball, Ramp([mix(traits.eye, WHITE, 0.25), traits.eye, mix(traits.eye, BLACK, 0.45)], "out"))
        pupil = art.stencil().ellipse(
            x, y, size * (0.3 if traits.slit else 0.56), size * (0.74 if traits.slit else 0.56)
        )
        art.canvas.paint(pupil.mask().times(ball), (12, 10, 12))
        art.canvas.shade(ball.rim(0, size * 0.2, size * 0.12), BLACK, 0.45)
        art.canvas.paint(art.ellipse(x - size * 0.3, y - size * 0.36, size * 0.2), WHITE, 0.95)
        if art.detail:
            art.canvas.paint(art.ellipse(x + size * 0.28, y + size * 0.32, size * 0.1), WHITE, 0.6)
