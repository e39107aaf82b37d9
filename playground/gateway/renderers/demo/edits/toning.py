"""Two ways to tone a picture: through coloured glass, and differently in its shadows and its lights."""

from PIL import Image, ImageChops

from ..colour import Colour
from ..fills import Ramp


def graded(picture: Image.Image, tint: Colour, strength: float) -> Image.Image:
    """The RGB picture multiplied by a colour, as through glass; `strength` 0 to 1."""
    return Image.blend(picture, ImageChops.multiply(picture, Image.new("RGB", picture.size, tint)), strength)


def split_toned(picture: Image.Image, dark: Colour, light: Colour, share: float) -> Image.Image:
    """Lay one colour into the shadows and another into the lights."""
    grey = picture.convert("L")
    ramp = [Ramp([dark, light]).at(level / 255) for level in range(256)]
    toned = Image.merge("RGB", [grey.point([entry[band] for entry in ramp]) for band in range(3)])
    return Image.blend(picture, toned, share)
