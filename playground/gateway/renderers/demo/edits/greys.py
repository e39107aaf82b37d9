"""Sums with greyscale pictures that several steps share."""

from PIL import Image

from ..mask import blurred


def above(grey: Image.Image, level: int) -> Image.Image:
    """255 where the picture is lighter than `level`, else 0."""
    return grey.point([255 * (value > level) for value in range(256)])


def grown(grey: Image.Image, reach: float) -> Image.Image:
    """255 within about `reach` pixels of where the picture is not black, else 0; any reach costs the same."""
    return above(blurred(above(grey, 8), max(reach, 0.5)), 10)


def lowest(grey: Image.Image) -> int:
    """The darkest level in the picture."""
    return next((level for level, count in enumerate(grey.histogram()) if count), 0)
