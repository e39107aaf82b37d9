"""Ears, marks, eyes and muzzles for animals; places are shares of the head's radius."""

from ..art import Art
from ..colour import BLACK, WHITE, mix, tone
from ..curves import outline, smooth
from ..fills import Ramp
from ..mask import Mask
from .beasts import Face, Traits

_EARS: dict[str, tuple[str, str]] = {
    "point": ("0.2,-0.66 0.78,-1.42 0.98,-0.3", "0.42,-0.68 0.76,-1.2 0.88,-0.42"),
    "tuft": ("0.3,-0.7 0.72,-1.28 0.82,-0.4", "0.44,-0.7 0.68,-1.1 0.76,-0.5"),
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


def ears(art: Art, face: Face, traits: Traits) -> None:
    """Paint both ears behind the head (hanging ones lie beside it)."""
    outer, inner = (outline(text) for text in _EARS[traits.ear])
    is_sharp = traits.ear in ("point", "tuft")
    tint = traits.dark if traits.marks == "panda" or traits.ear == "flop" else traits.fur
    for side in (-1, 1):
        points = face.path([(dx * side, dy) for dx, dy in outer])
        shape = art.stencil().polygon(points if is_sharp else smooth(points, 8, closed=True)).mask()
        art.canvas.paint(shape, Ramp([tone(tint, light=0.02), tone(tint, light=-0.1)]))
        art.canvas.light(shape.rim(face.size * 0.02, face.size * 0.03, face.size * 0.015), art.palette.glow, 0.3)
        if inner and traits.marks != "panda":
            points = face.path([(dx * side, dy) for dx, dy in inner])
            lining = art.stencil().polygon(points if is_sharp else smooth(points, 8, closed=True))
            art.canvas.paint(
                lining.mask().soft(face.size * 0.012, art.canvas.size), mix(traits.light, (216, 130, 126), 0.5), 0.9
            )


def face_marks(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    """Paint stripes, patches and masks on the fur."""
    if traits.marks in ("tabby", "tiger"):
        _stripes(art, face, traits, head)
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
            cheek = art.stencil().polygon(smooth(face.path(points), 8, closed=True)).mask()
            art.canvas.paint(cheek.soft(face.size * 0.02, art.canvas.size).times(_all(art, head)), traits.light)
    elif traits.marks == "panda":
        for side in (-1, 1):
            patch = art.stencil().ellipse(
                *face.at(side * 0.42, -0.02), face.size * 0.23, face.size * 0.3, turn=side * 0.5
            )
            art.canvas.paint(patch.mask().soft(face.size * 0.015, art.canvas.size), traits.dark)
    elif traits.marks == "owl":
        for side in (-1, 1):
            disc = art.stencil().ellipse(*face.at(side * 0.42, -0.06), face.size * 0.48, face.size * 0.5).mask()
            art.canvas.paint(
                disc.times(_all(art, head)), Ramp([traits.light, mix(traits.light, traits.fur, 0.55)], "out")
            )
    if traits.marks == "tiger":
        _white_face(art, face, traits, head)


def _all(art: Art, mask: Mask) -> Mask:
    return mask.within((0, 0, art.width, art.height))


def _stripes(art: Art, face: Face, traits: Traits, head: Mask) -> None:
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
    strength = 0.95 if traits.marks == "tiger" else 0.7
    art.canvas.paint(
        stripes.mask().soft(face.size * 0.008, art.canvas.size).times(_all(art, head)), traits.dark, strength
    )


def _white_face(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    for side in (-1, 1):
        brow = art.stencil().ellipse(*face.at(side * 0.4, -0.26), face.size * 0.2, face.size * 0.13, turn=side * 0.3)
        art.canvas.paint(
            brow.mask().soft(face.size * 0.02, art.canvas.size).times(_all(art, head)), traits.light, 0.9
        )


def muzzle(art: Art, face: Face, traits: Traits, head: Mask) -> None:
    """Paint the muzzle, nose, mouth and whiskers, or a beak."""
    if traits.marks == "owl":
        beak = art.stencil().polygon(
            smooth(
                face.path([(-0.12, 0.16), (0, 0.08), (0.12, 0.16), (0.05, 0.42), (0, 0.5), (-0.05, 0.42)]),
                6,
                closed=True,
            )
        )
        art.canvas.paint(beak, Ramp([(238, 176, 66), (176, 112, 36)]))
        return
    if traits.light != traits.fur:
        for side in (-1, 1):
            puff = art.stencil().ellipse(*face.at(side * 0.2, 0.48), face.size * 0.29, face.size * 0.25).mask()
            art.canvas.paint(puff.soft(face.size * 0.03, art.canvas.size).times(_all(art, head)), traits.light, 0.95)
        chin = art.stencil().ellipse(*face.at(0, 0.68), face.size * 0.22, face.size * 0.16).mask()
        art.canvas.paint(chin.soft(face.size * 0.03, art.canvas.size).times(_all(art, head)), traits.light, 0.9)
    _nose(art, face, traits)
    lines = art.stencil().line([face.at(0, 0.36), face.at(0, 0.5)], face.size * 0.02)
    for side in (-1, 1):
        lines.line(smooth(face.path([(0, 0.5), (side * 0.1, 0.58), (side * 0.24, 0.52)]), 8), face.size * 0.022)
    art.canvas.paint(lines, mix(traits.dark, BLACK, 0.5), 0.85)
    if traits.slit or traits.marks in ("tiger", "fox") or traits.ear == "long":
        _whiskers(art, face)


def _nose(art: Art, face: Face, traits: Traits) -> None:
    is_pink = traits.slit or traits.ear == "long" or traits.marks == "tiger"
    tint = (214, 118, 116) if is_pink else (34, 28, 30)
    half = 0.1 if is_pink else 0.15
    nose = smooth(
        face.path([(-half, 0.24), (0, 0.21), (half, 0.24), (half * 0.55, 0.34), (0, 0.38), (-half * 0.55, 0.34)]),
        6,
        closed=True,
    )
    art.canvas.paint(art.stencil().polygon(nose), Ramp([tone(tint, light=0.06), tone(tint, light=-0.08)]))
    shine = art.stencil().ellipse(*face.at(-half * 0.3, 0.26), face.size * half * 0.3, face.size * 0.015)
    art.canvas.light(shine, WHITE, 0.6)


def _whiskers(art: Art, face: Face) -> None:
    hairs, dots = art.stencil(), art.stencil()
    for side in (-1, 1):
        for y, end in ((0.4, 0.26), (0.48, 0.46), (0.55, 0.66)):
            hairs.line(
                smooth(face.path([(side * 0.26, y), (side * 0.8, (y + end) / 2 - 0.03), (side * 1.36, end)]), 8),
                face.size * 0.008,
            )
            dots.ellipse(*face.at(side * 0.24, y), face.size * 0.014)
    art.canvas.paint(hairs, (250, 248, 244), 0.85)
    art.canvas.paint(dots, (90, 70, 64), 0.6)


def eyes(art: Art, face: Face, traits: Traits) -> None:
    """Paint both eyes, with slit or round pupils and a light in each."""
    is_owl = traits.marks == "owl"
    size = face.size * (0.24 if is_owl else 0.165 if traits.slit or traits.marks == "tiger" else 0.12)
    for side in (-1, 1):
        x, y = face.at(side * 0.42, -0.04)
        rim = art.stencil().ellipse(x, y, size * 1.14, size * (1.1 if is_owl else 1.0), turn=side * 0.2).mask()
        art.canvas.paint(rim, mix(traits.dark, BLACK, 0.55))
        ball = art.stencil().ellipse(x, y, size, size * (1.0 if is_owl else 0.88), turn=side * 0.2).mask()
        art.canvas.paint(ball, Ramp([mix(traits.eye, WHITE, 0.25), traits.eye, mix(traits.eye, BLACK, 0.45)], "out"))
        pupil = art.stencil().ellipse(
            x, y, size * (0.3 if traits.slit else 0.56), size * (0.74 if traits.slit else 0.56)
        )
        art.canvas.paint(pupil.mask().times(ball), (12, 10, 12))
        art.canvas.shade(ball.rim(0, size * 0.2, size * 0.12), BLACK, 0.45)
        art.canvas.paint(art.stencil().ellipse(x - size * 0.3, y - size * 0.36, size * 0.2), WHITE, 0.95)
        if art.detail:
            art.canvas.paint(art.stencil().ellipse(x + size * 0.28, y + size * 0.32, size * 0.1), WHITE, 0.6)
