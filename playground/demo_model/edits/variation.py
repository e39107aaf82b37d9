"""Vary a picture for an empty prompt: crop, light and hue a little different, again for each index."""

from PIL import Image, ImageEnhance

from .session import EditSession


def vary_image(session: EditSession) -> None:
    """Nudge the picture; inside a mask only its light and hue, so that nothing moves."""
    art, rng = session.art, session.art.rng("variation")
    picture = art.canvas.picture
    # Moved pixels would not fit the rest outside a mask, nor the source's own opacity.
    if session.marked is None and session.cover is None:
        picture = _reframe(session, picture)
    # At least 3 degrees, or nobody would see that it is another picture.
    hue = rng.choice((-1, 1)) * rng.uniform(3, 9) * (1 + 0.4 * (art.index % 3))
    picture = _turn_hue(picture, hue)
    picture = ImageEnhance.Brightness(picture).enhance(1 + rng.uniform(-0.07, 0.07))
    picture = ImageEnhance.Contrast(picture).enhance(1 + rng.uniform(-0.05, 0.1))
    art.canvas.picture = ImageEnhance.Color(picture).enhance(1 + rng.uniform(-0.12, 0.22))
    session.note_change("a variation: crop, light and hue slightly different", "变体：裁切、光线与色相略有不同")


def _reframe(session: EditSession, picture: Image.Image) -> Image.Image:
    """Come 3 to 9 percent closer and turn by up to a degree and a half, about a point off the middle."""
    rng = session.art.rng("frame")
    zoom, turn = rng.uniform(1.04, 1.09), rng.uniform(-1.5, 1.5)
    width, height = picture.size
    spare = (width - width / zoom, height - height / zoom)
    left, top = spare[0] * rng.uniform(0.3, 0.7), spare[1] * rng.uniform(0.3, 0.7)
    turned = picture.rotate(turn, Image.Resampling.BICUBIC)
    # Turning leaves black corners; half the long side times the angle in radians is how far they reach in.
    inset = abs(turn) / 57.3 * max(width, height) / 2
    box = (
        min(max(left, inset), width * 0.1),
        min(max(top, inset), height * 0.1),
        width - min(max(spare[0] - left, inset), width * 0.1),
        height - min(max(spare[1] - top, inset), height * 0.1),
    )
    return turned.resize(picture.size, Image.Resampling.BICUBIC, box)


def _turn_hue(picture: Image.Image, degrees: float) -> Image.Image:
    hue, rich, value = picture.convert("HSV").split()
    turned = hue.point([round(level + degrees * 256 / 360) % 256 for level in range(256)])
    return Image.merge("HSV", (turned, rich, value)).convert("RGB")
