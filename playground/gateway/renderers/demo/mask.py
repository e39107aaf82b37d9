"""A mask: where on the canvas something is painted, from 0 (nowhere) to 255 (fully)."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter


@dataclass(frozen=True, slots=True)
class Mask:
    """A greyscale picture and the canvas pixel where its top left corner lies."""

    image: Image.Image
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The rectangle it covers on the canvas."""
        return (self.left, self.top, self.left + self.image.width, self.top + self.image.height)

    def faded(self, strength: float) -> "Mask":
        """The same mask, weaker (or stronger above 1)."""
        if strength == 1.0:
            return self
        return Mask(self.image.point([min(int(level * strength), 255) for level in range(256)]), self.left, self.top)

    def soft(self, radius: float, size: tuple[int, int]) -> "Mask":
        """Blurred by a radius in pixels, grown as needed but kept on a canvas of `size`."""
        if radius < 0.3:
            return self
        grown = self.grown(round(radius * 2.5) + 1, size)
        return Mask(blurred(grown.image, radius), grown.left, grown.top)

    def grown(self, margin: int, size: tuple[int, int]) -> "Mask":
        """With an empty margin around it, cut at the canvas's edges."""
        left, top, right, bottom = self.box
        box = (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, size[0]),
            min(bottom + margin, size[1]),
        )
        return self.within(box)

    def within(self, box: tuple[int, int, int, int]) -> "Mask":
        """The part that lies in a rectangle of the canvas, as a mask of exactly that rectangle."""
        left, top, right, bottom = box
        plate = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
        plate.paste(self.image, (self.left - left, self.top - top))
        return Mask(plate, left, top)

    def moved(self, dx: float, dy: float) -> "Mask":
        """The same mask elsewhere."""
        return Mask(self.image, self.left + round(dx), self.top + round(dy))

    def times(self, other: "Mask") -> "Mask":
        """Only where both masks are."""
        return Mask(ImageChops.multiply(self.image, other.within(self.box).image), self.left, self.top)

    def minus(self, other: "Mask") -> "Mask":
        """Only where the other mask is not."""
        return Mask(ImageChops.subtract(self.image, other.within(self.box).image), self.left, self.top)

    def rim(self, dx: float, dy: float, blur: float = 0.0) -> "Mask":
        """The edge that faces (-dx, -dy): what is left when the shape itself moves by (dx, dy)."""
        if not blur:
            return self.minus(self.moved(dx, dy))
        margin = round(blur * 2.5) + 1
        left, top, right, bottom = self.box
        padded = self.within((left - margin, top - margin, right + margin, bottom + margin))
        inner = Mask(blurred(padded.image, blur), padded.left, padded.top)
        return self.minus(inner.moved(dx, dy))


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    """Blur by a radius in pixels; wide radii work on a smaller copy, which nobody can see."""
    factor = max(1, int(radius / 4))
    if factor == 1 or min(picture.size) < factor * 2:
        return picture.filter(ImageFilter.GaussianBlur(radius))
    small = picture.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    return small.resize(picture.size, Image.Resampling.BICUBIC)
