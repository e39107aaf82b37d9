"""Check whether a picture that was requested with a transparent background has one, and a clean edge.

Models that cannot draw transparency paint the grey checkerboard that editors show for it, or cut a subject out of a
white ground and leave a light halo around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from PIL import Image, ImageChops, ImageFilter, ImageOps

from playground.imaging.decode import to_eight_bits

# Alpha below the first is not seen, from the second on not told from opaque. Encoders and models are not exact.
_SEEN_ALPHA, _OPAQUE_ALPHA = 8, 248
# A picture with less of it has no transparent background, whatever its alpha channel holds.
MIN_TRANSPARENT_SHARE: Final = 0.01

# A window on the picture in which a checkerboard is looked for, in pixels before and after it is reduced.
_WINDOW, _MIN_WINDOW, _REDUCED_WINDOW = 512, 64, 256
_MIN_WINDOWS: Final = 3
# The checkerboards of editors are grey, and their two greys are 25 to 90 levels apart; chessboards are not.
_MAX_COLOUR, _MIN_CONTRAST, _MAX_CONTRAST = 30, 8, 130
_MIN_GREY_SHARE, _MIN_CLASS_SHARE, _MIN_TIGHT_SHARE = 0.85, 0.3, 0.7
_MIN_TILE: Final = 3
# Shares of pixels that keep their class when the board is moved by one square, by one square each way, and by half.
_MAX_OPPOSITE, _MIN_SAME, _HALF = 0.3, 0.7, (0.3, 0.7)

# A halo is a few pixels wide; the ring of the subject that it is compared with lies a little further in.
_HALO_ALPHA: Final = 64
_RING_PIXELS: Final = 1024
_CELLS: Final = 32
_MIN_RING_SHARE, _MIN_CELLS = 0.01, 4
_MIN_LIGHTER, _MIN_LIGHTNESS, _MIN_HALO_SHARE = 32, 96, 0.5


@dataclass(frozen=True, slots=True)
class TransparencyFacts:
    """Shares of the pixels that are transparent and half-transparent, from 0 to 1, and what is wrong with them."""

    transparent: float
    translucent: float
    has_checkerboard: bool = False
    has_light_halo: bool = False


def measure_transparency(picture: Image.Image) -> TransparencyFacts:
    """Measure a decoded picture of any mode."""
    picture = to_eight_bits(picture)
    if not picture.has_transparency_data:
        return TransparencyFacts(0, 0, has_checkerboard=_has_checkerboard(picture.convert("RGB")))
    picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    alpha = picture.getchannel("A")
    counts, pixels = alpha.histogram(), picture.width * picture.height
    transparent = sum(counts[:_SEEN_ALPHA]) / pixels
    translucent = sum(counts[_SEEN_ALPHA:_OPAQUE_ALPHA]) / pixels
    colours = picture.convert("RGB")
    if transparent + translucent < MIN_TRANSPARENT_SHARE:
        return TransparencyFacts(transparent, translucent, has_checkerboard=_has_checkerboard(colours))
    return TransparencyFacts(transparent, translucent, has_light_halo=_has_light_halo(colours.convert("L"), alpha))


def _has_checkerboard(picture: Image.Image) -> bool:
    """Look at the corners and the middles of the sides: the subject hides the rest."""
    count = 0
    for window in _windows(picture):
        count += _is_checkerboard(window)
        if count == _MIN_WINDOWS:
            return True
    return False


def _windows(picture: Image.Image) -> Iterator[Image.Image]:
    width, height = picture.size
    edge = min(max(_MIN_WINDOW, min(picture.size) // 4), _WINDOW, width, height)
    lefts, tops = ((0, (side - edge) // 2, side - edge) for side in (width, height))
    for left in lefts:
        for top in tops:
            if (left, top) != (lefts[1], tops[1]) or edge in (width, height):
                window = picture.crop((left, top, left + edge, top + edge))
                yield window.reduce(2) if edge > _REDUCED_WINDOW else window


def _is_checkerboard(window: Image.Image) -> bool:
    red, green, blue = window.split()
    lightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    pixels = window.width * window.height
    if sum(ImageChops.subtract(lightest, darkest).histogram()[: _MAX_COLOUR + 1]) < _MIN_GREY_SHARE * pixels:
        return False
    # Models paint with some noise.
    grey = window.convert("L").filter(ImageFilter.BoxBlur(1))
    threshold = _threshold_of_two_greys(grey.histogram(), pixels)
    return threshold is not None and _alternates(grey.point([255 * (level > threshold) for level in range(256)]))


def _threshold_of_two_greys(counts: list[int], pixels: int) -> float | None:
    """Return the level between two greys that nearly all pixels have; None when they have others."""
    middle = sum(level * count for level, count in enumerate(counts)) / pixels
    dark = [(level, count) for level, count in enumerate(counts) if count and level <= middle]
    light = [(level, count) for level, count in enumerate(counts) if count and level > middle]
    shares = [sum(count for _, count in group) / pixels for group in (dark, light)]
    if min(shares) < _MIN_CLASS_SHARE:
        return None
    means = [
        sum(level * count for level, count in group) / (share * pixels)
        for group, share in zip((dark, light), shares, strict=True)
    ]
    contrast = means[1] - means[0]
    near = max(6.0, contrast * 0.4)
    tight = sum(
        count
        for group, mean in zip((dark, light), means, strict=True)
        for level, count in group
        if abs(level - mean) <= near
    )
    is_board = _MIN_CONTRAST <= contrast <= _MAX_CONTRAST and tight >= _MIN_TIGHT_SHARE * pixels
    return sum(means) / 2 if is_board else None


def _alternates(board: Image.Image) -> bool:
    """Say whether squares alternate in both directions, in a picture of 0 and 255."""
    across = range(_MIN_TILE, board.width // 2)
    tile = next((shift for shift in across if _share_kept(board, shift, 0) <= _MAX_OPPOSITE), 0)
    if not tile:
        return False
    # The first shift that is good enough comes before the best one.
    tile = min(range(tile, min(tile * 2, board.width - 1)), key=lambda shift: _share_kept(board, shift, 0))
    heights = range(max(_MIN_TILE, tile * 3 // 4), min(tile * 5 // 4 + 1, board.height - 1))
    down = min(heights, key=lambda shift: _share_kept(board, 0, shift), default=0)
    if not down or _share_kept(board, 0, down) > _MAX_OPPOSITE or _share_kept(board, tile, down) < _MIN_SAME:
        return False
    # Slanted stripes alternate in both directions, too. Moved along the slant they stay the same.
    low, high = _HALF
    return all(low <= _share_kept(board, tile // 2, sign * (down // 2)) <= high for sign in (1, -1))


def _share_kept(board: Image.Image, right: int, down: int) -> float:
    """Return the share of pixels that equal the one `right` and `down` of them."""
    width, height = board.width - right, board.height - abs(down)
    start, end = max(0, -down), max(0, down)
    first = board.crop((0, start, width, start + height))
    second = board.crop((right, end, right + width, end + height))
    return ImageChops.difference(first, second).histogram()[0] / (width * height)


def _has_light_halo(lightness: Image.Image, alpha: Image.Image) -> bool:
    """Say whether the edge of the subject is much lighter than the subject beside it, along at least half of it."""
    ring = max(1, round(max(alpha.size) / _RING_PIXELS))
    visible = alpha.point([255 * (level >= _HALO_ALPHA) for level in range(256)])
    # Assume that the subject continues past the border: where it is cropped, it has no edge.
    border = 8 * ring
    masks = [ImageOps.expand(visible, border, 255)]
    # Each erosion is as deep as all earlier ones combined: the outlines lie 1, 2, 4 and 8 rings in.
    for distance in (ring, ring, 2 * ring, 4 * ring):
        masks.append(_erode(masks[-1], distance, ring))
    box = (border, border, border + alpha.width, border + alpha.height)
    outline, two_in, four_in, eight_in = (masks[place].crop(box) for place in (0, 2, 3, 4))
    edge, inside = ImageChops.subtract(outline, two_in), ImageChops.subtract(four_in, eight_in)
    cells = list(zip(_mean_in_cells(lightness, edge), _mean_in_cells(lightness, inside), strict=True))
    compared = [(outer, inner) for outer, inner in cells if outer is not None and inner is not None]
    light = sum(outer >= _MIN_LIGHTNESS and outer - inner >= _MIN_LIGHTER for outer, inner in compared)
    return len(compared) >= _MIN_CELLS and light >= _MIN_HALO_SHARE * len(compared)


def _erode(mask: Image.Image, distance: int, unit: int) -> Image.Image:
    """Remove `distance` pixels along the outline of a mask that has lost `unit` of them before, or has none."""
    steps = [1] * distance if distance == unit else [distance]
    for step in steps:
        for shift in ((step, 0), (-step, 0), (0, step), (0, -step)):
            mask = ImageChops.darker(mask, ImageChops.offset(mask, *shift))
    return mask


def _mean_in_cells(lightness: Image.Image, ring: Image.Image) -> Iterator[float | None]:
    """Yield the mean lightness of the ring in each cell of the picture; None where there is too little of it."""
    cell = max(8, max(ring.size) // _CELLS)
    size = (max(1, ring.width // cell), max(1, ring.height // cell))
    # In floating point: a ring of a pixel fills a thirtieth of a cell.
    shares, sums = (
        cast("tuple[float, ...]", each.convert("F").resize(size, Image.Resampling.BOX).get_flattened_data())
        for each in (ring, ImageChops.multiply(lightness, ring))
    )
    for part, total in zip(shares, sums, strict=True):
        yield 255 * total / part if part >= 255 * _MIN_RING_SHARE else None
