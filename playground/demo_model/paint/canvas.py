"""The canvas: an RGB picture, and its coverage when the background is transparent."""

from random import Random

from PIL import Image, ImageChops

from .colour import WHITE, Colour, mix
from .fills import Ramp
from .mask import Mask, blur_image
from .stencil import Stencil

type Fill = Colour | Ramp | Image.Image


class Canvas:
    """Paint in pixels. On a clear canvas colours are kept multiplied by coverage, so edges stay clean."""

    def __init__(self, size: tuple[int, int], *, clear: bool = False, dither: Random | None = None) -> None:
        self.size = size
        self.picture = Image.new("RGB", size)
        self.cover = Image.new("L", size) if clear else None
        self.dither = dither

    def fill(self, fill: Fill) -> None:
        """Cover everything."""
        self.paint(Mask(Image.new("L", self.size, 255), 0, 0), fill)

    def paint(self, shape: Mask | Stencil, fill: Fill, strength: float = 1.0) -> None:
        """Lay a colour, a gradient over the shape's own extent, or a picture over the shape."""
        mask = _mask_of(shape).faded(strength)
        if isinstance(fill, Ramp):
            fill = fill.image(mask.image.size, self.dither)
        if isinstance(fill, Image.Image):
            # A picture of the canvas's size stays where it is; any other one belongs to the shape.
            fill = fill.crop(mask.box) if fill.size == self.size else fill
            self.picture.paste(fill, mask.box[:2], mask.image)
        else:
            self.picture.paste(fill, mask.box, mask.image)
        if self.cover is not None:
            self.cover.paste(255, mask.box, mask.image)

    def light(self, shape: Mask | Stencil, colour: Colour, strength: float = 1.0) -> None:
        """Add light of a colour, as a lamp does: what is bright stays, what is dark brightens."""
        mask = _mask_of(shape)
        bands = [
            mask.image.point([min(int(level * part * strength / 255), 255) for level in range(256)])
            for part in colour
        ]
        region = self.picture.crop(mask.box)
        self.picture.paste(ImageChops.screen(region, Image.merge("RGB", bands)), mask.box[:2])
        if self.cover is not None:
            # Light shows on an empty canvas, too: it covers as much as its strongest band.
            strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
            self.cover.paste(ImageChops.screen(self.cover.crop(mask.box), strongest), mask.box[:2])

    def shade(self, shape: Mask | Stencil, colour: Colour, strength: float = 1.0) -> None:
        """Darken by multiplying with a colour; on a clear canvas only what is already painted."""
        mask = _mask_of(shape)
        region = self.picture.crop(mask.box)
        wash = Image.new("RGB", region.size, mix(WHITE, colour, strength))
        self.picture.paste(ImageChops.multiply(region, wash), mask.box[:2], mask.image)

    def glow(self, shape: Mask | Stencil, colour: Colour, radius: float, strength: float = 1.0) -> None:
        """Add the light that a shape sheds around itself."""
        self.light(_mask_of(shape).soft(radius, self.size), colour, strength)

    def shadow(self, shape: Mask | Stencil, radius: float, strength: float, colour: Colour = (20, 16, 24)) -> None:
        """Lay a soft shadow; on a clear canvas it darkens whatever the picture is put on."""
        self.paint(_mask_of(shape).soft(radius, self.size), colour, strength)

    def blur(self, radius: float, where: Mask | None = None) -> None:
        """Blur the whole picture, or only where a mask says."""
        out = blur_image(self.picture, radius)
        if where is None:
            self.picture = out
        else:
            self.picture.paste(out.crop(where.box), where.box[:2], where.image)

    def result(self) -> Image.Image:
        """Return the picture: RGB, or RGBA with true alpha when the canvas is clear."""
        if self.cover is None:
            return self.picture
        # RGBa is Pillow's mode for colours multiplied by alpha; converting divides them again.
        raw = Image.merge("RGBA", (*self.picture.split(), self.cover)).tobytes()
        return Image.frombytes("RGBa", self.size, raw).convert("RGBA")


def _mask_of(shape: Mask | Stencil) -> Mask:
    return shape.mask() if isinstance(shape, Stencil) else shape
