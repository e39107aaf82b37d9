"""Masks: where on the canvas something is painted, from 0 (nowhere) to 255 (fully)."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter


@dataclass(frozen=True, slots=True)
class Mask:
    """A greyscale picture and the canvas pixel where its top left corner lies.

    `canvas` is the canvas's size where it is known: blurring grows a mask up to there, else not at all.
    """

    image: Image.Image
    left: int
    top: int
    canvas: tuple[int, int] | None = None

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return the rectangle it covers on the canvas."""
        return (self.left, self.top, self.left + self.image.width, self.top + self.image.height)

    def faded(self, strength: float) -> "Mask":
        """Return the same mask, weaker (or stronger above 1)."""
        if strength == 1.0:
            return self
        return Mask(
            self.image.point([min(int(level * strength), 255) for level in range(256)]),
            self.left,
            self.top,
            self.canvas,
        )

    def soft(self, radius: float, size: tuple[int, int] | None = None) -> "Mask":
        """Blur by a radius in pixels; grow as needed but stay on the canvas (of `size` if not known)."""
        # A blur of less than a third of a pixel shows nowhere.
        if radius < 0.3:
            return self
        size = size or self.canvas
        # At 2.5 standard deviations from an edge the blur has fallen below 1 %: nothing visible is cut off.
        grown = self.grown(round(radius * 2.5) + 1, size) if size else self
        return Mask(blur_image(grown.image, radius), grown.left, grown.top, size)

    def grown(self, margin: int, size: tuple[int, int]) -> "Mask":
        """Add an empty margin, cut at the canvas's edges."""
        left, top, right, bottom = self.box
        box = (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, size[0]),
            min(bottom + margin, size[1]),
        )
        return self.within(box)

    def within(self, box: tuple[int, int, int, int]) -> "Mask":
        """Return the part that lies in a rectangle of the canvas, as a mask of exactly that rectangle."""
        left, top, right, bottom = box
        # Many of Pillow's operations refuse a picture without pixels.
        plate = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
        plate.paste(self.image, (self.left - left, self.top - top))
        return Mask(plate, left, top, self.canvas)

    def moved(self, dx: float, dy: float) -> "Mask":
        return Mask(self.image, self.left + round(dx), self.top + round(dy), self.canvas)

    def times(self, other: "Mask") -> "Mask":
        """Return the intersection of both masks."""
        return Mask(ImageChops.multiply(self.image, other.within(self.box).image), self.left, self.top, self.canvas)

    def minus(self, other: "Mask") -> "Mask":
        """Return the part outside the other mask."""
        return Mask(ImageChops.subtract(self.image, other.within(self.box).image), self.left, self.top, self.canvas)

    def rim(self, dx: float, dy: float, blur: float = 0.0) -> "Mask":
        """Return the edge that faces (-dx, -dy): the rest when the shape itself moves by (dx, dy)."""
        if not blur:
            return self.minus(self.moved(dx, dy))
        margin = round(blur * 2.5) + 1
        left, top, right, bottom = self.box
        padded = self.within((left - margin, top - margin, right + margin, bottom + margin))
        inner = Mask(blur_image(padded.image, blur), padded.left, padded.top, self.canvas)
        return self.minus(inner.moved(dx, dy))


def blur_image(picture: Image.Image, radius: float) -> Image.Image:
    """Blur by a radius in pixels; wide radii work on a smaller copy, invisibly."""
    # A blur of 4 pixels is left for the smaller copy, so that enlarging it adds no visible squares.
    factor = max(1, int(radius / 4))
    if factor == 1 or min(picture.size) < factor * 2:
        return picture.filter(ImageFilter.GaussianBlur(radius))
    small = picture.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def threshold(grey: Image.Image, level: int) -> Image.Image:
    """Return 255 where the picture is lighter than `level`, else 0."""
    return grey.point([255 * (value > level) for value in range(256)])


def dilate(grey: Image.Image, reach: float) -> Image.Image:
    """Return 255 within about `reach` pixels of non-black pixels, else 0; any reach costs the same."""
    # A Gaussian falls to 10 of 255 at 1.8 radii from a straight edge, and nearer around a corner.
    return threshold(blur_image(threshold(grey, 8), max(reach, 0.5)), 10)


def darkest_level(grey: Image.Image) -> int:
    return next((level for level, count in enumerate(grey.histogram()) if count), 0)
