"""Fills for shapes: gradients, noise and clouds, all seeded."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Literal

from PIL import Image, ImageChops

from .colour import Colour, mix

type Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ramp:
    """A gradient between colours, evenly spaced unless `stops` (0 to 1) say otherwise."""

    colours: Sequence[Colour]
    axis: Literal["down", "across", "out"] = "down"
    stops: Sequence[float] = ()

    def image(self, size: Size, rng: Random | None = None) -> Image.Image:
        """Return the gradient as an RGB picture of that size, dithered against banding: with noise when dice
        are given, else in a regular grid, which keeps flat pictures small.
        """
        ground = self._ground(size)
        # As wide as one band of the gradient, so that bands melt into each other; above 12 the grain would show.
        swing = min(256 // max(self._range(), 1), 12)
        if swing > 1 and min(size) > 8:
            dots = noise(size, rng, swing) if rng is not None else _grid(size, swing)
            ground = ImageChops.add(ground, dots, 1.0, -swing // 2)
        # One band is drawn and three tables colour it, instead of mixing three bands.
        table = [self.colour_at(level / 255) for level in range(256)]
        return Image.merge("RGB", [ground.point([entry[band] for entry in table]) for band in range(3)])

    def colour_at(self, place: float) -> Colour:
        """Return the colour at a place from 0 to 1."""
        last = len(self.colours) - 1
        if last < 1:
            return self.colours[0]
        stops = self.stops or [index / last for index in range(last + 1)]
        for index in range(last):
            if place <= stops[index + 1]:
                span = max(stops[index + 1] - stops[index], 1e-6)
                return mix(self.colours[index], self.colours[index + 1], (place - stops[index]) / span)
        return self.colours[-1]

    def _range(self) -> int:
        """Return the largest difference of one band between two neighbouring colours."""
        steps = pairwise(self.colours)
        return max((abs(a - b) for first, second in steps for a, b in zip(first, second, strict=True)), default=0)

    def _ground(self, size: Size) -> Image.Image:
        if self.axis == "out":
            return Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
        ground = Image.linear_gradient("L")
        if self.axis == "across":
            ground = ground.transpose(Image.Transpose.ROTATE_90)
        return ground.resize(size, Image.Resampling.BILINEAR)


def noise(size: Size, rng: Random, spread: int = 256) -> Image.Image:
    """Return uniform noise from 0 to `spread` - 1 as a greyscale picture."""
    width, height = max(size[0], 1), max(size[1], 1)
    grey = Image.frombytes("L", (width, height), rng.randbytes(width * height))
    return grey if spread >= 256 else grey.point([level * spread // 256 for level in range(256)])


def _grid(size: Size, spread: int) -> Image.Image:
    """Return a 4 by 4 Bayer grid from 0 to `spread` - 1, repeated over the size."""
    order = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
    rows = [(bytes(place * spread // 16 for place in row) * (size[0] // 4 + 1))[: size[0]] for row in order]
    return Image.frombytes("L", size, b"".join(rows[y % 4] for y in range(size[1])))


def cloud_noise(size: Size, rng: Random, cells: float = 3.0, octaves: int = 4, stretch: float = 1.0) -> Image.Image:
    """Return soft fractal noise around 128: `cells` blobs across the long side, `stretch` > 1 flattens them."""
    # Clouds have no detail that a smaller copy would lose.
    coarse = 2 if max(size) <= 1100 else 4
    width, height = max(size[0] // coarse, 1), max(size[1] // coarse, 1)
    long = max(width, height)
    total = Image.new("L", (width, height), 128)
    for octave in range(octaves):
        scale = cells * 2**octave
        across = max(2, min(width, round(scale * width / long)))
        down = max(2, min(height, round(scale * height / long * stretch)))
        layer = noise((across, down), rng).resize((width, height), Image.Resampling.BICUBIC)
        # Each octave weighs about two thirds of the one before.
        total = Image.blend(total, layer, 0.75 / (1.5**octave + 0.2) if octave else 0.8)
    return total.resize(size, Image.Resampling.BILINEAR)


def stretch_levels(grey: Image.Image, low: int, high: int) -> Image.Image:
    """Stretch a greyscale picture so that `low` becomes 0 and `high` 255."""
    span = max(high - low, 1)
    return grey.point([min(max((level - low) * 255 // span, 0), 255) for level in range(256)])
