"""Finishes over the whole picture: watercolour, pencil, ink, oil, mono, pixel art, vintage."""

from collections.abc import Callable, Mapping

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from .art import Art
from .effects import add_grain, add_vignette
from .fills import cloud_noise, noise, stretch_levels
from .mask import Mask, blur_image


def watercolour(art: Art) -> None:
    """Lay pigment in soft patches with darker edges, on rough white paper."""
    canvas, unit = art.canvas, art.unit
    # The filter takes odd sizes only.
    size = max(3, round(unit * 0.006) // 2 * 2 + 1)
    # At half the size the same filter reaches twice as far for a quarter of the time.
    half = canvas.picture.resize((max(art.width // 2, 1), max(art.height // 2, 1)), Image.Resampling.BOX)
    flat = half.filter(ImageFilter.MedianFilter(min(size, 5))).resize(canvas.size, Image.Resampling.BICUBIC)
    lines = ImageOps.invert(blur_image(flat, 1).filter(ImageFilter.FIND_EDGES).convert("L"))
    # Pigment gathers where a wet patch ends.
    edges = stretch_levels(blur_image(lines, unit * 0.0015), 120, 250)
    pale = Image.blend(flat, Image.new("RGB", canvas.size, (250, 247, 240)), 0.16)
    pale = ImageEnhance.Color(pale).enhance(1.4)
    wash = stretch_levels(cloud_noise(canvas.size, art.rng("pigment"), 5, 5), 70, 210)
    pale = Image.composite(pale, Image.blend(pale, Image.new("RGB", canvas.size, (253, 250, 244)), 0.26), wash)
    canvas.picture = ImageChops.multiply(
        pale, Image.merge("RGB", [edges.point([170 + v * 85 // 255 for v in range(256)])] * 3)
    )
    _add_paper(art, 9)
    _fray_edge(art, (252, 249, 243))


def pencil(art: Art) -> None:
    """Draw in graphite: contours by dodging, and hatching that thickens where it is dark."""
    grey = ImageOps.autocontrast(art.canvas.picture.convert("L"), 1)
    lines = _dodge_colours(grey, blur_image(ImageOps.invert(grey), art.unit * 0.008))
    soft = blur_image(grey, art.unit * 0.003)
    edges = blur_image(grey, art.unit * 0.001).filter(ImageFilter.FIND_EDGES)
    contours = stretch_levels(ImageOps.invert(edges), 190, 250).point([90 + v * 165 // 255 for v in range(256)])
    sheet = ImageChops.multiply(lines, contours)
    # Each pass hatches only what is darker than its threshold, in another direction.
    for angle, low, high, pale in ((38, 90, 215, 200), (66, 40, 130, 165), (-30, 0, 70, 130)):
        strokes = _draw_hatching(art, angle, pale)
        bare = stretch_levels(soft, low, high)
        sheet = ImageChops.multiply(sheet, ImageChops.lighter(strokes, bare))
    art.canvas.picture = ImageOps.colorize(sheet, (52, 50, 54), (251, 248, 242))
    _add_paper(art, 6)


def _draw_hatching(art: Art, angle: float, pale: int) -> Image.Image:
    """Draw slanting pencil strokes, grey of level `pale` on white."""
    unit = art.unit
    # Made at most 1,100 pixels high and enlarged: strokes are soft anyway, and a larger sheet only costs time.
    share = min(1100 / unit, 1.0)
    width, height = round(art.width * share), round(art.height * share)
    # The diagonal, so that the sheet covers every corner after it is turned.
    reach = int((width**2 + height**2) ** 0.5) + 2
    # Long thin cells (9 % by 0.26 % of the short side) become strokes when they are enlarged smoothly.
    cells = (max(reach // max(round(unit * share * 0.09), 1), 2), max(round(reach / (unit * share * 0.0026)), 2))
    strokes = noise(cells, art.rng(f"hatch {angle}")).resize((reach, reach), Image.Resampling.BICUBIC)
    turned = strokes.rotate(angle, Image.Resampling.BILINEAR)
    left, top = (reach - width) // 2, (reach - height) // 2
    cut = turned.crop((left, top, left + width, top + height)).resize(art.canvas.size, Image.Resampling.BILINEAR)
    return stretch_levels(cut, 60, 190).point([pale + v * (255 - pale) // 255 for v in range(256)])


def ink_wash(art: Art) -> None:
    """Reduce to few greys that bleed on warm rice paper."""
    grey = ImageOps.autocontrast(art.canvas.picture.convert("L"), 2)
    soft = grey.filter(ImageFilter.MedianFilter(5))
    bleed = Image.blend(soft, blur_image(soft, art.unit * 0.01), 0.45)
    wash = cloud_noise(grey.size, art.rng("wash"), 6, 4).point([v // 3 for v in range(256)])
    art.canvas.picture = ImageOps.colorize(
        # The wash adds 42 levels on average; most of it is taken off again, so that the picture stays as light.
        ImageChops.add(bleed, wash, 1.0, -36),
        (26, 27, 30),
        (243, 236, 220),
        (134, 132, 126),
    )
    _add_paper(art, 6)


def oil(art: Art) -> None:
    """Paint strokes of thick paint: patches of one colour with a raised grain."""
    picture = ImageEnhance.Color(art.canvas.picture).enhance(1.2)
    # The filter is slow and its patches are coarse: a smaller copy shows the same strokes.
    share = 512 / max(art.unit, 512.0)
    small = picture.resize((round(art.width * share), round(art.height * share)), Image.Resampling.BOX)
    patches = small.filter(ImageFilter.ModeFilter(5)).resize(art.canvas.size, Image.Resampling.BICUBIC)
    picture = Image.blend(patches, picture, 0.12 * art.detail)
    # Cells of 2 by 7 pixels: the bristles run downwards.
    relief = noise((art.width // 2 + 1, art.height // 7 + 1), art.rng("strokes")).resize(
        art.canvas.size, Image.Resampling.BICUBIC
    )
    bump = blur_image(relief, 1).filter(ImageFilter.EMBOSS)
    art.canvas.picture = ImageChops.add(
        # EMBOSS lies around 128, a fifth of which is 25: the relief lightens as much as it darkens.
        picture,
        Image.merge("RGB", [bump.point([v // 5 for v in range(256)])] * 3),
        1,
        -25,
    )


def mono(art: Art) -> None:
    grey = ImageOps.autocontrast(art.canvas.picture.convert("L"), (0.5, 0.3))
    art.canvas.picture = ImageEnhance.Contrast(grey).enhance(1.12).convert("RGB")
    if art.detail:
        add_grain(art.canvas, art.rng("film"), 9, 0.6)
        add_vignette(art.canvas, 0.35)


def pixel(art: Art) -> None:
    """Draw big square pixels in few colours."""
    # 96, 128 or 160 big pixels along the short side; fewer colours with bigger pixels.
    cell = max(round(art.unit / (96, 128, 160)[art.detail]), 1)
    small = (max(art.width // cell, 1), max(art.height // cell, 1))
    picture = art.canvas.picture.resize(small, Image.Resampling.BOX)
    picture = picture.quantize((20, 28, 40)[art.detail], Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert(
        "RGB"
    )
    art.canvas.picture = picture.resize(art.canvas.size, Image.Resampling.NEAREST)


def vintage(art: Art) -> None:
    """Imitate a faded warm print: lifted blacks, yellowed whites, soft corners."""
    picture = ImageEnhance.Color(art.canvas.picture).enhance(0.72)
    # Red from 38 to 250, green from 30 to 238, blue from 34 to 212: the lights lose most blue, which yellows them.
    lift = [[38 + v * 212 // 255 for v in range(256)], [30 + v * 208 // 255 for v in range(256)]]
    lift.append([34 + v * 178 // 255 for v in range(256)])
    art.canvas.picture = picture.point(lift[0] + lift[1] + lift[2])
    if art.detail:
        add_vignette(art.canvas, 0.4, (90, 60, 30))
        add_grain(art.canvas, art.rng("age"), 7)


STYLES: Mapping[str, Callable[[Art], None]] = {
    "watercolour": watercolour,
    "pencil": pencil,
    "ink": ink_wash,
    "oil": oil,
    "mono": mono,
    "pixel": pixel,
    "vintage": vintage,
}


def _dodge_colours(grey: Image.Image, over: Image.Image) -> Image.Image:
    """Dodge colours by blending, since Pillow has no such operation."""
    lit = ImageChops.add(grey, over)
    contours = stretch_levels(lit, 150, 255)
    return Image.blend(contours, grey.point([140 + v * 115 // 255 for v in range(256)]), 0.25)


def _add_paper(art: Art, amount: int) -> None:
    if art.detail:
        add_grain(art.canvas, art.rng("paper"), amount, 0.8)


def _fray_edge(art: Art, paper: tuple[int, int, int]) -> None:
    """Leave the paper white around a painted patch with an uneven edge."""
    canvas = art.canvas
    width, height = canvas.size
    margin = art.unit * 0.045
    patch = art.stencil().rectangle(margin, margin, width - margin, height - margin, margin)
    edge = patch.mask().soft(margin * 0.5).within((0, 0, width, height)).image
    # Noise around 128 moves the soft edge in and out; stretching makes it hard again.
    wobble = cloud_noise(canvas.size, art.rng("edge"), 14, 3).point([(v - 128) * 3 // 4 + 128 for v in range(256)])
    shape = stretch_levels(ImageChops.add(edge, wobble, 1.0, -128), 110, 150)
    sheet = Image.new("RGB", canvas.size, paper)
    sheet.paste(canvas.picture, mask=Mask(shape, 0, 0).image)
    canvas.picture = sheet
